"""Own takings on the member's page: how much to pay in, where, by when, with a code that a bank's app reads."""

from typing import Any

import segno

from api.container import Container
from domain.people import Language
from domain.remittance import epc_lines
from engine.words import day, money
from storage.jobs.jobs import KeptJob
from storage.money import takings

OVER = frozenset({"closed", "written_off", "withdrawn", "refused"})


async def of_job(home: Container, kept: KeptJob, lang: Language) -> dict[str, Any] | None:
    """None before the work is over, and when all of it came in."""
    if (
        kept.plan.uninvoiced is None
        or kept.state in OVER
        or home.now() < kept.plan.last_end_at
        or kept.file.stopping
    ):
        return None
    async with home.database.reading() as connection:
        left = await takings.to_pay_in(connection, kept.job_id)
    if left is None:
        return None
    code = segno.make_qr(
        epc_lines(left.beneficiary, left.iban, left.bic, left.amount_eur, left.reference), error="m"
    )
    return {
        "amount": money(lang, left.amount_eur),
        "by": day(lang, left.by_on, "EEEE d MMMM"),
        "beneficiary": left.beneficiary,
        "iban": " ".join(left.iban[n : n + 4] for n in range(0, len(left.iban), 4)),
        "reference": left.reference,
        "code": code.svg_data_uri(scale=3, border=2),
    }
