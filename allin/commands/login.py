"""Who is asking: signing in and out."""

import os
from typing import Annotated

import typer

from allin.client.options import Caller, asks


@asks
def login(
    caller: Caller,
    person: Annotated[
        str, typer.Argument(help="The login; in a demonstration a person's name.", show_default=False)
    ],
    password: Annotated[bool, typer.Option("--password", help="Ask for a password (or ALLIN_PASSWORD).")] = False,
) -> None:
    """Sign in; the access token is kept in the data folder, readable by you only.

    Example: allin login ann
    """
    secret = os.environ.get("ALLIN_PASSWORD")
    if password and secret is None:
        secret = typer.prompt("Password", hide_input=True)
    who = caller.remote.sign_in(person, secret, keep=True)
    caller.show(who, f"{who['name']} ({', '.join(who['roles'])})")


@asks
def logout(caller: Caller) -> None:
    """Sign out; the token is worth nothing afterwards.

    Example: allin logout
    """
    caller.remote.sign_out()
    caller.show({"signed_in": False}, "signed out")


@asks
def whoami(caller: Caller) -> None:
    """Say who is signed in.

    Example: allin whoami
    """
    who = caller.remote.get("/api/session")
    caller.show(who, f"{who['name']} ({', '.join(who['roles'])})")
