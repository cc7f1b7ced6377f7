"""Work that every installation does once a day by itself: forgetting what nobody needs any more."""

from datetime import timedelta

import structlog

from storage.core.retention import forget
from storage.execution.regular_work import RegularWork
from workers.site import OnSite

RETENTION = "retention"
EVERY = timedelta(hours=24)

log = structlog.get_logger(__name__)


async def upkeep(site: OnSite) -> bool:
    """Forget what is over, unless that was done within a day; whether it was done now. Two workers at once do no
    harm: what one forgot, the other does not find."""
    now, work = site.calendar.now(), RegularWork(site.database)
    if await work.done_since(RETENTION, now - EVERY):
        return False
    gone = await forget(site.database, now)
    told = ", ".join(f"{count} {table}" for table, count in gone.items() if count)
    await work.done(RETENTION, now, site.calendar.now(), told or "nothing")
    if told:
        log.info("forgotten", what=told)
    return True
