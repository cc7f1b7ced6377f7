"""Who earns what: fixed amounts first, then shares of the rest, to the cent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from domain.figures import Figure, figure
from domain.money import ZERO, share
from domain.parties import CrewMember
from domain.people import Language
from domain.quoting.dates import pay_days
from domain.quoting.models import Pay
from domain.quoting.sheet import QuoteInput, under_contract
from domain.rates import Rate, rate
from domain.rules.language import ContractLanguage, Seat, contract_language
from domain.rules.pay import Chain, PayChain, Withholding, gross_for_net, pay_chains
from domain.rules.price import budget_for_gross, gross_from_budget
from domain.services.employment_contract import LanguageNeedsAdviser

Pays = tuple[PayChain, ...]
"""The pays of one contract, in order."""


@dataclass(frozen=True)
class Part:
    """One person's part before the shares are known."""

    person: CrewMember
    fixed: Decimal | None
    """The budget that is fixed by a gross, a wished net or a budget."""
    gross: Decimal | None
    """The gross, when that is what is fixed."""

    @property
    def weight(self) -> Decimal:
        """How many shares of the rest."""
        return Decimal(self.person.share or 1)


def parts_of(sheet: QuoteInput) -> tuple[Part, ...]:
    """Everybody's part, in declared order."""
    return tuple(_part(sheet, person) for person in sheet.employed)


def _part(sheet: QuoteInput, person: CrewMember) -> Part:
    factor = rate("coefficient", sheet.last_day_of(person)).value
    gross = person.gross_eur
    if person.net_wished_eur is not None:
        gross = gross_for_net(
            person.net_wished_eur,
            sheet.chain(person),
            sheet.last_day_of(person),
            withholding=sheet.record(person).withholding or "prudent",
            leaving=_leaving(person),
            split=lambda gross: _paid(sheet, person, gross),
        )
    if gross is not None:
        return Part(person, budget_for_gross(gross, factor), gross)
    return Part(person, person.budget_eur, None)


def _leaving(person: CrewMember) -> bool:
    """Whether the employment ends with the job, so that holiday pay is due with this pay."""
    return not under_contract(person)


def fixed_budget(parts: Sequence[Part]) -> Decimal:
    """What the fixed amounts need together."""
    return sum((part.fixed for part in parts if part.fixed is not None), ZERO)


def has_shares(parts: Sequence[Part]) -> bool:
    """Whether somebody takes a share of the rest."""
    return any(part.fixed is None for part in parts)


def budgets(parts: Sequence[Part], wage_budget: Decimal) -> list[Decimal]:
    """Everybody's budget: what is fixed, and the shares of the rest by largest remainder."""
    rest = max(wage_budget - fixed_budget(parts), ZERO)
    sharing = [part for part in parts if part.fixed is None]
    shares = iter(share(rest, [part.weight for part in sharing]) if sharing else [])
    return [next(shares) if part.fixed is None else part.fixed for part in parts]


def pay_of(sheet: QuoteInput, part: Part, budget: Decimal) -> Pay:
    """One person's pay from their budget: gross, cost and the range of the net."""
    person, last_day = part.person, sheet.last_day_of(part.person)
    row = rate("coefficient", last_day)
    gross = part.gross if part.gross is not None else gross_from_budget(budget, row.value)
    cost = budget_for_gross(gross, row.value)
    chosen = sheet.record(person).withholding
    paid = _paid(sheet, person, gross)
    low, high = net_range(paid, sheet.chain(person), leaving=_leaving(person), chosen=chosen)
    tongue = tongue_of(sheet, person)
    return Pay(
        item=person.item,
        name=sheet.name_of(person.item),
        member=person.member,
        function=person.function or "",
        artistic=sheet.artistic(person),
        manual=sheet.chain(person) == "manual",
        status=person.status,
        agreed_as=_agreed_as(person),
        chain=sheet.chain(person),
        withholding=chosen or "prudent",
        joint_committee=sheet.joint_committee(person),
        language=tongue.binding,
        courtesy_translation=tongue.courtesy,
        days=len(sheet.days_of(person)),
        budget=_budget_figure(person, budget),
        gross=_gross_figure(part, gross, budget, row),
        cost=figure("cost", "Cost", cost, "{gross} x {coefficient}", row, gross=gross, coefficient=row.value),
        net_low=_estimate("net_low", low),
        net_high=_estimate("net_high", high),
    )


