"""Which VAT an invoice bears: two questions decide 6 or 21 %, the client's kind and country decide the rest."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import ClassVar, Final, Literal

from pydantic import Field

from domain.errors import Decider, Refusal
from domain.message import Message
from domain.money import Eur, cents
from domain.rates import Rate, rate
from domain.sentences import Sentence
from domain.services.invoicing import VatCategory

ClientKind = Literal["company", "public_body", "private_person", "own_takings", "internal"]
MentionKey = Literal["reverse_charge", "construction", "not_due", "exempt_44", "small_enterprise"]

EU: Final = frozenset(
    (
        *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU"),
        *("IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"),
    )
)
"""The member states since 1 February 2020."""

RATES_CHARGED: Final = (6, 12, 21)

MENTIONS: Final[dict[MentionKey, dict[str, str]]] = {
    "reverse_charge": {
        "fr": "Autoliquidation – art. 21 §2 CTVA (art. 196 Dir. 2006/112/CE)",
        "nl": "Btw verlegd – art. 21 §2 WBTW",
        "en": "Reverse charge – art. 196 VAT Directive 2006/112/EC",
    },
    "construction": {
        "fr": "Autoliquidation : En l'absence de contestation par écrit, dans un délai d'un mois à compter de la "
        "réception de la facture, le client est présumé reconnaître qu'il est un assujetti tenu au dépôt de "
        "déclarations périodiques. Si cette condition n'est pas remplie, le client endossera, par rapport à cette "
        "condition, la responsabilité quant au paiement de la taxe, des intérêts et des amendes dus.",
        "nl": "Btw verlegd – art. 20 KB nr. 1",
        "en": "Reverse charge – art. 20 Royal Decree no. 1",
    },
    "not_due": {
        "fr": "TVA belge non due – art. 21 §2 CTVA",
        "nl": "Geen Belgische btw verschuldigd – art. 21 §2 WBTW",
        "en": "Belgian VAT not due – art. 21 §2 Belgian VAT Code",
    },
    "exempt_44": {
        "fr": "Exonéré – art. 44 CTVA",
        "nl": "Vrijgesteld – art. 44 WBTW",
        "en": "Exempt – art. 44 Belgian VAT Code",
    },
    "small_enterprise": {
        "fr": "Régime particulier de franchise des petites entreprises",
        "nl": "Bijzondere vrijstellingsregeling kleine ondernemingen",
        "en": "Special exemption scheme for small enterprises",
    },
}
"""What the law wants printed. Source: RD 1 art. 5 § 1 10° and art. 20 § 3; daci.be; excofis.be.

The long Dutch text of the construction mention was not found: the short one stands until a person enters it.
"""


class ForeignVatDue(Refusal):
    """The performance is given to consumers abroad: the VAT of that country is due, which a person arranges."""

    text = "A performance for consumers in {country} bears the VAT of that country: the adviser arranges it."
    decided_by: ClassVar[Decider] = "advisor"


class VatOverride(Message):
    """A person's choice against the rule; never without a reason."""

    category: VatCategory
    percent: Eur
    reason: str = Field(min_length=10, max_length=500)
    mention: MentionKey | None = None


class VatQuestion(Message):
    """What must be known to decide the VAT of one job."""

    on: date
    """The day on which the VAT becomes chargeable: the last day of the performance, or of a deposit's payment."""
    client_kind: ClientKind
    client_country: str = "BE"
    client_vat_number: bool = False
    """Whether the client has a VAT number, so acts as a taxable person."""
    performance_or_licence: bool = False
    """First question: a live performance, or the licence of a work (not of a computer program)?"""
    advertising: bool = False
    """Second question: is it to advertise something?"""
    live: bool = True
    """Of a yes to the first: a performance before people, rather than a licence only."""
    performed_in: str = "BE"
    override: VatOverride | None = None


class VatDecision(Message):
    """The VAT of a job's invoices and why."""

    category: VatCategory
    percent: Eur
    """0 where none is charged; category O prints no percentage at all."""
    rate_id: str | None = None
    mention: MentionKey | None = None
    exemption_code: str | None = None
    invoiced: bool = True
    """False for own takings and internal work: no invoice is made."""
    reason: Sentence
    source: str
    verified: bool = True

    @property
    def why(self) -> str:
        """The reason in English."""
        return self.reason.said

    def vat_on(self, net: Decimal) -> Decimal:
        """The VAT on the sum of all lines of this category and rate, rounded once. Source: EN 16931 BR-CO-17."""
        return cents(net * self.percent / 100)

    def mention_in(self, language: str) -> str | None:
        """The sentence the law wants printed, in the client's language."""
        return MENTIONS[self.mention][language] if self.mention else None


def decide_vat(asked: VatQuestion) -> VatDecision:
    """The category, rate and mention of a job's invoices.

    Source: CTVA art. 21 § 2, 21bis, 44; RD 20 table A, rubric XXIX; Directive 2006/112/EC art. 44 and 196.
    """
    if asked.override:
        return _overridden(asked, asked.override)
    if asked.client_kind == "internal":
        return _internal()
    if asked.client_country != "BE" and asked.client_kind != "own_takings":
        return _abroad(asked)
    return _belgian(asked)


def _internal() -> VatDecision:
    return VatDecision(
        category="O",
        percent=Decimal(0),
        exemption_code="VATEX-EU-O",
        invoiced=False,
        reason=_reason("internal", "Work for another activity of the cooperative: no invoice and no VAT."),
        source="blog.smartbe.be article7040",
    )


