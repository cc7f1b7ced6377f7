"""How often one person may ask, from however many addresses; and how often a password may be guessed."""

from collections.abc import Mapping
from typing import Final

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from api.errors import Wrong

EVERYTHING: Final = ""
GUESSES: Final = "a wrong password or code"

PER_PERSON: Final[Mapping[str, RateLimitItem]] = {
    "/api/quotes": parse("120/minute"),
    "/declare": parse("120/minute"),
    EVERYTHING: parse("1200/minute"),
    GUESSES: parse("10/15minute"),
}
"""By the beginning of the address; a person with several pages open asks some 100 times a minute. Guesses: OWASP
ASVS 5.0 V6.3.1; whoever forgot asks for a link meanwhile."""
PER_PERSON_IN_A_DEMONSTRATION: Final[Mapping[str, RateLimitItem]] = {GUESSES: parse("10/15minute")}
"""Simulated people and crawlers ask without end there."""


class PersonLimits:
    """Counts in this process; each process has its own count."""

    def __init__(self, limits: Mapping[str, RateLimitItem]) -> None:
        self._limits, self._window = limits, MovingWindowRateLimiter(MemoryStorage())

    def count_request(self, person_id: str, path: str) -> None:
        """One more question of a signed-in person; too-many when there were enough."""
        for begin, limit in self._limits.items():
            if begin != GUESSES and path.startswith(begin) and not self._window.hit(limit, begin, person_id):
                raise Wrong("too-many", f"at most {limit} for one person")

    def may_guess(self, who: str) -> None:
        """Raise too-many when somebody guessed wrongly too often; before a password is looked at."""
        limit = self._limits.get(GUESSES)
        if limit is not None and not self._window.test(limit, GUESSES, who):
            raise Wrong("too-many", f"at most {limit} wrong tries")

    def guessed_wrong(self, who: str) -> None:
        """A password or a code that was not the right one."""
        if (limit := self._limits.get(GUESSES)) is not None:
            self._window.hit(limit, GUESSES, who)
