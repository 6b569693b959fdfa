"""What the site's processes take of the machine: figures that company on it disturbs little."""

from collections.abc import Iterator

import psutil

# A word of the command line, and what the process is called here; the first that is found.
NAMES = {
    "granian": "web",
    "postgres": "Postgres",
    "valkey-server": "Redis",
    "payments.sandbox": "sandbox",
    "critical@": "critical worker",
    "worker@": "other worker",
    "beat": "beat",
}


class CpuTimes:
    """Seconds of processor time of the site's processes since this was made."""

    def __init__(self) -> None:
        self._before = _now()

    def each(self, count: int) -> str:
        """Milliseconds of each for one of that many operations, and their sum, in words."""
        now = _now()
        spent = {name: (now[name] - self._before.get(name, 0.0)) for name in now}
        each = {name: seconds / max(count, 1) * 1000 for name, seconds in spent.items()}
        parts = [f"{name} {took:.2f}" for name, took in each.items()]
        return f"CPU ms each: {', '.join(parts)}; together {sum(each.values()):.2f}"


def _now() -> dict[str, float]:
    found: dict[str, float] = {}
    for name, process in _ours():
        try:
            times = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        found[name] = found.get(name, 0.0) + times.user + times.system
    return found


def _ours() -> Iterator[tuple[str, psutil.Process]]:
    for process in psutil.Process().children(recursive=True):
        try:
            words = " ".join([process.name(), *process.cmdline()])
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
