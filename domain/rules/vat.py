"""Which VAT an invoice bears: two questions decide the rate, the client's status and country decide the rest."""

from datetime import date
from decimal import Decimal
from typing import ClassVar, Final, Literal

from pydantic import Field

from domain.countries import VAT_TERRITORY
from domain.errors import Decider, Refusal
from domain.message import Message
from domain.money import Eur, cents
from domain.rates import Rate, rate
from domain.sentences import Sentence
from domain.services.invoicing import VatCategory
from domain.vat_mentions import MentionKey, mention_in

ClientKind = Literal["company", "public_body", "private_person", "own_takings", "internal"]
EU: Final = frozenset(
    (
        *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU"),
        *("IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"),
    )
)
"""The member states since 1 February 2020."""

Nature = Literal["activity", "support", "advice", "hire", "other"]
"""What a service is, where its place depends on it: a cultural, artistic, sporting, scientific, educational or
entertainment activity; what is ancillary to one (sound, light, stage, organisation); the work of consultants,
engineers, translators and data; the hire of movable goods other than vehicles; anything else.
Source: CTVA art. 21bis § 2, 5° and 10°."""
WHERE_IT_HAPPENS: Final = frozenset({"activity", "support"})
"""For whoever is no taxable person. Source: CTVA art. 21bis § 2, 5° a and b."""
WHERE_THE_CLIENT_LIVES: Final = frozenset({"licence", "advertising", "advice", "hire"})
"""For whoever lives outside the Union and is no taxable person. Source: CTVA art. 21bis § 2, 10° a to d and g."""

CHARGED: Final = ("vat_standard", "vat_intermediate", "vat_reduced")
"""Every rate there is, by name; what it amounts to stands in its dated rows and nowhere else."""


class ForeignVatDue(Refusal):
    """An activity, or what is ancillary to one, takes place abroad (followed online: is for somebody there) and the
    client is no taxable person: the VAT of that country is due, which a person arranges.

    Source: CTVA art. 21bis § 2, 5°.
    """

    text = (
        "Such a service in {country} for a client who is no taxable person bears the VAT of that country: the "
        "adviser arranges it."
    )
    decided_by: ClassVar[Decider] = "advisor"


class NoSuchVatRate(Refusal):
    """A rate was chosen that does not exist on the day."""

    text = "There is no VAT rate of {percent} % on {on}: {known}."
    decided_by: ClassVar[Decider] = "advisor"


def rates_on(on: date) -> dict[Decimal, Rate]:
    """The rates of a day by their percentage, the highest first."""
    rows = [rate(name, on) for name in CHARGED]
    return {row.value: row for row in sorted(rows, key=lambda row: -row.value)}


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
    """Whether the client has a VAT number of a member state, so acts as a taxable person."""
    client_identified: bool = True
    """Of a Belgian company: whether it is identified for VAT; an association may not be."""
    client_registered: bool = False
    """Outside the EU: whether the client shows under which number it does business there."""
    performance_or_licence: bool = False
    """First question: a live performance, or the licence of a work (not of a computer program)?"""
    advertising: bool = False
    """Second question: is it to advertise something?"""
    live: bool = True
    """Of a yes to the first: a performance before people, rather than a licence only."""
    nature: Nature | None = None
    """Of a no to the first: what the service is; asked only where its place depends on it."""
    virtual: bool = False
    """Whether it is followed online only."""
    performed_in: str = "BE"
    override: VatOverride | None = None

    @property
    def in_eu(self) -> bool:
        """Whether the client is in the territory of a member state: Monaco counts as France."""
        return VAT_TERRITORY.get(self.client_country, self.client_country) in EU

    @property
    def kind_of_service(self) -> str:
        """What decides the place, from all the answers."""
        if self.performance_or_licence:
            return "activity" if self.live else "licence"
        return "advertising" if self.advertising else self.nature or "other"

    @property
    def takes_place_in(self) -> str:
        """Where an activity takes place; followed online only, where the client lives.

        Source: CTVA art. 21bis § 2, 5°, last paragraph (in force since 31 December 2025).
        """
        return self.client_country if self.virtual else self.performed_in

    @property
    def taxable(self) -> bool:
        """Whether the client acts as a taxable person, or is a legal person identified for VAT.

        In the EU the number proves it, outside any proof of business does; a Belgian company is identified unless
        said not to be, a Belgian public body shows its VAT number. Source: CTVA art. 21 § 1 and § 2.
        """
        if self.client_kind not in ("company", "public_body"):
            return False
        if self.client_vat_number:
            return True
        company = self.client_kind == "company"
        if self.client_country == "BE":
            return company and self.client_identified
        return not self.in_eu and (company or self.client_registered)


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
        return mention_in(self.mention, language) if self.mention else None


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
    """A client in another country: where it acts as a taxable person, the service is placed there."""
    if asked.taxable and not asked.in_eu:
        text = "A service for an enterprise outside the European Union: no Belgian VAT."
        return _outside("not_due", _reason("export", text), "CTVA art. 21 § 2")
    if asked.taxable:
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
    if not asked.in_eu and asked.kind_of_service == "licence":
        text = "The licence of a work for somebody outside the European Union: no Belgian VAT."
        return _outside("not_due_licence", _reason("licence_abroad", text), "CTVA art. 21bis § 2, 10° a")
    if not asked.in_eu and asked.kind_of_service in WHERE_THE_CLIENT_LIVES:
        text = "Advertising, advice, translation, data or hire for somebody outside the Union: no Belgian VAT."
        return _outside("not_due_licence", _reason("remote_abroad", text), "CTVA art. 21bis § 2, 10°")
    return _belgian(asked)


