"""What engaging and paying people would do: offers, signatures, declarations, payments put on the list."""

from collections.abc import Mapping

from activities.person_payments import CAME_BACK
from activities.wages import chain_of
from domain.decision_preview import Effect, Foreseen
from domain.money import ZERO
from domain.orders import StepOrder, short_reference
from domain.services.employment_contract import EmploymentContractRequest, KeptEngagement
from domain.services.expenses import ExpensesRequest
from domain.services.wages import WagesRequest
from partners.dimona import SocialSecurity
from partners.signature import SealPartner
from storage.money.payments import Payments
from storage.people.people import People
from storage.services.employment_contract import Engagements
from workers.foresight.drawing import Look, adopted, asks, calls, mails, own, paper, posting, repeated
from workers.people import dimona_account
from workers.site import OnSite

ContractOrder = StepOrder[EmploymentContractRequest]
PayOrder = StepOrder[WagesRequest] | StepOrder[ExpensesRequest]
DECLARATIONS = "/REST/dimona/v2/declarations"


async def _mail(
    site: OnSite, order: StepOrder[EmploymentContractRequest], operation: str, what: str
) -> list[Effect]:
    """A mail to the person, who may have no address."""
    person = await People(site.database).person(order.request.person_id)
    key = order.key_for(operation)
    return [mails(what, key, await site.post.known(key))] if person.email else []


async def offer(site: OnSite, order: ContractOrder) -> Foreseen:
    """The offer goes out with its link, once."""
    kept = await Engagements(site.database).of_order(order.key)
    mail = await _mail(site, order, "offer", "offer with the link")
    if mail and mail[0].exists:
        return adopted("offer", "mail", mail[0].reference or order.key)
    register = own("offer in the register", order.key, reference=order.key if kept else None)
    return repeated(register, paper("contract"), *mail)


async def sign(site: OnSite, order: ContractOrder) -> Foreseen:
    """The cooperative's seal on the contract: the point of no return."""
    kept = await Engagements(site.database).of_order(order.key)
    if kept is not None and kept.cooperative_signed_at is not None:
        return adopted("the cooperative's signature", None, kept.contract or order.key)
    if kept is None or kept.person_signed_at is None:
        return Foreseen(outcome="cannot", why="the person has not signed yet", looked=True)
    key, met = order.key_for("sign"), ("contract_signed", "remind", "call_list", "loud")
    if await SealPartner(site.partners.to("signature")).sealed(key):
        made = adopted("the cooperative's signature", "signature", key, paper("evidence of both signatures"))
        return made.model_copy(update={"meets": met})
    return repeated(
        asks("signature", "POST", "/csc/v2/credentials/authorize", "leave to sign"),
        calls("signature", "POST", "/csc/v2/signatures/signHash", "sign the contract", key),
        asks("signature", "POST", "/csc/v2/credentials/info", "the certificate"),
        paper("evidence of both signatures"),
        meets=met,
    )


async def declare(site: OnSite, order: ContractOrder) -> Foreseen:
    """Dimona IN, once per turn; a refused one is declared anew."""
    kept = await Engagements(site.database).of_order(order.key)
    if order.request.status == "self_employed" or (kept is not None and kept.assigned_to is not None):
        return Foreseen(outcome="adopt", why="nothing is to be declared", looked=True)
    if kept is None or kept.cooperative_signed_at is None:
        return Foreseen(outcome="cannot", why="the cooperative has not signed yet", looked=True)
    after = (paper("receipt of the declaration"), *await _mail(site, order, "signed", "signed contract"))
    if kept.dimona_result in ("A", "W"):
        return adopted("declaration", None, " + ".join(kept.dimona_numbers) or kept.dimona_declaration or "-")
    if kept.dimona_parts is not None:
        return repeated(*_parts(order, kept), *after, meets=("dimona",))
    turn = kept.dimona_turn + (kept.dimona_result == "B")
    key = order.key_for("declare") if turn == 1 else f"{order.key_for('declare')}#{turn}"
    reference = order.short if turn == 1 else short_reference(key)
    office = SocialSecurity(site.partners.to("dimona"), dimona_account(site.settings), site.clock)
    lodged = kept.dimona_declaration if kept.dimona_result != "B" else None
    lodged = lodged or await office.known(reference)
    if lodged is not None:
        taken = adopted("declaration", "dimona", lodged, *after)
        return taken.model_copy(update={"meets": ("dimona",)})
    return repeated(calls("dimona", "POST", DECLARATIONS, "Dimona IN", key), *after, meets=("dimona",))