def _paid(sheet: QuoteInput, person: CrewMember, gross: Decimal) -> list[tuple[Decimal, date]]:
    """How somebody's gross is paid: each part with the last day it pays for."""
    parts = [(one.gross_eur, one.last_on) for one in pay_days(sheet, person, gross)]
    return parts or [(gross, sheet.last_day_of(person))]


def net_range(
    paid: Sequence[tuple[Decimal, date]], chain: Chain, *, leaving: bool, chosen: Withholding | None
) -> tuple[Pays, Pays]:
    """The pay with the prudent withholding and with the favourable one, where there is another; one pay once an
    adviser has said which of them applies to the person. `paid`: each part with the last day it pays for."""
    low = pay_chains(paid, chain, withholding=chosen or "prudent", leaving=leaving)
    if chosen or all(one.net_high_eur == one.net_low_eur for one in low):
        return low, low
    return low, pay_chains(paid, chain, withholding="flat", leaving=leaving)


def net_of(pays: Pays) -> Decimal:
    """The net of all the pays of one contract."""
    return sum((one.net_eur for one in pays), ZERO)


def tongue_of(sheet: QuoteInput, person: CrewMember) -> ContractLanguage:
    """The language of somebody's contract; where an adviser must decide, French stands until then."""
    spoken = person.language or _spoken_at(sheet.context.entity.seat)
    try:
        return contract_language(sheet.context.entity.seat, spoken)
    except LanguageNeedsAdviser:
        return ContractLanguage(binding="fr", why="The adviser decides the language.", source="seat of the entity")


def _spoken_at(seat: Seat) -> Language:
    return "nl" if seat == "flanders" else "fr"


def _estimate(key: str, computed: Pays) -> Figure:
    """The net at one end of the range, with every rate of the chain behind it; paid by the month, all together."""
    lines = [line for one in computed for line in one.figures if line.rate_ids]
    return _net(computed).model_copy(
        update={
            "key": key,
            "rate_ids": tuple(dict.fromkeys(rate_id for line in lines for rate_id in line.rate_ids)),
            "source": "; ".join(dict.fromkeys(line.source for line in lines)),
            "verified": all(one.verified for one in computed),
        }
    )


def _net(computed: Pays) -> Figure:
    if len(computed) == 1:
        return computed[0].figure("net")
    terms = " + ".join(str(one.net_eur) for one in computed)
    return figure("net", "Estimated net pay", net_of(computed), "{terms}", terms=terms)


def _agreed_as(person: CrewMember) -> Literal["gross", "net_wished", "budget", "share"]:
    if person.gross_eur is not None:
        return "gross"
    if person.net_wished_eur is not None:
        return "net_wished"
    return "budget" if person.budget_eur is not None else "share"


def _budget_figure(person: CrewMember, budget: Decimal) -> Figure:
    why = {
        "gross": "what the fixed gross needs",
        "net_wished": "what the wished net needs",
        "budget": "as you said",
        "share": "{share} of what is left after the fixed amounts",
    }[_agreed_as(person)]
    return figure("budget", "Budget", budget, why, share=person.share or 1)


def _gross_figure(part: Part, gross: Decimal, budget: Decimal, row: Rate) -> Figure:
    if part.person.net_wished_eur is not None:
        why = "the smallest gross that leaves {net} net"
        return figure("gross", "Gross pay", gross, why, row, net=part.person.net_wished_eur)
    if part.gross is not None:
        return figure("gross", "Gross pay", gross, "as you said")
    why = "{budget} / {coefficient}, rounded down"
    return figure("gross", "Gross pay", gross, why, row, budget=budget, coefficient=row.value)
