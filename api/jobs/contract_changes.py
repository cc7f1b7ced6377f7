"""Signed contracts that would change, as people read them: what is signed beside what is proposed."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from api.jobs.pending_move import ChangeTold
from api.wording.timeline import NOBODY, Names, title
from api.wording.work_days import work_days
from domain.contracts_in_force import CONTRACT, Terms, proposals
from domain.orders import step_name
from domain.people import Language
from domain.services.employment_contract import EmploymentContractRequest, first_start_without
from engine.wording import any_function
from engine.words import moment, money, say
from storage.jobs.jobs import KeptJob


class ContractChange(BaseModel):
    """A signed contract that would change; until both have signed the change, what is signed stays in force."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    step: str
    title: str
    changes: list[ChangeTold]
    """What is signed, and what is proposed instead."""
    waits_for: Literal["advisor", "collaborator"]
    """Who decides what is to be done about it, or the person who has the amendment to sign."""
    text: str
    """The same in a sentence: until when, and what follows without it."""


def contract_changes(kept: KeptJob, lang: Language, names: Names = NOBODY) -> list[ContractChange]:
    """Every signed contract that people are asked about, or whose amendment waits to be signed."""
    return [_change(item, one, lang, names) for item, one in proposals(kept.file, kept.plan).items()]


def _change(item: str, found: Terms, lang: Language, names: Names) -> ContractChange:
    wanted = found.proposed or found.in_force
    start = first_start_without(found.in_force, wanted)
    if found.signing:
        text, by = "page.contract.signing", wanted.answer_by
    else:
        text, by = "page.contract.asked" if start else "page.contract.pay_only", start or wanted.starts_at
    return ContractChange(
        step=step_name(CONTRACT, item),
        title=title(step_name(CONTRACT, item), lang, names),
        changes=differences(found.in_force, wanted, lang),
        waits_for="collaborator" if found.signing else "advisor",
        text=say(lang, text, until=moment(lang, by, "EEEE d MMMM, HH:mm")),
    )


def differences(
    signed: EmploymentContractRequest, wanted: EmploymentContractRequest, lang: Language
) -> list[ChangeTold]:
    """Days with hours and place, function and pay: what is not the same."""
    rows = [
        (say(lang, "page.link.days"), _days(signed, lang), _days(wanted, lang)),
        (say(lang, "page.link.function"), any_function(signed.function, lang), any_function(wanted.function, lang)),
        (say(lang, "page.link.gross"), money(lang, signed.gross_eur), money(lang, wanted.gross_eur)),
    ]
    return [ChangeTold(label=label, before=old, after=new) for label, old, new in rows if old != new]


def _days(offer: EmploymentContractRequest, lang: Language) -> str:
    return "\n".join(work_days(((day.local_start, day.local_end, day.place) for day in offer.days), lang))
