"""The jobs of a list, each as far as it is."""

from collections.abc import Sequence

from api.container import Container
from api.jobs import access
from api.pages import view_values
from domain.people import Language
from domain.promises import OVER
from storage.jobs.jobs import JobRow

NOTHING_BEGINS = OVER | {"stopping"}


async def job_cards(home: Container, rows: Sequence[JobRow], lang: Language) -> list[view_values.JobRowView]:
    """The cards of some jobs, in two questions however many they are."""
    ids = [row.job_id for row in rows]
    async with home.database.glancing():
        plans, begun = await home.jobs.plans(ids), await home.steps.how_far(ids)
    cards = []
    for row in rows:
        never = row.state in NOTHING_BEGINS
        waiting = {one.step: "superseded" if never else one.state for one in access.planned(plans[row.job_id])}
        states = waiting | begun.get(row.job_id, {})
        cards.append(view_values.job_card(row, list(states.values()), lang))
    return cards
