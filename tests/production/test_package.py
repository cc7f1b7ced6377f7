"""The wheel carries everything the program reads, and the image is built from files that exist."""

import os
import re
import shlex
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from allin.alive import question
from tests.allin.stack import ROOT

PACKAGES = frozenset(
    [
        "activities",
        "allin",
        "api",
        "documents",
        "domain",
        "engine",
        "examples",
        "partners",
        "sandbox",
        "storage",
        "workers",
        "workflows",
    ]
)
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
pytestmark = pytest.mark.xdist_group("package")


def _python(*arguments: str, **options: object) -> "subprocess.CompletedProcess[str]":
    ran = subprocess.run([sys.executable, *arguments], capture_output=True, text=True, timeout=150, **options)  # type: ignore[call-overload]  # options of subprocess.run, as given
    assert ran.returncode == 0, ran.stderr + ran.stdout
    return ran  # type: ignore[no-any-return]  # see above


def _tracked() -> set[str]:
    listed = subprocess.run(["git", "ls-files", *PACKAGES], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(listed.stdout.splitlines())


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the files that git knows."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    for name in (*_tracked(), "pyproject.toml", "README.md", "LICENSE"):
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_bytes((ROOT / name).read_bytes())
    _python("-m", "uv", "build", "--quiet", "--wheel", "--no-build-isolation", "--python", sys.executable,
            "--out-dir", str(folder), str(source))  # fmt: skip
    return next(folder.glob("*.whl"))


def test_the_wheel_holds_every_file_of_the_packages_and_no_other(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        inside = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert inside == _tracked()


def test_an_installed_program_works_far_from_its_source(wheel: Path, tmp_path: Path) -> None:
    place = tmp_path / "site"
    _python("-m", "uv", "pip", "install", "--quiet", "--no-deps", "--target", str(place), str(wheel))
    here = {"cwd": tmp_path, "env": {**os.environ, "PYTHONPATH": str(place), "ALLIN_DATA": str(tmp_path / "data")}}
    code = (
        "import allin, api.declaring.example, sys; from allin.__main__ import run; "
        "print(allin.__file__, bool(api.declaring.example.text())); "
        "sys.exit(run(['quote', 'examples/concert.yaml', '--lang', 'nl']) or run(['db', 'upgrade'])"
        " or run(['db', 'demo']) or run(['doctor']) * 0)"
    )
    told = _python("-c", code, **here).stdout.splitlines()
    assert told[0].split() == [str(place / "allin" / "__init__.py"), "True"]
    well = [line for line in told if line.startswith("ok ")]
    assert [line.split()[1] for line in well][:2] == ["database:", "keys:"]
    assert any("printing: typst" in line for line in well)


def _steps() -> list[tuple[str, str]]:
    """The instructions of the Dockerfile, their lines joined."""
    lines = [line for line in DOCKERFILE.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n\s*", " ", "\n".join(lines))
    return [(line.split(None, 1)[0], line.split(None, 1)[1]) for line in joined.splitlines()]


def test_every_file_the_image_copies_exists_and_is_let_through() -> None:
    let_through = set((ROOT / ".dockerignore").read_text().split("\n"))
    copied = [shlex.split(rest)[:-1] for what, rest in _steps() if what == "COPY" and "--from=" not in rest]
    sources = {source for each in copied for source in each}
    assert {source for source in sources if not (ROOT / source).exists()} == set()
    assert {source for source in sources if f"!{source}" not in let_through} == set()
    assert sources >= PACKAGES


def test_the_image_runs_as_nobody_special_from_two_small_stages() -> None:
    steps = _steps()
    bases = [rest for what, rest in steps if what == "FROM"]
    assert bases == ["python:3.11-slim AS build", "python:3.11-slim"]
    last = [what for what, _ in steps]
    assert dict(steps)["USER"] == "10001:10001"
    assert last.index("USER") < last.index("HEALTHCHECK") < last.index("ENTRYPOINT")
    assert "ADD" not in last
    assert not re.search(r"(?i)(password|secret|token|master_keys)\s*=", DOCKERFILE)
    assert "apt-get" not in DOCKERFILE, "what is not installed needs no updates"


@pytest.mark.parametrize(
    ("command", "asked"),
    [
        ("/sbin/docker-init -- allin api --host 0.0.0.0 --port 8000", "http://127.0.0.1:8000/api/health/ready"),
        ("allin api", "http://127.0.0.1:8000/api/health/ready"),
        ("allin sandbox --port 8090 --public-url http://api:8000", "http://127.0.0.1:8090/admin/partners"),
        ("python /venv/bin/allin worker", "http://127.0.0.1:9464/metrics"),
        ("allin db upgrade", None),
        ("allin watch", None),
    ],
)
def test_the_health_check_asks_the_part_that_runs(command: str, asked: str | None) -> None:
    assert question(command.split(), "0.0.0.0:9464") == asked
    assert question(["allin", "worker"], "") is None
