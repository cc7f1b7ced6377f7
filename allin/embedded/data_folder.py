"""The data folder of an embedded installation: who is using it, where it answers, and who is signed in."""

import fcntl
import json
import os
import shutil
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import IO, Self

from pydantic import BaseModel, ValidationError

from allin.client.terminal import Stop

ROOM = 100_000_000
"""Bytes that must be free to start: some thousand jobs, with their papers and their histories."""


class Running(BaseModel):
    """The installation that is running on a data folder."""

    pid: int
    version: str
    port: int
    sandbox_port: int
    temporal_port: int
    temporal_pid: int

    @property
    def address(self) -> str:
        """Where its pages and its API are."""
        return f"http://127.0.0.1:{self.port}"


class DataFolder:
    """One folder, one installation at a time."""

    def __init__(self, path: Path, least_room: int = ROOM) -> None:
        self.path = path.absolute()
        self.least_room = least_room
        self._lock: IO[str] | None = None

    def __enter__(self) -> Self:
        """Take the folder; Stop when it cannot be used, or another installation has it."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            self._lock = (self.path / "allin.lock").open("w")
        except OSError as error:
            raise Stop(
                f"{self.path} cannot be written to ({error.strerror}): give --data with a folder that can"
            ) from error
        self._check_room()
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._lock.close()
            other = self.running()
            where = f" (process {other.pid}, {other.address})" if other else ""
            raise Stop(f"{self.path} is in use by another installation{where}: stop it, or give --data") from None
        return self

    def _check_room(self) -> None:
        """A database that meets a full disk in mid-work stops every job; so do not begin on one."""
        free = shutil.disk_usage(self.path).free
        if free < self.least_room:
            self._lock = None
            raise Stop(
                f"{self.path} has {free // 1_000_000:,} MB left, {self.least_room // 1_000_000:,} MB are needed: "
                "make room, or give --data with another folder"
            )

    def __exit__(self, *_: object) -> None:
        """Leave it to the next one."""
        self._note.unlink(missing_ok=True)
        if self._lock:
            self._lock.close()

    def announce(self, running: Running) -> None:
        """Write down where this installation answers."""
        _written_whole(self._note, running.model_dump_json(indent=2) + "\n")

    def running(self) -> Running | None:
        """The installation that answers here; None when there is none, also after it was killed."""
        try:
            found = Running.model_validate_json(self._note.read_text())
            os.kill(found.pid, 0)
        except (FileNotFoundError, ValidationError, ProcessLookupError):
            return None
        except PermissionError:
            return found
        return found

    @property
    def _note(self) -> Path:
        return self.path / "running.json"

    def token(self, address: str) -> str | None:
        """The access token for one address."""
        return self._tokens().get(address)

    def keep_token(self, address: str, token: str | None) -> None:
        """Keep an access token for its owner's eyes only, or forget it."""
        tokens = {key: value for key, value in self._tokens().items() if key != address}
        if token is not None:
            tokens[address] = token
        self.path.mkdir(parents=True, exist_ok=True)
        _written_whole(self._keyring, json.dumps(tokens), 0o600)

    @property
    def _keyring(self) -> Path:
        return self.path / "tokens.json"

    def _tokens(self) -> dict[str, str]:
        try:
            return {str(key): str(value) for key, value in json.loads(self._keyring.read_text()).items()}
        except (FileNotFoundError, ValueError, AttributeError):
            return {}


def _written_whole(path: Path, text: str, mode: int = 0o644) -> None:
    """Write a file that a reader, or the next start after a crash, finds whole or as it was before."""
    with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=path.name, delete=False) as new:
        new.write(text)
    os.chmod(new.name, mode)
    os.replace(new.name, path)


def our_version() -> str:
    """The version of this program."""
    return version("all-inclusive")
