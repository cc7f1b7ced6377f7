"""The parts of a production, each in a process of its own that imports only what it serves."""

import asyncio

import httpx2
import structlog
from starlette.types import ASGIApp

from allin.client.terminal import Stop
from allin.embedded.web_server import Served
from allin.installation import Installation, opened
from allin.stopping import signals
from engine import logs, telemetry
from engine.calendar import wall_clock
from engine.settings import Settings
from storage.core.schema_range import newest

log = structlog.get_logger(__name__)


async def serve_worker(settings: Settings) -> None:
    """Be on duty until a signal; running tries get two seconds to end."""
    from workers.morning import ensure_schedule
    from workers.notices import sending
    from workers.wiring import OnSite, build_worker

    logs.set_up(settings)
    telemetry.start(settings, "worker")
    async with opened(settings, part="worker") as here:
        client = await here.temporal()
        stopped = signals()
        await ensure_schedule(client, settings.task_queue)
        site = OnSite(here.settings, here.database, here.calendar)
        async with build_worker(client, site), sending(site):
            logs.started("worker", schema=newest(), queue=settings.task_queue)
            await stopped.wait()


async def serve_api(settings: Settings, host: str, port: int) -> None:
    """Answer until a signal."""
    logs.set_up(settings)
    telemetry.start(settings, "api")
    async with opened(settings, part="api") as here:
        served = Served("the API", await _app(here), host=host, port=port)
        await served.start()
        logs.started("api", schema=newest(), address=served.address)
        await signals().wait()
        await served.stop()


async def _app(here: Installation) -> ASGIApp:
    from api.app import create_app
    from api.temporal.processes import TemporalProcess
    from workers.bank_desk import bank_desk
    from workers.foresight import WorkerPreviews
    from workers.printer import Press
    from workers.wiring import OnSite

    process = TemporalProcess(await here.temporal(), here.settings.task_queue)
    site = OnSite(here.settings, here.database, here.calendar)
    return create_app(
        here.settings,
        here.database,
        process,
        here.calendar,
        desk=bank_desk(site),
        foresight=WorkerPreviews(site),
        printer=Press(),
        shift=here.calendar.shift,
    )


async def serve_sandbox(settings: Settings, host: str, port: int, public_url: str | None, every: float) -> None:
    """Play the partners until a signal, in real time; never in production."""
    from sandbox.app import create_app as create_sandbox
    from sandbox.settings import SandboxSettings

    _not_in_production(settings)
    logs.set_up(settings)
    settings.data.mkdir(parents=True, exist_ok=True)
    ours = public_url or settings.public_url
    secret = settings.webhook_secret or settings.keys().derive("webhooks").hex()
    manners = SandboxSettings(public_url=ours, webhook_url=ours, webhook_secret=secret)
    served = Served("the sandbox", create_sandbox(settings.data / "sandbox.sqlite", manners), host=host, port=port)
    await served.start()
    turns = asyncio.create_task(_turns(f"http://127.0.0.1:{served.port}", every)) if every else None
    await signals().wait()
    if turns:
        turns.cancel()
    await served.stop()


async def _turns(address: str, every: float) -> None:
    """Simulated people act and partners report, now and then."""
    async with httpx2.AsyncClient(base_url=address, trust_env=False) as http:
        while True:
            answer = await http.post("/admin/tick", json={"now": wall_clock().isoformat()})
            if answer.is_error:
                log.warning("the simulated people could not act", status=answer.status_code)
            await asyncio.sleep(every)


def _not_in_production(settings: Settings) -> None:
    if settings.production:
        raise Stop("a production installation has no simulated partners and no demo people")


async def seeded(settings: Settings) -> str:
    """The demonstration's world, written down."""
    from allin.embedded import demo_data

    _not_in_production(settings)
    async with opened(settings) as here:
        await demo_data.seed(here.database, here.calendar.now())
    return f"{len(demo_data.PEOPLE)} people: {', '.join(each.login for each in demo_data.PEOPLE)}"
