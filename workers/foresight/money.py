"""What asking, reserving, billing and collecting would do."""

from collections.abc import Mapping

from domain.decision_preview import Effect, Foreseen
from domain.money import ZERO
from domain.orders import StepOrder
from domain.services.agreement import AgreementRequest
from domain.services.debt_collection import OFFICES, StageRequest
from domain.services.invoicing import InvoiceRequest, KeptInvoice
from domain.services.prefinancing import PrefinancingRequest
from partners.bailiff import DossierOffice
from partners.peppol import PeppolAccessPoint
from partners.registered_mail import RegisteredMail
from storage.people.clients import Clients
from storage.services.debt_collection import Collections
from storage.services.invoicing import Invoices
from workers.foresight.drawing import Look, adopted, calls, letter, mails, own, paper, posting, repeated
from workers.site import OnSite

AgreementOrder = StepOrder[AgreementRequest]
FundOrder = StepOrder[PrefinancingRequest]
InvoiceOrder = StepOrder[InvoiceRequest]
StageOrder = StepOrder[StageRequest]


async def ask(site: OnSite, order: AgreementOrder) -> Foreseen:
    """The order form and the link go to the client, once."""
    if order.request.evidence_document:
        return repeated(own("the signed file counts as the answer", order.key), meets=("agreement",))
    key = order.key_for("ask")
    known = await site.post.known(key)
    if known is not None:
        return adopted("question to the client", "mail", known)
    return repeated(paper("order form"), mails("order form with the link", key))


async def withdraw_question(site: OnSite, order: AgreementOrder) -> Foreseen:
    """The link is closed."""
    return repeated(own("link closed", order.key))


async def reserve(site: OnSite, order: FundOrder) -> Foreseen:
    """The fund sets the amount aside, within its limits."""
    wish = order.request
    amount = ZERO if wish.choice == "not_needed" else wish.services_eur + wish.wages_eur + wish.vat_eur
    return repeated(posting("reservation of the fund", order.key, amount))


async def settle(site: OnSite, order: FundOrder) -> Foreseen:
    """The rest is given back and the job's books are closed."""
    bearer = order.request.loss_borne_by
    return repeated(posting(f"the books closed{f', a loss borne by the {bearer}' if bearer else ''}", order.key))


async def void(site: OnSite, order: FundOrder) -> Foreseen:
    """The reservation is given back."""
    return repeated(posting("reservation given back", order.key))


async def issue(site: OnSite, order: InvoiceOrder) -> Foreseen:
    """A number, the papers, and the books."""
    kept = await Invoices(site.database).of_order(order.key)
    books = posting("invoice", f"{order.key}:issue", order.request.total_eur)
    if kept is not None:
        return adopted("invoice", None, kept.number, paper("PDF and UBL"), books)
    number = own("next number of the series", order.key, order.request.total_eur)
    return repeated(number, paper("PDF and UBL"), books)


async def send(site: OnSite, order: InvoiceOrder) -> Foreseen:
    """By Peppol when the client is on the network, else by mail."""
    kept = await Invoices(site.database).of_order(order.key)
    if kept is None:
        return Foreseen(outcome="cannot", why="the invoice has not been issued yet", looked=True)
    if kept.sent_by is not None:
        return adopted("invoice", None, kept.message_id or kept.number)
    meets = ("invoice_issued",) if order.request.kind in ("invoice", "balance") else ()
    return (await _way_out(site, kept)).model_copy(update={"meets": meets})


async def _way_out(site: OnSite, kept: KeptInvoice) -> Foreseen:
    client = await Clients(site.database).client(kept.client_id, kept.client_version)
    key, participant = f"{kept.order_key}:send", client.participant
    point = PeppolAccessPoint(site.partners.to("peppol"))
    if participant and await point.reaches(participant):
        known = await point.known(f"{kept.entity}-{kept.invoice_id}")
        if known is not None:
            return adopted("electronic invoice", "peppol", known)
        return repeated(calls("peppol", "POST", "/messages", "electronic invoice", key, kept.payable_eur))
    if client.email is None:
        return Foreseen(outcome="cannot", why="the client has no e-mail address", looked=True)
    known = await site.post.known(key)
    return adopted("invoice", "mail", known) if known else repeated(mails("invoice", key))


async def start_collection(site: OnSite, order: InvoiceOrder) -> Foreseen:
    """Somebody waits for the money."""
    return repeated(own("the money is awaited", order.key, order.request.total_eur))


async def credit(site: OnSite, order: InvoiceOrder) -> Foreseen:
    """A credit note with its own number, booked and sent."""
    key = order.key_for("credit")
    kept = await Invoices(site.database).of_order(key)
    if kept is not None and kept.sent_by is not None:
        return adopted("credit note", None, kept.number)
    amount = order.request.total_eur
    way_out = mails("credit note", f"{key}:send")
    return repeated(
        own("number of the credit note", key, amount),
        paper("PDF and UBL"),
        posting("credit note", key, amount),
        way_out,
    )


