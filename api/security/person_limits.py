"""How often one person may ask, from however many addresses; and how often a password may be guessed."""

from collections.abc import Mapping
from typing import Final

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from api.errors import Wrong

EVERYTHING: Final = ""
GUESSES: Final = "a wrong password from one network"
GUESSES_ANYWHERE: Final = "a wrong password from anywhere"
CODES: Final = "a wrong code"
NOT_A_PATH: Final = frozenset({GUESSES, GUESSES_ANYWHERE, CODES})

PER_PERSON: Final[Mapping[str, RateLimitItem]] = {
    "/api/quotes": parse("120/minute"),
    "/declare": parse("120/minute"),
    EVERYTHING: parse("1200/minute"),
    GUESSES: parse("10/15minute"),
    GUESSES_ANYWHERE: parse("60/15minute"),
    CODES: parse("10/15minute"),
}
"""By the beginning of the address; a person with several pages open asks some 100 times a minute. Guesses: OWASP
ASVS 5.0 V6.3.1; whoever forgot asks for a link meanwhile. Counted for each login from each network first: a
stranger locks nobody out who comes from elsewhere. 60 from anywhere are 5,760 a day, of the 10,000 million that a
password takes; a code, of which there are a million, is asked for after the right password only."""
PER_PERSON_IN_A_DEMONSTRATION: Final[Mapping[str, RateLimitItem]] = {
    name: limit for name, limit in PER_PERSON.items() if name in NOT_A_PATH
}
"""Simulated people and crawlers ask without end there."""


class PersonLimits:
    """Counts in this process; each process has its own count."""

    def __init__(self, limits: Mapping[str, RateLimitItem]) -> None:
        self._limits, self._window = limits, MovingWindowRateLimiter(MemoryStorage())

    def count_request(self, person_id: str, path: str) -> None:
        """One more question of a signed-in person; too-many when there were enough."""
        for begin, limit in self._limits.items():
            if begin not in NOT_A_PATH and path.startswith(begin) and not self._window.hit(limit, begin, person_id):
                raise Wrong("too-many", f"at most {limit} for one person")

    def may_guess(self, who: str, network: str) -> None:
        """Raise too-many when a password was guessed wrongly too often; before one is looked at."""
        self._not_too_often(GUESSES, who, network)
        self._not_too_often(GUESSES_ANYWHERE, who)

    def guessed_wrong(self, who: str, network: str) -> None:
        """A password that was not the right one."""
        self._count(GUESSES, who, network)
        self._count(GUESSES_ANYWHERE, who)

    def may_try_code(self, who: str) -> None:
        """Raise too-many when a code was wrong too often, wherever from; before one is looked at."""
        self._not_too_often(CODES, who)

    def wrong_code(self, who: str) -> None:
        """A code that was not the right one."""
        self._count(CODES, who)

    def _not_too_often(self, what: str, *whose: str) -> None:
        limit = self._limits.get(what)
        if limit is not None and not self._window.test(limit, what, *whose):
            raise Wrong("too-many", f"at most {limit} wrong tries")

    def _count(self, what: str, *whose: str) -> None:
        if (limit := self._limits.get(what)) is not None:
            self._window.hit(limit, what, *whose)
