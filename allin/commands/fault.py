"""`allin fault`: make a simulated partner misbehave, to see what the house does then."""

from typing import Annotated

import httpx2
import typer

from allin.client.options import Data, folder_of
from allin.client.terminal import Stop

PARTNER = typer.Argument(help="As the sandbox names it: railway, vans, bank ...; * is any.", show_default=False)
OPERATION = typer.Argument(help="One of the partner's operations; * is any.", show_default=False)
FAULT = typer.Argument(help="delay, 409, 422, 500, 503, cut, execute_then_fail or expire_hold.", show_default=False)


def fault(
    partner: Annotated[str | None, PARTNER] = None,
    operation: Annotated[str | None, OPERATION] = None,
    kind: Annotated[str | None, FAULT] = None,
    times: Annotated[int, typer.Option("--times", min=1, help="So many calls, then it works again.")] = 1,
    detail: Annotated[str, typer.Option("--detail", help="What the partner says, with 422.")] = "",
    about: Annotated[
        str | None, typer.Option("--about", help="Only calls whose key contains this: a job's id, or travel/ann.")
    ] = None,
    clear: Annotated[bool, typer.Option("--clear", help="Remove every fault instead.")] = False,
    data: Data = None,
) -> None:
    """Make a simulated partner misbehave; sandbox/README.md lists partners and operations.

    Example: allin fault railway create_booking 422 --about travel/ann --detail "No seat is left on this train."
    """
    running = folder_of(data).running()
    if running is None:
        raise Stop("no installation with simulated partners runs on this data folder: start `allin up`")
    admin = httpx2.Client(base_url=f"http://127.0.0.1:{running.sandbox_port}/admin", trust_env=False)
    if clear:
        _check(admin.delete("/faults"))
        print("every fault is removed")
        return
    if not (partner and operation and kind):
        raise Stop("name the partner, its operation and the fault, or give --clear")
    _check_known(admin, partner, operation)
    wanted = {"partner": partner, "operation": operation, "fault": kind, "times": times}
    wanted |= {"detail": detail} if detail else {}
    wanted |= {"about": about} if about else {}
    _check(admin.post("/faults", json=wanted))
    print(f"{partner} {operation}: {kind}, {'once' if times == 1 else f'{times} times'}")


def _check_known(admin: httpx2.Client, partner: str, operation: str) -> None:
    """A fault for something that no partner offers would wait for ever."""
    found = [(each["partner"], each["operation"]) for each in admin.get("/operations").json()["operations"]]
    of_partner = [name for owner, name in found if partner in (owner, "*")]
    if not of_partner:
        raise Stop(f"no partner is called {partner}: {', '.join(sorted({owner for owner, _ in found}))}")
    if operation not in (*of_partner, "*"):
        raise Stop(f"{partner} has no operation {operation}: {', '.join(of_partner)}")


def _check(answer: httpx2.Response) -> None:
    if answer.status_code >= 400:
        problem = answer.json()
        raise Stop(f"the sandbox says no: {problem.get('detail') or problem.get('title')}")
