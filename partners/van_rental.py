"""A van hirer that speaks TOMP-API 2.0: search, purchase until a rollback time, confirm, roll back, extend.

Source: TOMP-WG/TOMP-API 2.0.0, consulted 23-11-2026.
"""

from datetime import datetime
from decimal import Decimal

from pydantic import Field

from domain.money import ZERO, cents
from domain.services.van_rental import HoldState, KeptVan, VanOffer, VanRentalRequest
from partners.http import PartnerHttp, PartnerMessage

STATES: dict[str, HoldState] = {
    "PENDING": "held",
    "CONFIRMED": "confirmed",
    "EXPIRED": "expired",
    "ROLLBACK": "released",
    "CANCELLED": "released",
}


class TompPrice(PartnerMessage):
    """A price with its VAT inside."""

    amount: Decimal
    vat_percent: Decimal = Field(Decimal(0), alias="taxPercentageUsed")

    @property
    def without_vat_eur(self) -> Decimal:
        """What the job bears: the VAT is deductible."""
        return cents(self.amount / (1 + self.vat_percent / 100))


class Product(PartnerMessage):
    """A type of vehicle."""

    name: str


class OfferProperties(PartnerMessage):
    """What is offered."""

    product: Product
    price: TompPrice


class TompOffer(PartnerMessage):
    """One vehicle on offer."""

    id: str
    properties: OfferProperties


class VanOffers(PartnerMessage):
    """A TOMP offer collection."""

    offers: tuple[TompOffer, ...] = ()


class Package(PartnerMessage):
    """What was purchased, with its rollback time."""

    id: str
    status: str
    product: Product
    asset: str | None = None
    price: TompPrice
    rollback_expires: datetime | None = Field(None, alias="rollbackExpires")
    cancellation_fee: TompPrice | None = Field(None, alias="cancellationFee")

    def kept(self) -> KeptVan:
        """The same in our words."""
        return KeptVan(
            van=f"{self.asset or '?'} ({self.product.name})",
            source="hirer",
            price_eur=self.price.without_vat_eur,
            reference=self.id,
            state=STATES.get(self.status, "expired"),
            expires_at=self.rollback_expires,
            cancellation_fee_eur=self.cancellation_fee.without_vat_eur if self.cancellation_fee else ZERO,
        )


class Packages(PartnerMessage):
    """What was purchased under one reference."""

    packages: tuple[Package, ...] = ()


class Purchase(PartnerMessage):
    """The answer to every process on a package."""

    properties: Package


class Specification(PartnerMessage):
    """Where and when."""

    type: str = "travelSpecification"
    pick_up: str = Field(serialization_alias="from")
    bring_back: str = Field(serialization_alias="to")
    starts_at: datetime = Field(serialization_alias="startTime")
    ends_at: datetime = Field(serialization_alias="endTime")
    distance: int


class CargoLimits(PartnerMessage):
    """How much must fit, in kilograms."""

    weight: int


class Needs(PartnerMessage):
    """How large it must be."""

    seats: int = Field(serialization_alias="numberOfSeats")
    cargo: CargoLimits = Field(serialization_alias="cargoLimits")


class Traveller(PartnerMessage):
    """The driver, without a name."""

    id: str = "driver"
    licenses: tuple[str, ...] = ("B",)


class SearchInputs(PartnerMessage):
    """What is searched for."""

    type: str = "search_offer"
    specification: Specification
    needs: Needs = Field(serialization_alias="groupRequirements")
    travellers: tuple[Traveller, ...] = (Traveller(),)


class PurchaseInputs(PartnerMessage):
    """Which offer is purchased, under which reference of ours."""

    offers: tuple[str, ...]
    reference: str
    travellers: tuple[Traveller, ...] = (Traveller(),)


class PackageInputs(PartnerMessage):
    """Which package is meant."""

    package: str


class ProcessRequest(PartnerMessage):
    """A TOMP process request."""

    inputs: SearchInputs | PurchaseInputs | PackageInputs


class TompHirer:
    """The hirer over HTTP."""

    def __init__(self, http: PartnerHttp) -> None:
        self._http = http

    async def find(self, order_key: str) -> tuple[KeptVan, ...]:
        """Every van ever held for this order, oldest first."""
        found = await self._http.ask(
            "GET", "/collections/packages/items", Packages, params={"reference": order_key}
        )
        return tuple(package.kept() for package in found.packages)

    async def offers(self, request: VanRentalRequest) -> tuple[VanOffer, ...]:
        """The vans that fit, cheapest first."""
        found = await self._http.ask("POST", _process("search-offers"), VanOffers, body=_search(request))
        offers = (
            VanOffer(
                offer_id=offer.id,
                van=offer.properties.product.name,
                price_eur=offer.properties.price.without_vat_eur,
            )
            for offer in found.offers
        )
        return tuple(sorted(offers, key=lambda offer: offer.price_eur))

    async def hold(self, offer: VanOffer, order_key: str, key: str) -> KeptVan:
        """Keep one without being bound."""
        inputs = PurchaseInputs(offers=(offer.offer_id,), reference=order_key)
        return await self._run("purchase-offers", inputs, key)

    async def confirm(self, reference: str, key: str) -> KeptVan:
        """Hire it."""
        return await self._run("confirm-purchase", PackageInputs(package=reference), key)

    async def extend(self, reference: str, key: str) -> KeptVan:
        """Let the hold last longer."""
        return await self._run("extend-expiry-time", PackageInputs(package=reference), key)

    async def release(self, van: KeptVan, key: str) -> KeptVan:
        """Give it back: rolled back while held, cancelled once hired."""
        process = "cancel-package" if van.state == "confirmed" else "rollback-purchase"
        return await self._run(process, PackageInputs(package=van.reference), key)

    async def _run(self, process: str, inputs: PurchaseInputs | PackageInputs, key: str) -> KeptVan:
        answer = await self._http.ask(
            "POST", _process(process), Purchase, body=ProcessRequest(inputs=inputs), key=key
        )
        return answer.properties.kept()


def _process(name: str) -> str:
    return f"/processes/{name}/execute"


def _search(request: VanRentalRequest) -> ProcessRequest:
    specification = Specification(
        pick_up=request.pick_up,
        bring_back=request.pick_up,
        starts_at=request.from_at,
        ends_at=request.until_at,
        distance=request.kilometres,
    )
    needs = Needs(seats=request.seats, cargo=CargoLimits(weight=request.load_kg))
    return ProcessRequest(inputs=SearchInputs(specification=specification, needs=needs))
