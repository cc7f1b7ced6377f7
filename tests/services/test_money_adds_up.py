"""Whatever price, deposit, VAT and crew are drawn: the documents make the quoted price, the fees the quoted fee,
each person is paid what was promised, and the job closes at zero.
"""

import itertools
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from decimal import Decimal as D
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from activities.invoicing import Invoicing
from activities.prefinancing import Prefinancing
from domain import entries
from domain.declaration import JobDeclaration, load_declaration
from domain.ledger import Account
from domain.money import share, slice_of
from domain.orders import StepOrder
from domain.papers import InvoicePaper
from domain.plan import JobPlan
from domain.planning import PlanRefs, plan
from domain.quote import Quote, QuoteContext, quote
from domain.rules.pay import pay_chain
from domain.rules.price import budget_for_gross, coefficient
from domain.services.invoicing import InvoiceRequest
from storage.services.invoicing import Invoices
from storage.services.prefinancing import FundStore
from tests.databases import sqlite_database
from tests.services.conftest import Partners, TestClock
from tests.services.office import Cards, Office, open_office
from tests.services.test_invoicing import Waiting

EXAMPLES = Path(__file__).parents[2] / "examples"
DAY_ONE = date(2026, 2, 2)
NUMBERS = itertools.count(1)
EUR = st.decimals(min_value=D("1200.00"), max_value=D("9000.00"), places=2)


class NoPress:
    """Files of no bytes: how papers look is another test's business."""

    async def invoice_files(self, paper: InvoicePaper) -> tuple[bytes, bytes]:
        return b"pdf", b"xml"


class Drawer:
    """Papers that nobody reads."""

    async def file(self, *, name: str, **_: Any) -> str:
        return name

    async def filed(self, order_key: str, kind: str) -> str | None:
        return None


@pytest.fixture
async def office(tmp_path: Path, partners: Partners, clock: TestClock) -> AsyncIterator[Office]:
    clock.at = datetime(2026, 3, 16, 9, 0, tzinfo=UTC)
    async with open_office(sqlite_database(tmp_path), partners, clock) as opened:
        yield opened


def desk(office: Office, job_id: str) -> Invoicing:
    return Invoicing(
        invoices=Invoices(office.database),
        printer=NoPress(),
        access_point=None,  # type: ignore[arg-type]  # nothing is sent here
        ledger=office.ledger,
        collections=Waiting(),
        entities=office.entities,
        clients=office.clients,
        jobs=Cards(job_id),
        papers=Drawer(),  # type: ignore[arg-type]
        post=office.post,
        deadlines=office.deadlines,
        letterhead=office.letterhead,
        clock=office.clock,
    )


def drawn(
    price: D, percent: int | None, with_vat: bool, rate: tuple[bool, bool], shares: list[int]
) -> JobDeclaration:
    """A concert with another price, deposit, VAT and crew."""
    declared = load_declaration((EXAMPLES / "concert.yaml").read_text(encoding="utf-8"))
    crew = [
        {
            "item": f"p{n}",
            "member": n == 0,
            "function": "musician",
            "artistic": True,
            "share": share,
            "name": f"P {n}",
            "email": f"p{n}@crew.example",
        }
        for n, share in enumerate(shares)
    ]
    changes = {
        "price_eur": price,
        "price_includes_vat": with_vat,
        "vat": {"performance_or_licence": rate[0], "advertising": rate[1]},
        "invoicing": {"deposit_percent": percent} if percent else {},
        "crew": crew,
        "van_rental": [],
        "travel": [],
        "equipment": None,
        "expenses": None,
        "reserve_eur": None,
    }
    return JobDeclaration.model_validate(declared.model_dump(exclude_unset=True) | changes)


def planned(office: Office, declared: JobDeclaration) -> tuple[Quote, JobPlan]:
    made, context = quote(declared, DAY_ONE, QuoteContext()), QuoteContext()
    refs = PlanRefs(
        entity="liege",
        member_id="p-ana",
        client_id=office.client.client_id,
        client_version=office.client.version,
        people={slug: f"p-{slug}" for slug in declared.slugs},
        declared_at=datetime(2026, 2, 2, 7, tzinfo=UTC),
        context=context,
    )
    return made, plan(declared, made, refs, DAY_ONE)


def invoice_order(job_id: str, item: str, request: InvoiceRequest) -> StepOrder[InvoiceRequest]:
    return StepOrder(job_id=job_id, service="invoicing", item=item, entity="liege", request=request)


