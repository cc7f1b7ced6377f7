"""What makes two quotes the same: every figure with its rates, every date, and nothing else."""

import base64
import hashlib
import json
from collections.abc import Iterator

from domain.declaration import JobDeclaration
from domain.figures import Figure
from domain.quoting.models import Quote

Grain = str | int | None | list["Grain"]


def fingerprint(quote: Quote) -> str:
    """A digest of the figures and dates of a quote; words, notices and the day it was made do not count."""
    return hashlib.sha256(json.dumps(list(_grains(quote)), separators=(",", ":")).encode()).hexdigest()


def quote_id(figures: str, declaration: JobDeclaration) -> str:
    """A quote's name: 16 characters for its figures and 8 for what was declared."""
    asked = declaration.model_dump_json(exclude={"quote_id"}).encode()
    return f"{_short(bytes.fromhex(figures), 16)}-{_short(hashlib.sha256(asked).digest(), 8)}"


def same_figures(one: str, other: str) -> bool:
    """Whether two quote ids stand for the same figures."""
    return one.partition("-")[0] == other.partition("-")[0]


def _short(digest: bytes, length: int) -> str:
    return base64.b32encode(digest).decode()[:length]


def _figure(figure: Figure | None) -> Grain:
    return None if figure is None else [str(figure.amount_eur), *figure.rate_ids]


def _grains(quote: Quote) -> Iterator[Grain]:
    singles = (quote.subsidy, quote.fee, quote.reserve, quote.wage_budget, quote.left_over, quote.prefinanced)
    yield [_figure(one) for one in singles]
    if quote.client is not None:
        client = quote.client
        yield [client.vat_category, f"{client.vat_percent.normalize():f}", client.mention]
        yield [_figure(one) for one in (client.net, client.on_top, client.vat, client.total)]
    for line in quote.services:
        yield [line.service, line.item, line.choice, line.borne_by, _figure(line.price), _figure(line.ceiling)]
    for planned in quote.expenses:
        yield [planned.item, planned.kind, planned.on.isoformat(), _figure(planned.amount)]
    for pay in quote.people:
        yield [pay.item, pay.status, pay.chain, pay.days, str(pay.last_day_on), str(pay.pay_on)]
        yield [_figure(one) for one in (pay.budget, pay.gross, pay.cost, pay.net_low, pay.net_high)]
        for each in pay.pay_days:
            yield [pay.item, each.last_on.isoformat(), each.pay_on.isoformat(), str(each.gross_eur)]
    for deadline in quote.deadlines:
        yield [deadline.kind, deadline.item, deadline.due_at.isoformat()]
