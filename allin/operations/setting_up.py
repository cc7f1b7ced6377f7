"""What whoever runs the installation sets up from files, and what is still missing."""

import hashlib
from collections import Counter
from pathlib import Path

from allin.client.terminal import REFUSED, Stop
from allin.installation import opened
from domain.given_lists import WrongList, read
from domain.setting_up import KINDS, Change, Kind, example
from engine.settings import Settings
from storage.people.setting_up import SettingUp
from storage.security.audit import AuditEntry

COMING_IN = "new members choose a password by `forgotten password` on the sign-in page, or come in by OIDC"
SHOWN = 20
"""Lines of mistakes or changes that are printed; the rest is counted."""


async def taken(settings: Settings, what: str, file: Path, *, dry_run: bool) -> str:
    """A list taken over, or, with `dry_run`, what it would change; Stop with every mistake and one good example."""
    kind, content = KINDS[what], _bytes_of(file)
    try:
        given = read(kind, file.name, content)
        async with opened(settings) as here:
            up = SettingUp(here.database)
            if dry_run:
                return _in_words(await up.preview(kind, given), "would be")
            digest = hashlib.sha256(content).hexdigest()
            why = f"{what}: {file.name}, {len(given)} rows, sha256 {digest[:16]}"
            entry = AuditEntry(at=here.calendar.now(), who="operator", role="ops", what="setup", why=why)
            changes = await up.take(kind, given, here.calendar.now(), entry)
    except WrongList as error:
        raise Stop(_refused(kind, file, error), REFUSED) from error
    told = _in_words(changes, "are")
    return f"{told}\n{COMING_IN}" if what == "members" and any(one.what == "new" for one in changes) else told


def _bytes_of(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise Stop(f"{file} cannot be read: {error.strerror}") from error


def _in_words(changes: list[Change], verb: str) -> str:
    count = Counter(change.what for change in changes)
    lines = [str(change) for change in changes if change.what != "same"]
    more = [f"and {len(lines) - SHOWN} more"] if len(lines) > SHOWN else []
    told = f"{count['new']} {verb} new, {count['changed']} changed, {count['same']} the same"
    return "\n".join([*lines[:SHOWN], *more, told])


def _refused(kind: Kind, file: Path, error: WrongList) -> str:
    lines = [f"  {one}" for one in error.mistakes[:SHOWN]]
    more = [f"  and {len(error.mistakes) - SHOWN} more"] if len(error.mistakes) > SHOWN else []
    said = "\n".join([f"nothing of {file} was taken:", *lines, *more])
    return f"{said}\na good one (in CSV its names are the columns, such as `address.street`):\n{example(kind)}"


async def shown(settings: Settings) -> str:
    """How much of each kind is there, and what is missing before the first job."""
    async with opened(settings) as here:
        up = SettingUp(here.database)
        counts = {kind.name: len(await up.known(kind)) for kind in KINDS.values()}
        missing = await up.missing()
    lines = [f"{count:>6}  {name}" for name, count in counts.items()]
    return "\n".join([*lines, *(f"missing: {one}" for one in missing), *([] if missing else ["missing: nothing"])])