def _parts(order: ContractOrder, kept: KeptEngagement) -> list[Effect]:
    """One Dimona IN for each part that is not accepted yet."""
    left = [part for part in kept.dimona_parts or () if part.result not in ("A", "W")]
    keys = (order.key_for(f"declare_{part.first_on:%Y%m%d}_{part.last_on:%Y%m%d}") for part in left)
    return [calls("dimona", "POST", DECLARATIONS, "Dimona IN", key) for key in keys]


async def terminate(site: OnSite, order: ContractOrder) -> Foreseen:
    """The termination by agreement, and social security is told."""
    kept = await Engagements(site.database).of_order(order.key)
    effects: list[Effect] = [paper("termination by agreement")]
    if kept is not None and kept.dimona_numbers:
        action = "Dimona cancelled" if site.clock.now() < kept.starts_at else "Dimona OUT"
        effects.insert(0, calls("dimona", "POST", DECLARATIONS, action, order.key_for("terminate")))
    return repeated(*effects)


async def withdraw_offer(site: OnSite, order: ContractOrder) -> Foreseen:
    """The offer is taken back, as long as the cooperative has not signed."""
    kept = await Engagements(site.database).of_order(order.key)
    if kept is not None and kept.cooperative_signed_at is not None:
        return Foreseen(outcome="cannot", why="the contract is signed by both", looked=True)
    return repeated(
        own("offer withdrawn, link closed", order.key), *await _mail(site, order, "withdraw", "withdrawal")
    )


async def take_off(site: OnSite, order: ContractOrder) -> Foreseen:
    """The person is told not to start."""
    mail = await _mail(site, order, "take_off", "told not to start")
    return repeated(own("taken off, link closed", order.key), *mail)


async def pay(site: OnSite, order: PayOrder) -> Foreseen:
    """A payment on the list, which two persons approve; nothing leaves the bank by itself."""
    request = order.request
    if isinstance(request, WagesRequest):
        amount = chain_of(request).net_eur
        printed = "pay statement"
    else:
        amount, printed = sum((line.amount_eur for line in request.lines), ZERO), "expense note"
    known = await Payments(site.database, site.clock).of_order(order.key)
    books = posting("what is owed", f"{order.key}:due", amount)
    if known is not None and known.state not in CAME_BACK:
        return adopted("payment", None, known.payment_id, paper(printed), books)
    listed = Effect(kind="payment", what="on the list for the bank", key=order.short, amount_eur=amount)
    return repeated(listed, paper(printed), books)


async def recover(site: OnSite, order: PayOrder) -> Foreseen:
    """A payment that has not gone to the bank comes off the list."""
    known = await Payments(site.database, site.clock).of_order(order.key)
    if known is not None and known.state not in ("ordered", *CAME_BACK):
        return Foreseen(outcome="cannot", why="the payment has gone to the bank", looked=True)
    return repeated(own("off the list", order.key), posting("what was owed, reversed", f"{order.key}:recover"))


LOOKS: Mapping[str, Look] = {
    "employment_contract.offer": offer,
    "employment_contract.sign": sign,
    "employment_contract.declare": declare,
    "employment_contract.terminate": terminate,
    "employment_contract.withdraw_offer": withdraw_offer,
    "employment_contract.take_off": take_off,
    "wages.pay": pay,
    "wages.recover": recover,
    "expenses.prepare": pay,
    "expenses.recover": recover,
}
