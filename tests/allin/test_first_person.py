"""The first start without demo people asks for somebody who can sign in; later starts do not."""

import os
import pty
import select
import subprocess
import sys
from pathlib import Path

from allin.embedded.first_account import nobody
from engine.settings import load_settings
from storage.core.database import Database
from storage.security.accounts import Accounts
from tests.allin.stack import ROOT

ASK = "import sys, pathlib; from allin.embedded.first_account import ask_for_the_first_person; "
ASK += "ask_for_the_first_person(pathlib.Path(sys.argv[1]))"
LONG = "a long enough sentence"
ANSWERS = (
    ("Login", "nadia"),
    ("family name", "Nadia Roy"),
    ("Mail address", "nadia@coop.example"),
    ("or more)", "short"),
    ("confirmation", "short"),
    ("or more)", LONG),
    ("confirmation", LONG),
)
QUIET_SECONDS = 40


def _at_a_terminal(data: Path, *answers: tuple[str, str]) -> str:
    """Ask in a terminal, give each answer once its question stands there, and return all that was shown."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", ASK, str(data)], cwd=ROOT, stdin=theirs, stdout=theirs, stderr=theirs,
        start_new_session=True,
    )  # fmt: skip
    os.close(theirs)
    shown, since, left = "", 0, list(answers)
    while select.select([ours], [], [], QUIET_SECONDS)[0]:
        try:
            shown += os.read(ours, 4096).decode()
        except OSError:  # Linux tells the end of a terminal as an input/output error
            break
        if left and f"{left[0][0]}" in shown[since:] and shown.endswith(": "):
            since = len(shown)
            os.write(ours, f"{left.pop(0)[1]}\n".encode())
    os.close(ours)
    process.kill() if process.poll() is None and left else process.wait(30)
    assert process.returncode == 0, shown
    return shown


async def test_the_first_start_makes_an_ops_account_and_the_second_asks_nothing(tmp_path: Path) -> None:
    settings = load_settings(data=tmp_path)
    assert await nobody(settings)
    shown = _at_a_terminal(tmp_path, *ANSWERS)
    assert "Nobody can sign in yet." in shown
    assert "a password has at least 12 characters" in shown
    assert "nadia: ops" in shown
    assert LONG not in shown
    database = Database(settings.database)
    account = await Accounts(database).by_login("nadia")
    await database.close()
    assert account is not None
    assert account.roles == ("ops",)
    assert _at_a_terminal(tmp_path) == ""
