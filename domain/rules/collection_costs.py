"""What collecting costs us, and how much of it the law lets us ask of the debtor beside the principal."""

from typing import Final

from domain.rules.debt_collection import Route
from domain.services.debt_collection import ChargedWhen

OF_ROUTE: Final[dict[Route, ChargedWhen]] = {
    "undisputed_debt": "at_once",
    "amicable_bailiff": "never",
    "court": "with_title",
    "european_order": "with_title",
    "enforcement": "at_once",
    "insolvency": "never",
}
"""A court's fee and the European order are asked once there is a title; a seizure rests on one; what filing a claim
with a receiver costs is ours.

Source: Jud. Code art. 1394/20 (principal, increases by law, costs of recovery); CDE/WER art. XIX.4 (a consumer owes
nothing beyond the accepted clause).
"""


def charged_when(route: Route | None) -> ChargedWhen:
    """When the debtor is asked for what a stage costs; a letter, which has no route, never beside its lump sum.

    Enterprises: the 40.00 EUR stand for the first 40.00 of costs (law of 2 August 2002, art. 6). Consumers: a first
    reminder is free and the clause covers every amicable cost (CDE/WER art. XIX.2 and XIX.4).
    """
    return "never" if route is None else OF_ROUTE[route]
