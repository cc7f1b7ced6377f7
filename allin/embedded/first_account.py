"""The first start of an installation with people of its own: somebody must be able to sign in."""

import asyncio
from pathlib import Path

import typer

from allin.client.terminal import Stop
from allin.embedded.data_folder import DataFolder
from allin.embedded.first_people import Newcomer, keep_account
from allin.installation import opened
from api.security.passwords import SHORTEST
from engine.settings import Settings, load_settings
from storage.security.accounts import Accounts

NOBODY = (
    "Nobody can sign in yet. The first person keeps the installation running (role ops); "
    "`allin db account` and `allin db entities` write down the others."
)


async def nobody(settings: Settings) -> bool:
    """Whether the installation has no account yet; a new one is made on the way."""
    async with opened(settings, upgrading=True) as here:
        return not await Accounts(here.database).somebody()


def ask_for_the_first_person(data: Path) -> None:
    """Ask at the terminal, until an account is there; nothing is asked where somebody can sign in."""
    settings = load_settings(data=data)
    with DataFolder(data):
        if not asyncio.run(nobody(settings)):
            return
        print(NOBODY)
        login, name = typer.prompt("Login"), typer.prompt("Given name and family name")
        email = typer.prompt("Mail address")
        newcomer = Newcomer(login, name, email, ("ops",), None, None)
        while not _store_first_account(settings, newcomer):
            pass


def _store_first_account(settings: Settings, newcomer: Newcomer) -> bool:
    asked = f"Password ({SHORTEST} characters or more)"
    password = typer.prompt(asked, hide_input=True, confirmation_prompt=True)
    try:
        print(asyncio.run(keep_account(settings, newcomer, password)))
    except Stop as stop:
        print(stop)
        return False
    return True