async def remind(site: OnSite, order: StageOrder) -> Foreseen:
    """A reminder by mail, by letter when there is no address for mail."""
    return await _preview(site, order, registered=False)


async def formal_notice(site: OnSite, order: StageOrder) -> Foreseen:
    """A registered letter, and the same by mail."""
    return await _preview(site, order, registered=True)


async def _preview(site: OnSite, order: StageOrder, *, registered: bool) -> Foreseen:
    if (over := await _over(site, order)) is not None:
        return over
    request = order.request.collection
    client = await Clients(site.database).client(request.client_id, request.client_version)
    effects: list[Effect] = [paper("letter")]
    if registered or client.email is None:
        key = f"{order.key}:letter"
        known = await RegisteredMail(site.partners.to("registered-mail")).known(key)
        effects.append(letter("registered letter", key, known.tracking if known else None))
    if client.email is not None:
        key = f"{order.key}:mail"
        effects.append(mails("reminder", key, await site.post.known(key)))
    if any(one.exists for one in effects):
        return Foreseen(outcome="adopt", why="it has gone out", effects=tuple(effects), looked=True)
    return repeated(*effects)


async def hand_over(site: OnSite, order: StageOrder) -> Foreseen:
    """The dossier goes to the lawyer or the bailiff, once two persons have said so."""
    if (over := await _over(site, order)) is not None:
        return over
    if not order.request.decided:
        return Foreseen(outcome="cannot", why="two persons decide this: replay it with `decided`", looked=True)
    office = OFFICES[order.request.stage.kind]
    known = await DossierOffice(site.partners.to(office)).known(order.key)
    if known is not None:
        return adopted("dossier", office, known.dossier_id)
    open_eur = order.request.collection.payable_eur
    return repeated(
        paper("cover letter"), calls(office, "POST", "/dossiers", "dossier", f"{order.key}:open", open_eur)
    )


async def answer_plan(site: OnSite, order: StageOrder) -> Foreseen:
    """Lawyer or bailiff hear that the instalments are agreed to, once two persons have said so."""
    if (over := await _over(site, order)) is not None:
        return over
    if not order.request.decided:
        return Foreseen(outcome="cannot", why="two persons decide this: replay it with `decided`", looked=True)
    return repeated(calls("bailiff", "POST", "/dossiers/{id}/plan", "instalments agreed to", f"{order.key}:plan"))


async def late_costs(site: OnSite, order: StageOrder) -> Foreseen:
    """Interest and costs are claimed by a letter, kept or given up, as a person says."""
    if (over := await _over(site, order)) is not None:
        return over
    if order.request.late_costs is None:
        return Foreseen(outcome="cannot", why="say `late_costs`: claim, keep or waive", looked=True)
    if order.request.late_costs != "claim":
        return Foreseen(outcome="repeat", why="nothing leaves the house", looked=True)
    return await _preview(site, order, registered=False)


async def trace_payment(site: OnSite, order: StageOrder) -> Foreseen:
    """Somebody has asked where the money is: nothing is sent."""
    return (await _over(site, order)) or repeated(own("the announced payment was asked about", order.key))


async def write_off(site: OnSite, order: StageOrder) -> Foreseen:
    """The rest is given up; its bearer is named."""
    if (over := await _over(site, order)) is not None:
        return over
    if not order.request.decided:
        return Foreseen(outcome="cannot", why="two persons decide this: replay it with `decided`", looked=True)
    bearer = order.request.borne_by
    return repeated(own(f"written off, borne by the {bearer}", order.key, order.request.collection.payable_eur))


async def _over(site: OnSite, order: StageOrder) -> Foreseen | None:
    """A stage that is over already, or an invoice nobody collects yet."""
    try:
        kept = await Collections(site.database).collection(order.request.collection.invoice_id)
    except KeyError:
        return None
    stage = kept.stage(order.request.stage.kind)
    if stage is None or stage.ended is None:
        return None
    return adopted(stage.kind, None, stage.reference or stage.document or order.key)


LOOKS: Mapping[str, Look] = {
    "agreement.ask": ask,
    "agreement.withdraw_question": withdraw_question,
    "prefinancing.reserve": reserve,
    "prefinancing.settle": settle,
    "prefinancing.void": void,
    "invoicing.issue": issue,
    "invoicing.send": send,
    "invoicing.start_collection": start_collection,
    "invoicing.credit": credit,
    "debt_collection.remind": remind,
    "debt_collection.formal_notice": formal_notice,
    "debt_collection.hand_over": hand_over,
    "debt_collection.answer_plan": answer_plan,
    "debt_collection.trace_payment": trace_payment,
    "debt_collection.late_costs": late_costs,
    "debt_collection.write_off": write_off,
}
"""Reading an answer (`agreement.accept`, `wages.booked`) and reminding do nothing that could be done twice."""