@given(
    price=EUR,
    percent=st.one_of(st.none(), st.just(100), st.integers(1, 100)),
    with_vat=st.booleans(),
    rate=st.sampled_from([(True, False), (False, False), (True, True)]),
    shares=st.lists(st.integers(1, 2), min_size=1, max_size=3),
    halves=st.booleans(),
)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_documents_fees_and_pay_add_up_and_the_job_closes_at_zero(
    office: Office, price: D, percent: int | None, with_vat: bool, rate: tuple[bool, bool], shares: list[int],
    halves: bool,
) -> None:  # fmt: skip
    made, orders = planned(office, drawn(price, percent, with_vat, rate, shares))
    job_id, client = f"J{next(NUMBERS)}", made.client
    assert client is not None
    if with_vat:
        assert client.total.amount_eur == price
    fund = Prefinancing(FundStore(office.database), office.clock)
    assert orders.prefinancing is not None
    reserving = StepOrder(job_id=job_id, service="prefinancing", entity="liege", request=orders.prefinancing)
    lifted = orders.prefinancing.model_copy(update={"approved_by": "adviser"})
    await fund.reserve(reserving.model_copy(update={"request": lifted}))

    service = desk(office, job_id)
    kept = [await service.issue(invoice_order(job_id, item, one)) for item, one in orders.invoicing.items()]
    assert sum(one.total_eur for one in kept) == client.total.amount_eur
    assert len(kept) == (1 if percent in (None, 100) else 2)
    books = await office.ledger.balances(job_id)
    assert books.owed(Account.FEE_TO_COLLECT) == made.fee.amount_eur
    assert books.owed(Account.VAT_TO_COLLECT) == client.vat.amount_eur

    for slug, wage in orders.wages.items():
        chain = pay_chain(wage.gross_eur, wage.chain, wage.last_day_on, leaving=wage.leaving)
        budget = budget_for_gross(wage.gross_eur, coefficient(wage.last_day_on))
        facts = (job_id, date(2026, 3, 27))
        await office.ledger.post(entries.wages(f"{job_id}/wages/{slug}/1:due", *facts, budget, chain))
        await office.ledger.post(entries.wages_paid(f"{job_id}/{slug}/paid", *facts, chain.net_eur))
    parts = [D("0.01"), client.total.amount_eur - D("0.01")] if halves else [client.total.amount_eur]
    for n, part in enumerate(parts):
        await office.ledger.post_from(
            f"{job_id}/in-{n}",
            job_id,
            lambda before, n=n, part=part: entries.client_payment(  # type: ignore[misc]
                f"{job_id}/in-{n}", job_id, date(2026, 4, 15), part, before
            ),
        )
    settled = await fund.settle(reserving)
    after = await office.ledger.balances(job_id)
    assert after.open == {}
    assert settled.posted_eur + settled.voided_eur == settled.reserved_eur
    assert after.of(Account.FUND) == after.of(Account.FUND_CLAIMS) == 0
    assert -after.of(Account.FEES) == made.fee.amount_eur
    assert -after.of(Account.VAT_DUE) == client.vat.amount_eur
    zero = [one for entry in await office.ledger.entries(job_id) for one in entry.postings if not one.amount_eur]
    assert zero == []


@given(price=EUR, subsidy=EUR, cut=st.integers(1, 5), kind=st.sampled_from(["company", "own_takings"]))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_income_without_an_invoice_carries_its_part_of_the_fee_and_its_vat_to_the_cent(
    office: Office, price: D, subsidy: D, cut: int, kind: str
) -> None:
    declared = drawn(price, None, False, (True, False), [1])
    if kind == "company":
        promise = {"from_name": "Fédération", "amount_eur": subsidy, "document": "promise.pdf"}
        changes: dict[str, Any] = {"prefinancing": {"subsidy": promise}}
    else:
        changes = {"client": {"kind": "own_takings"}}
    made, orders = planned(office, JobDeclaration.model_validate(declared.model_dump(exclude_unset=True) | changes))
    client, income = made.client, orders.uninvoiced
    assert client is not None
    assert income is not None
    assert made.fee is not None
    assert income.expected_eur == (subsidy if kind == "company" else client.total.amount_eur)
    job_id = f"J{next(NUMBERS)}"
    for item, one in orders.invoicing.items():
        await desk(office, job_id).issue(invoice_order(job_id, item, one))
    parts = share(income.expected_eur, [D(1)] * cut)
    before = D(0)
    for n, part in enumerate(parts):
        fee, vat = (slice_of(x, income.expected_eur, before, part) for x in (income.fee_eur, income.vat_eur))
        facts = (f"{job_id}/income-{n}", job_id, date(2026, 4, 15), part)
        books = await office.ledger.balances(job_id)
        await office.ledger.post(entries.income(*facts, fee=fee, vat=vat, before=books))
        before += part
    books = await office.ledger.balances(job_id)
    assert books.owed(Account.FEE_TO_COLLECT) - books.of(Account.FEES) == made.fee.amount_eur
    assert books.owed(Account.VAT_TO_COLLECT) - books.of(Account.VAT_DUE) == client.vat.amount_eur
