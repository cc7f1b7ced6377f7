"""The parts on their own, for production: worker, API, sandbox, and the database's schema."""

import asyncio
from typing import Annotated

import typer

from allin.asking import Data, settings_for

db = typer.Typer(help="The database's schema.", no_args_is_help=True, rich_markup_mode=None)
Host = Annotated[str, typer.Option("--host", help="The address to listen on.")]


def worker(data: Data = None) -> None:
    """Serve jobs and their activities until told to stop; running tries get two seconds to end.

    Example: ALLIN_TEMPORAL_ADDRESS=temporal:7233 allin worker
    """
    from allin.parts import serve_worker  # each part is imported by the process that serves it only

    asyncio.run(serve_worker(settings_for(data)))


def api(data: Data = None, host: Host = "127.0.0.1", port: Annotated[int, typer.Option("--port")] = 8000) -> None:
    """Serve the API and its pages until told to stop.

    Example: allin api --host 0.0.0.0 --port 8000
    """
    from allin.parts import serve_api

    asyncio.run(serve_api(settings_for(data), host, port))


def sandbox(
    data: Data = None,
    host: Host = "127.0.0.1",
    port: Annotated[int, typer.Option("--port")] = 8090,
    public_url: Annotated[str | None, typer.Option("--public-url", help="Where people open their links.")] = None,
) -> None:
    """Serve the simulated partners; never in production.

    Example: allin sandbox --port 8090
    """
    from allin.parts import serve_sandbox

    serve_sandbox(settings_for(data), host, port, public_url)


@db.command("upgrade")
def upgrade_(data: Data = None) -> None:
    """Bring the database to the newest schema; all of it, or nothing.

    Example: allin db upgrade
    """
    from allin.parts import upgraded

    print(asyncio.run(upgraded(settings_for(data))))


@db.command("check")
def check_(data: Data = None) -> None:
    """Say whether the database is what this program needs.

    Example: allin db check
    """
    from allin.parts import checked

    print(asyncio.run(checked(settings_for(data))))
