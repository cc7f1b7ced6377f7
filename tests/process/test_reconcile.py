"""After an older database was restored, reconciling finds what the partners have and we do not know any more."""

import shutil
from collections import Counter
from pathlib import Path

from allin.operations.reconcile import listed, looked_up
from storage.core.database import Database
from tests.process.small import NOTHING_BOOKED, crew, declare, engaged
from tests.process.world import World
from workers.order_lookups import Lookups
from workers.wiring import OnSite

TRAIN = {"from_place": "Bruxelles", "to_place": "Liège"}


async def test_a_restored_older_database_does_not_know_what_the_partners_have(house: World, tmp_path: Path) -> None:
    older = tmp_path / "older.db"
    shutil.copy(tmp_path / "allin.db", older)
    small = {**NOTHING_BOOKED, "expenses": None, "travel": TRAIN, "crew": crew("ann")}
    job_id = await declare(house, **small)
    await engaged(house, job_id)
    await house.until_step(job_id, "travel:ann", "done")
    effects = (await house.partners("GET", "/admin/effects"))["effects"]
    assert await listed(house.site.database, effects) == []
    assert await looked_up(house.site.database, Lookups(house.site)) == []

    restored = Database(f"sqlite:///{older}", house.site.settings.keys())
    found = await listed(restored, effects)
    kinds = Counter((each.partner, each.kind) for each in found)
    assert kinds["railway", "orphan_hold"] == 1, "a ticket that no order of ours asked for"
    assert kinds["dimona", "unknown_declaration"] == 1
    await restored.close()

    await house.partners("POST", "/admin/partners/railway/stop")
    away = await looked_up(house.site.database, Lookups(house.site))
    assert [(each.kind, each.partner) for each in away] == [("not_asked", "railway")]
    await house.partners("POST", "/admin/partners/railway/start")

    emptied = OnSite(house.site.settings, house.site.database, house.calendar, transport=_other_partners(tmp_path))
    lost = await looked_up(house.site.database, Lookups(emptied))
    assert {(each.kind, each.partner) for each in lost} == {("not_there", "railway"), ("not_there", "dimona")}


def _other_partners(folder: Path) -> object:
    import httpx2

    from sandbox.app import create_app
    from sandbox.settings import SandboxSettings

    app = create_app(folder / "other.db", SandboxSettings(public_url="http://allin"))
    return httpx2.ASGITransport(app=app)
