"""Which passwords are taken: long, and not among those that are tried first."""

from typing import Final

from pwdlib import PasswordHash
from starlette.concurrency import run_in_threadpool

from api.container import Container
from storage.security.accounts import SignInAccount

SHORTEST: Final = 12
"""Source: OWASP ASVS 5.0, 6.2.1 asks for eight; this house asks for more."""
LONGEST: Final = 200
GUESSED: Final = 60
"""Characters that are looked at: what follows makes it only longer to guess, and the look itself slow."""
GUESSES_LOG10: Final = 10.0
"""Ten thousand million tries: what a thief of our table could make on one machine in a month, at argon2's price."""


class WeakPassword(ValueError):
    """A password that is not taken; `code` says why, for a sentence in the reader's language."""

    def __init__(self, code: str, why: str) -> None:
        self.code = code
        super().__init__(why)


def accepted(password: str, *known: str) -> str:
    """The hash of a new password; WeakPassword when it is short, known, or made of what is known of the person.

    Source: NIST SP 800-63B section 3.1.1.2; the lists are zxcvbn's (30,000 passwords, names, words of English).
    """
    if len(password) < SHORTEST:
        raise WeakPassword("password_short", f"a password has at least {SHORTEST} characters")
    if len(password) > LONGEST:
        raise WeakPassword("password_long", f"a password has at most {LONGEST} characters")
    from zxcvbn import zxcvbn  # a megabyte of words, read by whoever sets a password only

    words = [part for each in known for part in (each, *each.replace("@", " ").replace(".", " ").split()) if part]
    house = ["allin", "all inclusive", "allinclusive", "cooperative", "passwort", "wachtwoord", "motdepasse"]
    found = zxcvbn(password[:GUESSED], user_inputs=[*words, *house])
    if float(found["guesses_log10"]) < GUESSES_LOG10:
        raise WeakPassword("password_weak", "this password is among those that are tried first")
    return PasswordHash.recommended().hash(password)


async def new(home: Container, account: SignInAccount, password: str) -> str:
    """The hash of somebody's new password; WeakPassword when it is not taken. Worked out beside other requests."""
    person = await home.people.person(account.person_id)
    known = (account.login, person.given_name, person.family_name, person.email or "")
    return await run_in_threadpool(accepted, password, *known)
