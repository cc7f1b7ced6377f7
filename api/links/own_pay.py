"""What a person behind a link is estimated to be paid, and when."""

from typing import Any

from domain.quoting.split import net_of, net_range
from domain.rates import RateNotKnownYet
from domain.services.employment_contract import EmploymentContractRequest
from storage.jobs.jobs import KeptJob


def own_pay(job: KeptJob, item: str, offer: EmploymentContractRequest) -> dict[str, Any]:
    """The estimated net and every pay day; nothing for whoever is paid no wage."""
    wage = job.plan.wages.get(item)
    if wage is None:
        return {}
    paid = [(one.gross_eur, one.last_on) for one in offer.pay_days] or [(offer.gross_eur, wage.last_day_on)]
    told: dict[str, Any] = {"pay_on": wage.pay_on, "pay_days": offer.pay_days}
    try:
        low, high = net_range(paid, wage.chain, leaving=wage.leaving, chosen=None)
    except RateNotKnownYet:
        return told
    return told | {"net_low_eur": net_of(low), "net_high_eur": net_of(high)}
