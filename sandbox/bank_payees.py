"""Verification of payee: whether an account bears a name.

Source: Regulation (EU) 2024/886, art. 5c; EPC VOP rulebook: MTCH, CMTC with the holder's name, NMTC, NOAP. The HTTP
shape is our own. An account nobody told the tester about bears the name it is asked with.
"""

import unicodedata
from difflib import SequenceMatcher

from schwifty import IBAN
from schwifty.exceptions import SchwiftyException

from . import admin
from .bank import router
from .bank_ledger import BANK
from .desk import Call
from .problems import ProblemResponse, missing
from .store import Json
from .wire import Message

LIKE = 0.8
"""From here on two names are close. House rule of this bank: the rulebook leaves the measure to each."""
MOST = 1000


class Payee(Message):
    """One name and account."""

    reference: str
    name: str
    iban: str


class Payees(Message):
    """Several at once."""

    payees: list[Payee]


class Holder(Message):
    """Whose account it is; without a name the bank of that account does not answer."""

    iban: str
    name: str | None = None


class Offered(Message):
    """Whether the bank verifies at all."""

    offered: bool


@router.post("/payee-verifications")
async def verify_payees(body: Payees, call: Call) -> Json:
    """What the account's bank says of each name. Nothing is changed by asking."""
    told = call.store.get(BANK, "verification", "offered")
    if told is not None and not told["offered"]:
        raise missing("verification of payees")
    if not body.payees or len(body.payees) > MOST:
        raise ProblemResponse("refused", f"between 1 and {MOST} payees at once")
    return {"results": [_verdict(call.store.get(BANK, "holder", _bare(one.iban)), one) for one in body.payees]}


def _verdict(holder: Json | None, asked: Payee) -> Json:
    answer: Json = {"reference": asked.reference, "code": "MTCH", "holder": None}
    try:
        IBAN(asked.iban)
    except SchwiftyException:  # no bank to ask
        return answer | {"code": "NOAP"}
    if holder is None:
        return answer
    if holder["name"] is None:
        return answer | {"code": "NOAP"}
    mine, theirs = _plain(holder["name"]), _plain(asked.name)
    if mine == theirs:
        return answer
    if sorted(mine.split()) == sorted(theirs.split()) or SequenceMatcher(None, mine, theirs).ratio() >= LIKE:
        return answer | {"code": "CMTC", "holder": holder["name"]}
    return answer | {"code": "NMTC"}


def _plain(name: str) -> str:
    letters = [one for one in unicodedata.normalize("NFKD", name).casefold() if not unicodedata.combining(one)]
    return " ".join("".join(one if one.isalnum() else " " for one in letters).split())


def _bare(iban: str) -> str:
    return iban.replace(" ", "").upper()


@admin.router.post("/bank/holders", status_code=201)
async def tell_holder(body: Holder, desk: admin.TheDesk) -> Json:
    """Say whose account it is."""
    async with desk.turn() as store:
        store.put(BANK, "holder", _bare(body.iban), body.model_dump(mode="json"))
    return body.model_dump(mode="json")


@admin.router.post("/bank/verification", status_code=201)
async def offer_verification(body: Offered, desk: admin.TheDesk) -> Json:
    """Let the bank verify payees, or not."""
    async with desk.turn() as store:
        store.put(BANK, "verification", "offered", body.model_dump(mode="json"))
    return body.model_dump(mode="json")
