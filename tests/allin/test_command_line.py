"""The manners of every command: help with an example, one readable line, exit codes 0, 1 and 2."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer.main import get_command

from allin.__main__ import app, run
from allin.client.terminal import language_of
from tests.allin.stack import free_port

PROMISED = (
    "up", "quote", "declare", "jobs", "job", "history", "replay", "complete", "skip", "fail", "postpone", "answer",
    "login", "withdraw", "move", "bank import", "bank batch list", "bank batch make", "bank batch approve",
    "bank batch export", "watch", "reconcile", "backup", "audit verify", "audit list", "claim", "note",
    "proposals", "confirm", "refuse", "reviews", "review", "deadlines", "worker", "api", "sandbox", "db upgrade",
    "db downgrade", "replay-open", "rehearse", "doctor", "fault",
)  # fmt: skip


def commands(group: object, path: str = "") -> Iterator[str]:
    for name, command in getattr(group, "commands", {}).items():
        here = f"{path} {name}".strip()
        if hasattr(command, "commands"):
            yield from commands(command, here)
        else:
            yield here


ALL = sorted(commands(get_command(app)))


def test_every_promised_command_is_there() -> None:
    assert sorted(set(PROMISED) - set(ALL)) == []


@pytest.mark.parametrize("command", ALL)
def test_every_command_helps_with_an_example(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*command.split(), "--help"]) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert f"allin {command}" in told.partition("Example:")[2]


@pytest.mark.parametrize(
    "arguments",
    [["quote"], ["nothing-like-it"], ["jobs", "--no-such-option"], ["job"], ["replay", "K1", "travel"]],
    ids=" ".join,
)
def test_wrong_use_is_one_line_and_exit_code_two(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(arguments) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("allin: ")
    assert len(told.err.splitlines()) == 1


def test_an_api_that_is_not_there_is_one_line_and_exit_code_two(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    nowhere = f"http://127.0.0.1:{free_port()}"
    assert run(["jobs", "--api", nowhere, "--data", str(tmp_path)]) == 2
    told = capsys.readouterr().err
    assert told.startswith(f"allin: {nowhere} cannot be reached")
    assert told.endswith("start `allin up`, or give --api\n")


def test_a_wrong_setting_is_one_line_and_names_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ALLIN_MAX_CACHED_WORKFLOWS", "many")
    assert run(["db", "upgrade", "--data", str(tmp_path)]) == 2
    assert capsys.readouterr().err.startswith("allin: ALLIN_MAX_CACHED_WORKFLOWS: Input should be a valid integer")


def test_a_day_of_the_demonstration_needs_a_demonstration(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["up", "--day", "2"]) == 2
    assert capsys.readouterr().err == "allin: --day and --declare belong to a demonstration: add --demo\n"


def test_a_failure_nobody_expected_is_a_sentence_and_no_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = typer.Typer()

    @broken.command()
    def fall() -> None:
        raise ZeroDivisionError("somebody divided")

    monkeypatch.setattr("allin.__main__.app", broken)
    assert run([]) == 2
    assert (
        capsys.readouterr().err
        == "allin: ZeroDivisionError: somebody divided (ALLIN_LOG_LEVEL=debug shows where)\n"
    )


@pytest.mark.parametrize(
    ("terminal", "language"),
    [
        ({}, "en"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "POSIX"}, "en"),
        ({"LANG": "de_AT.UTF-8"}, "en"),
        ({"LANG": "fr_BE.UTF-8"}, "fr"),
        ({"LANG": "fr_BE.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "en_GB.UTF-8", "LC_MESSAGES": "nl_BE.UTF-8"}, "nl"),
    ],
)
def test_a_command_speaks_the_terminals_language_and_english_where_it_says_none(
    monkeypatch: pytest.MonkeyPatch, terminal: dict[str, str], language: str
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in terminal.items():
        monkeypatch.setenv(name, value)
    assert language_of(None) == language


def test_a_fault_needs_an_installation_that_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["fault", "railway", "create_booking", "422", "--data", str(tmp_path)]) == 2
    assert capsys.readouterr().err == (
        "allin: no installation with simulated partners runs on this data folder: start `allin up`\n"
    )
