"""A figure that explains itself: what it is, why it is that much, and which rates it rests on."""

from decimal import Decimal

from domain.message import Message
from domain.money import Eur
from domain.rates.table import Rate
from domain.sentences import Sentence


class Figure(Message):
    """One amount of a quote, a pay statement or a claim.

    `label` and `why` are English sentences that serve as keys of the translations; `params` fill their places.
    """

    key: str
    """Its short name, stable for programs: `worker_contribution`."""
    label: str
    amount_eur: Eur
    why: str
    params: dict[str, str] = {}
    rate_ids: tuple[str, ...] = ()
    """The rows it was computed with, so that it can be explained years later."""
    source: str = ""
    verified: bool = True
    """False when one of its rates is secondary, derived, in conflict, or a demonstration setting."""
    provisional: bool = False
    """True when a rate of that day was not known yet and the last known one stands in; never on a claim."""
    terms: tuple[Sentence, ...] = ()
    """What the place `{parts}` is made of, one by one, where it is made of words."""
    name: str = ""
    """The label in the reader's language, once somebody reads it."""
    text: str = ""
    """The reason in the reader's language, filled in, once somebody reads it."""

    @property
    def sentence(self) -> str:
        """The reason in English with its places filled."""
        return self.why.format(**self.params)


def figure(key: str, label: str, amount: Decimal, why: str, *rates: Rate, **params: object) -> Figure:
    """A figure that carries the ids and the sources of its rates."""
    return Figure(
        key=key,
        label=label,
        amount_eur=amount,
        why=why,
        params={name: plain(value) for name, value in params.items()},
        rate_ids=tuple(rate.id for rate in rates),
        source="; ".join(dict.fromkeys(rate.source for rate in rates)),
        verified=all(rate.verified for rate in rates),
    )


def plain(value: object) -> str:
    """A value as a person writes it: 13.07 and not 13.0700, 1000 and not 1E+3; cents stay."""
    if not isinstance(value, Decimal):
        return str(value)
    return f"{value:f}" if value.as_tuple().exponent == -2 else f"{value.normalize():f}"
