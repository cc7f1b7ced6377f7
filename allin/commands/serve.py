"""The parts on their own, for production: worker, API, sandbox, and the database's schema."""

import asyncio
import os
from pathlib import Path
from typing import Annotated

import typer

from allin.client.options import Data, settings_for

db = typer.Typer(
    help="The database: its schema, entities and accounts.", no_args_is_help=True, rich_markup_mode=None
)
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
    every: Annotated[
        float, typer.Option("--every", min=0, help="Seconds between two turns of people; 0: none.")
    ] = 10,
) -> None:
    """Serve the simulated partners, and give the simulated people their turn; never in production.

    Example: allin sandbox --port 8090
    """
    from allin.parts import serve_sandbox

    asyncio.run(serve_sandbox(settings_for(data), host, port, public_url, every))


def replay_open(
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="At most so many; without it, all.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
    data: Data = None,
) -> None:
    """Replay what is under way with this release, before it goes out; exit code 1 when something would stand still.

    Run by the new release while the old one serves, before `allin db upgrade`: nothing is carried out and nothing
    changes. Run by the old release before going back: it says which jobs the new one has already led elsewhere.

    Example: allin replay-open --limit 1000
    """
    from allin.operations.replay_open import replay_open

    print(asyncio.run(replay_open(settings_for(data), limit=limit, as_json=as_json)))


@db.command("upgrade")
def upgrade_(
    data: Data = None,
    contract: Annotated[
        bool, typer.Option("--contract", help="Also what programs of the release before cannot work with.")
    ] = False,
) -> None:
    """Bring the database to the newest schema, while the parts of this release and the one before run.

    Each migration whole, or not at all. Contract steps take something away that the release before uses: they wait
    for --contract, once every part runs this release.

    Example: allin db upgrade
    """
    from allin.operations.schema import upgraded

    print(asyncio.run(upgraded(settings_for(data), contract=contract)))


@db.command("downgrade")
def downgrade_(
    to: Annotated[str, typer.Option("--to", help="A release, such as 0.1.0, or a migration.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be undone and lost.")] = False,
    data: Data = None,
) -> None:
    """Take the schema back to a release, for programs that do not work with this one; refused where data is lost.

    Run by the release that made the schema, after its parts are stopped. The release before works with most newer
    schemas as they are: `allin db check`, run by it, says whether this is needed at all.

    Example: allin db downgrade --to 0.1.0 --dry-run
    """
    from allin.operations.schema import downgraded

    print(asyncio.run(downgraded(settings_for(data), to, dry_run=dry_run)))


@db.command("check")
def check_(
    data: Data = None, as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False
) -> None:
    """Say whether this program works with the database, and with which schemas it does.

    Example: allin db check
    """
    from allin.operations.schema import checked

    print(asyncio.run(checked(settings_for(data), as_json=as_json)))


@db.command()
def demo(data: Data = None) -> None:
    """Write down the demonstration's people, entities, own vans and stock; refused in production.

    Example: allin db demo
    """
    from allin.parts import seeded

    print(asyncio.run(seeded(settings_for(data))))


@db.command()
def entities(
    file: Annotated[Path, typer.Argument(help="A list of legal entities, in YAML or JSON.", show_default=False)],
    data: Data = None,
) -> None:
    """Write down the cooperative's legal entities, or bring them up to date; the same as `allin setup entities`.

    Example: allin db entities entities.yaml
    """
    from allin.operations.setting_up import taken

    print(asyncio.run(taken(settings_for(data), "entities", file, dry_run=False)))


@db.command()
def account(
    login: Annotated[str, typer.Argument(help="How this person signs in.", show_default=False)],
    name: Annotated[str, typer.Option("--name", help="Given name and family name.")],
    role: Annotated[
        list[str], typer.Option("--role", help="member, advisor, ops, finance or auditor; repeatable.")
    ],
    email: Annotated[str, typer.Option("--email", help="Where this person is written to.")],
    entity: Annotated[str | None, typer.Option("--entity", help="A member's home entity.")] = None,
    adviser: Annotated[str | None, typer.Option("--adviser", help="A member's adviser, by login.")] = None,
    data: Data = None,
) -> None:
    """Give somebody an account, or change their roles; the password is asked for (or ALLIN_PASSWORD).

    Example: allin db account nadia --name "Nadia Roy" --email nadia@coop.example --role ops
    """
    from allin.embedded.first_people import Newcomer, keep_account

    password = os.environ.get("ALLIN_PASSWORD") or typer.prompt(
        "Password", hide_input=True, confirmation_prompt=True
    )
    newcomer = Newcomer(login, name, email, tuple(role), entity, adviser)
    print(asyncio.run(keep_account(settings_for(data), newcomer, password)))
