"""What a job will cost and pay, worked out before anybody clicks."""

from domain.quoting.models import (
    ClientSide,
    ExpensePlanned,
    FilledIn,
    Headline,
    LegalDeadline,
    Missing,
    NeededApproval,
    Notice,
    Obstacle,
    Pay,
    Quote,
    Range,
    Sentence,
    ServiceLine,
)

__all__ = [
    "ClientSide",
    "ExpensePlanned",
    "FilledIn",
    "Headline",
    "LegalDeadline",
    "Missing",
    "NeededApproval",
    "Notice",
    "Obstacle",
    "Pay",
    "Quote",
    "Range",
    "Sentence",
    "ServiceLine",
]
