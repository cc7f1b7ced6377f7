"""Accounts, for whoever runs the installation: who is signed in where, sign out, close, a new password."""

import asyncio
from typing import Annotated

import typer

from allin.client.options import Data, settings_for

account = typer.Typer(
    help="Accounts: where somebody is signed in, signing out, closing.", no_args_is_help=True, rich_markup_mode=None
)
Login = Annotated[str, typer.Argument(help="How this person signs in.", show_default=False)]
Why = Annotated[str, typer.Option("--reason", help="Why; it stands in the audit.")]


@account.command()
def sessions(login: Login, data: Data = None) -> None:
    """Say everywhere somebody is signed in: since when, when last, and with what.

    Example: allin account sessions nadia
    """
    from allin.operations.accounts import everywhere

    print(asyncio.run(everywhere(settings_for(data), login)))


@account.command("sign-out")
def sign_out(login: Login, reason: Why, data: Data = None) -> None:
    """Sign somebody out everywhere.

    Example: allin account sign-out nadia --reason "phone lost on the train"
    """
    from allin.operations.accounts import signed_out

    print(asyncio.run(signed_out(settings_for(data), login, reason)))


@account.command()
def close(login: Login, reason: Why, data: Data = None) -> None:
    """Close an account: nobody comes in with it any more, and every session ends. `allin db account` opens it anew.

    Example: allin account close nadia --reason "left on 30 June"
    """
    from allin.operations.accounts import closed

    print(asyncio.run(closed(settings_for(data), login, reason)))


@account.command()
def link(login: Login, reason: Why, data: Data = None) -> None:
    """Make a link with which somebody sets a new password: good once, for an hour. Hand it to that person only.

    Example: allin account link nadia --reason "forgot it; I know her voice"
    """
    from allin.operations.accounts import password_link

    print(asyncio.run(password_link(settings_for(data), login, reason)))


@account.command("no-factor")
def no_factor(login: Login, reason: Why, data: Data = None) -> None:
    """Take somebody's second factor away, when phone and recovery codes are lost; they set up another one.

    Example: allin account no-factor nadia --reason "phone stolen; seen in person"
    """
    from allin.operations.accounts import factor_off

    print(asyncio.run(factor_off(settings_for(data), login, reason)))
