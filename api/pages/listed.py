"""One job of a list, as far as it is."""

from api import reading
from api.house import House
from api.pages import shown
from domain.people import Language


async def job_card(home: House, job_id: str, lang: Language) -> shown.JobCard:
    """The card of one job."""
    kept = await home.jobs.job(job_id)
    steps = reading.in_process_order(kept.plan, await home.steps.of_job(job_id))
    return shown.job_card(kept, steps, lang)
