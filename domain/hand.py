"""What was done by hand costs money like everything else: what it cost, and how it was paid."""

from decimal import Decimal
from typing import Literal

from domain.message import Message
from domain.money import ZERO, Eur


class PaidByHand(Message):
    """The part of a booking that only a person who made it by hand can tell."""

    vat_eur: Eur = ZERO
    """VAT that the cooperative deducts; what it cannot deduct belongs to the price."""
    paid_to: str | None = None
    """Who was paid."""
    paid_how: Literal["transfer", "card", "cash", "free"] | None = None
    """From the cooperative's money; what a person laid out goes on that person's expense note."""


class KeptByHand(Message):
    """What a partner keeps of something that a person gave back by hand."""

    kept_eur: Eur
    """Without VAT; zero when all of it came back, or nothing was paid."""
    kept_vat_eur: Eur = ZERO
    """VAT on what is kept, as far as the cooperative deducts it."""


def lacking_of_kept(done: KeptByHand, price_eur: Decimal | None) -> str | None:
    """What a giving back by hand says wrongly of what is kept; `price_eur` is None where nobody knows the price."""
    if min(done.kept_eur, done.kept_vat_eur) < ZERO:
        return "kept_eur: an amount is never below zero; zero when all of it came back"
    if done.kept_vat_eur > done.kept_eur:
        return f"kept_vat_eur: {done.kept_vat_eur} EUR is more than what is kept; say both apart"
    if price_eur is not None and done.kept_eur > price_eur:
        return f"kept_eur: {done.kept_eur} EUR is more than it cost, {price_eur} EUR without VAT"
    return None


def lacking_of_cost(done: PaidByHand, price_eur: Decimal, ceiling_eur: Decimal | None) -> str | None:
    """What a result by hand does not say, or says wrongly, of its cost: the field, why, and what to do."""
    if done.paid_how is None:
        return (
            "paid_how: what is done by hand is booked; say transfer, card or cash with the price without VAT, its "
            "VAT and paid_to, or free"
        )
    if price_eur < ZERO or done.vat_eur < ZERO:
        return "price: an amount is never below zero; money that came back is told when the booking is given back"
    if (done.paid_how == "free") != (price_eur == ZERO):
        return f"price: {price_eur} EUR does not go with {done.paid_how}; say what it cost without VAT, or free"
    if done.vat_eur > price_eur:
        return f"vat_eur: {done.vat_eur} EUR is more than the price; say the price without VAT and the VAT apart"
    if done.paid_how != "free" and not (done.paid_to or "").strip():
        return "paid_to: say who was paid, as it stands on the proof"
    if ceiling_eur is not None and price_eur > ceiling_eur:
        return (
            f"price: {price_eur} EUR is above the ceiling of {ceiling_eur} EUR that was agreed; ask the member, "
            "then replay with the new ceiling_eur, and enter the result"
        )
    return None