def _abroad(asked: VatQuestion) -> VatDecision:
    in_eu = asked.client_country in EU
    business = asked.client_kind == "company" or (asked.client_kind == "public_body" and asked.client_vat_number)
    if business and not in_eu:
        return VatDecision(
            category="G",
            percent=Decimal(0),
            mention="not_due",
            exemption_code="VATEX-EU-G",
            reason=_reason("export", "A service for an enterprise outside the European Union: no Belgian VAT."),
            source="CTVA art. 21 § 2; category G rather than O, which forbids the seller's VAT number (BR-O-02)",
            verified=False,  # the choice of category G was not confirmed by the Belgian administration
        )
    if business and asked.client_vat_number:
        return VatDecision(
            category="AE",
            percent=Decimal(0),
            mention="reverse_charge",
            exemption_code="VATEX-EU-AE",
            reason=_reason(
                "reverse", "A service for an enterprise in another member state: the client accounts for the VAT."
            ),
            source="CTVA art. 21 § 2; Directive 2006/112/EC art. 196",
        )
    return _belgian(asked)


def _belgian(asked: VatQuestion) -> VatDecision:
    """Belgian VAT: the general rule for everybody who is not a taxable person abroad. Source: CTVA art. 21bis."""
    consumer = asked.client_kind in ("private_person", "own_takings")
    if consumer and asked.performance_or_licence and asked.live and asked.performed_in != "BE":
        raise ForeignVatDue(country=asked.performed_in)
    row, reason, source = _by_answers(asked)
    return _standard(row, reason, source, invoiced=asked.client_kind != "own_takings")


def _by_answers(asked: VatQuestion) -> tuple[Rate, Sentence, str]:
    """What the two questions decide. Source: RD 20, table A, rubric XXIX; CTVA art. 37."""
    if asked.performance_or_licence and not asked.advertising:
        text = "A live performance or the licence of a work, not to advertise: 6 %."
        return rate("vat_6", asked.on), _reason("culture", text), "RD 20, table A, rubric XXIX"
    if asked.performance_or_licence:
        reason = _reason("advertising", "A performance or licence to advertise something: 21 %.")
        return rate("vat_21", asked.on), reason, "RD 20, table A, rubric XXIX (advertising excluded)"
    return rate("vat_21", asked.on), _reason("ordinary", "The ordinary rate: 21 %."), "CTVA art. 37; RD 20"


def _reason(code: str, text: str, **params: str) -> Sentence:
    return Sentence(code=f"vat_why_{code}", text=text, params=params)


def _standard(row: Rate, reason: Sentence, source: str, *, invoiced: bool) -> VatDecision:
    return VatDecision(
        category="S",
        percent=row.value,
        rate_id=row.id,
        invoiced=invoiced,
        reason=reason,
        source=source,
        verified=row.verified,
    )


def _overridden(asked: VatQuestion, chosen: VatOverride) -> VatDecision:
    if (chosen.category == "S") != (chosen.percent > 0):
        raise ValueError("category S has a rate above zero, every other category has none (BR-S-05, BR-E-05)")
    if chosen.category == "S" and chosen.percent not in RATES_CHARGED:
        raise ValueError("no such VAT rate: 6, 12 or 21 %")
    row = rate(f"vat_{int(chosen.percent)}", asked.on) if chosen.category == "S" else None
    return VatDecision(
        category=chosen.category,
        percent=chosen.percent,
        rate_id=row.id if row else None,
        mention=chosen.mention or ("exempt_44" if chosen.category == "E" else None),
        invoiced=asked.client_kind not in ("own_takings", "internal"),
        reason=_reason("chosen", "Chosen by a person, with this reason: {reason}", reason=chosen.reason),
        source="choice recorded in the declaration",
        verified=False,
    )


class VatSubtotal(Message):
    """All lines of one category and rate, and their VAT."""

    category: VatCategory
    percent: Eur
    net_eur: Eur
    vat_eur: Eur


def subtotals(lines: Iterable[tuple[VatCategory, Decimal, Decimal]]) -> list[VatSubtotal]:
    """VAT per (category, percent) from (category, percent, net) lines: rounded per rate, never per line.

    Source: EN 16931 BR-CO-17; RD 8 July 2025 as corrected by announcement.
    """
    nets: dict[tuple[VatCategory, Decimal], Decimal] = {}
    for category, percent, net in lines:
        nets[category, percent] = nets.get((category, percent), Decimal(0)) + net
    return [
        VatSubtotal(category=category, percent=percent, net_eur=net, vat_eur=cents(net * percent / 100))
        for (category, percent), net in nets.items()
    ]


def without_vat(price_incl: Decimal, percent: Decimal) -> Decimal:
    """The price without VAT of a price that includes it, so that the two add up to the cent where they can."""
    return cents(price_incl * 100 / (100 + percent))


def cost_after_deduction(net: Decimal, vat: Decimal, *, passenger_car: bool, on: date) -> Decimal:
    """What a purchase really costs: its VAT comes back, but only half of it for cars and minibuses.

    Source: CTVA art. 45 § 2. Own van, stock and rooms are internal and bear no VAT at all.
    """
    if not passenger_car:
        return net
    return net + vat - cents(vat * rate("vat_deductible_passenger_car", on).fraction)
