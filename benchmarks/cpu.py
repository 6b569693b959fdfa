"""What the site's processes take of the machine: figures that company on it disturbs little."""

from collections.abc import Iterator

import psutil

NAMES = {"granian": "web", "postgres": "Postgres", "valkey-server": "Redis"}


class CpuTimes:
    """Seconds of processor time of web, Postgres and Redis since this was made."""

    def __init__(self) -> None:
        self._before = _now()

    def each(self, count: int) -> str:
        """Milliseconds of each for one of that many operations, in words."""
        now = _now()
        spent = {name: now[name] - self._before.get(name, 0.0) for name in now}
        parts = [f"{name} {seconds / max(count, 1) * 1000:.2f}" for name, seconds in spent.items()]
        return f"CPU ms each: {', '.join(parts)}"


def _now() -> dict[str, float]:
    found = dict.fromkeys(NAMES.values(), 0.0)
    for name, process in _ours():
        try:
            times = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        found[name] += times.user + times.system
    return found


def _ours() -> Iterator[tuple[str, psutil.Process]]:
    for process in psutil.Process().children(recursive=True):
        try:
            words = " ".join([process.name(), *process.cmdline()[:4]])
        except psutil.NoSuchProcess:
            continue
        for word, name in NAMES.items():
            if word in words:
                yield name, process
                break


def postmaster_cpu() -> float:
    """Seconds of Postgres with those of its processes that have ended."""
    spent = 0.0
    for name, process in _ours():
        if name == "Postgres" and process.name() == "postgres":
            times = process.cpu_times()
            spent += times.user + times.system + times.children_user + times.children_system
    return spent
