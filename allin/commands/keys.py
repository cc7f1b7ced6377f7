"""The master keys: which are known, a new one, and the end of an old one."""

import asyncio
from typing import Annotated

import typer

from allin.client.options import Data, settings_for

keys = typer.Typer(
    help="The master keys: a new one, and the end of an old one.", no_args_is_help=True, rich_markup_mode=None
)


@keys.command("list")
def list_(data: Data = None) -> None:
    """Say which keys are known, and how much lies under each.

    Example: allin keys list
    """
    from allin.operations.key_rotation import listed

    print(asyncio.run(listed(settings_for(data))))


@keys.command()
def new(data: Data = None) -> None:
    """Make a new key that seals from now on; the older ones go on opening.

    An embedded installation keeps it in its data folder; elsewhere it is printed as ALLIN_MASTER_KEYS is to be.
    Every part is started again with it before an older one is retired.

    Example: allin keys new
    """
    from allin.operations.key_rotation import with_a_new_one

    print(with_a_new_one(settings_for(data)))


@keys.command()
def reseal(data: Data = None) -> None:
    """Bind what an earlier version sealed to its row, and let nothing else open from then on.

    Every part runs this version before. The first call lets the key bind what is sealed from the next start on;
    the second, after every part was started again, seals the rest anew. Stopped, it goes on later. What `keys new`
    makes is so from the beginning.

    Example: allin keys reseal
    """
    from allin.operations.key_rotation import bound_to_rows

    print(asyncio.run(bound_to_rows(settings_for(data))))


@keys.command()
def retire(
    key: Annotated[str, typer.Argument(help="The id of the old key, such as k1.", show_default=False)],
    data: Data = None,
) -> None:
    """Seal everything anew with the current key, so that an old one may be taken away; stopped, it goes on later.

    Links people have in their mail stay open, and nobody becomes a second person. A partner that was told a webhook
    secret made from the old key is told the new one first (or set ALLIN_WEBHOOK_SECRET).

    Example: allin keys retire k1
    """
    from allin.operations.key_rotation import retired

    print(asyncio.run(retired(settings_for(data), key)))
