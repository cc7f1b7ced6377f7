"""What the sandbox must be told: where the product lives, and how slow its partners are."""

from decimal import Decimal

from pydantic import BaseModel, ConfigDict


class SandboxSettings(BaseModel):
    """How this sandbox behaves; all durations are business time."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)

    public_url: str = "http://127.0.0.1:8080"
    """Where simulated people open the links they are sent."""
    webhook_url: str | None = None
    """Where partners report what happened; none is sent without it."""
    webhook_secret: str = "sandbox-webhook-secret"  # noqa: S105 - shared with the demo settings, guards nothing real
    """Signs each webhook."""
    dimona_seconds: int = 20
    """From a declaration to its result."""
    peppol_seconds: int = 60
    """From acceptance to delivery at the other access point."""
    signature_seconds: int = 120
    """From the invitation to the signature of somebody who signs."""
    letter_days: int = 2
    """From posting a registered letter to its delivery."""
    opening_balance_eur: Decimal = Decimal("250000.00")
    """What an account holds when the bank first hears of it."""
    cooperative_iban: str = "BE71096123456769"
    """Credited when a payment request names no account."""