def _outside(mention: MentionKey, reason: Sentence, article: str) -> VatDecision:
    return VatDecision(
        category="G",
        percent=Decimal(0),
        mention=mention,
        exemption_code="VATEX-EU-G",
        reason=reason,
        source=f"{article}; category G rather than O, which forbids the seller's VAT number (BR-O-02)",
        verified=False,  # the choice of category G was not confirmed by the Belgian administration
    )


def _belgian(asked: VatQuestion) -> VatDecision:
    """Belgian VAT: the general rule for everybody who is not a taxable person abroad. Source: CTVA art. 21bis."""
    placed = asked.kind_of_service in WHERE_IT_HAPPENS and not asked.taxable
    if placed and asked.takes_place_in != "BE":
        raise ForeignVatDue(country=asked.takes_place_in)
    row, reason, source = _by_answers(asked)
    return _standard(row, reason, source, invoiced=asked.client_kind != "own_takings")


def _by_answers(asked: VatQuestion) -> tuple[Rate, Sentence, str]:
    """What the two questions decide. Source: RD 20, table A, rubric XXIX; CTVA art. 37."""
    reduced, standard = rate("vat_reduced", asked.on), rate("vat_standard", asked.on)
    if asked.performance_or_licence and not asked.advertising:
        text = "A live performance or the licence of a work, not to advertise: {percent} %."
        return reduced, _at(reduced, "culture", text), "RD 20, table A, rubric XXIX"
    if asked.performance_or_licence:
        text = "A performance or licence to advertise something: {percent} %."
        return standard, _at(standard, "advertising", text), "RD 20, table A, rubric XXIX (advertising excluded)"
    return standard, _at(standard, "ordinary", "The ordinary rate: {percent} %."), "CTVA art. 37; RD 20"


def _at(row: Rate, code: str, text: str) -> Sentence:
    return _reason(code, text, percent=f"{row.value.normalize():f}")


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
    row = None
    if chosen.category == "S":
        known = rates_on(asked.on)
        row = known.get(chosen.percent)
        if row is None:
            percents = ", ".join(f"{percent.normalize():f} %" for percent in known)
            given = f"{chosen.percent.normalize():f}"
            raise NoSuchVatRate(percent=given, on=asked.on.isoformat(), known=percents)
    return VatDecision(
        category=chosen.category,
        percent=chosen.percent,
        rate_id=row.id if row else None,
        mention=chosen.mention,
        invoiced=asked.client_kind not in ("own_takings", "internal"),
        reason=_reason("chosen", "Chosen by a person, with this reason: {reason}", reason=chosen.reason),
        source="choice recorded in the declaration",
        verified=False,
    )


def without_vat(price_incl: Decimal, percent: Decimal) -> Decimal:
    """The price without VAT of a price that includes it, so that the two add up to the cent where they can."""
    return cents(price_incl * 100 / (100 + percent))
