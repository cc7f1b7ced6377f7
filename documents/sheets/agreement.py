"""The order form, and the client's agreement below it."""

from documents.language import TopicWords, day, moment, money, percent, spaced
from documents.sheets.base import Json, TemplateInput, client_lines, pairs, sheet, work_days
from documents.sheets.late_terms import penalty_clause
from documents.sheets.pricing import priced
from domain.papers import AgreementEvidence, Language, OrderFormPaper, PrintedWorkDay, ScheduleLine


def _terms(paper: OrderFormPaper, words: TopicWords) -> Json:
    language = paper.language
    return {
        "schedule": [
            [_part(part, words), day(part.on, language), money(part.amount_eur, language)]
            for part in paper.schedule
        ],
        "cancellation": [
            [
                words.say("cancellation_from", on=day(line.from_on, language)),
                words.say("cancellation_owed", percent=percent(line.percent, language)),
            ]
            for line in paper.cancellation
        ],
    }


def _part(part: ScheduleLine, words: TopicWords) -> str:
    """What is invoiced; a deposit says by when it is to be paid, because it comes before the job."""
    name = words[f"schedule_{part.kind}"]
    if part.due_on is None:
        return name
    return f"{name}, {words.say('schedule_due', due=day(part.due_on, words.language))}"


def _agreement(evidence: AgreementEvidence | None, words: TopicWords) -> Json:
    if evidence is None:
        return {"rows": [], "fingerprint": [], "waiting": words["waiting"]}
    rows = pairs(
        (words["agreed_how"], words[f"agreed_{evidence.method}"]),
        (words["agreed_by"], evidence.by_name),
        (words["agreed_at"], moment(evidence.agreed_at, words.language) if evidence.agreed_at else None),
        (words["agreed_email"], evidence.by_email),
        (words["agreed_ip"], evidence.ip_address),
        (words["agreed_why"], evidence.why_later),
    )
    groups = spaced(evidence.fingerprint or "", 8).split()
    return {"rows": rows, "fingerprint": groups, "waiting": ""}


def _changes(paper: OrderFormPaper, words: TopicWords) -> list[list[str]]:
    """Old beside new, only what is different."""
    before, language = paper.before, paper.language
    if before is None:
        return []
    rows = (
        (words["change_of_days"], _days(before.days, language), _days(paper.days, language)),
        (words["change_of_description"], before.description or "–", paper.description or "–"),
        (words["change_of_total"], money(before.total_eur, language), money(paper.total_eur, language)),
    )
    return [[label, was, becomes] for label, was, becomes in rows if was != becomes]


def _days(days: tuple[PrintedWorkDay, ...], language: Language) -> str:
    return "\n".join(f"{one['day']}, {one['hours']}, {one['place']}" for one in work_days(days, language))


@sheet.register
def _(paper: OrderFormPaper) -> TemplateInput:
    language = paper.language
    words = TopicWords("agreement", language)
    consumer = (
        [f"withdrawal_{paper.withdrawal}", "mirrored", "late_person", "complaints"] if paper.withdrawal else []
    )
    data: Json = {
        **priced(paper),
        **_terms(paper, words),
        "number": paper.number,
        "job_title": paper.title,
        "about": paper.description or "",
        "client": {"name": paper.client.name, "lines": client_lines(paper.client, language)},
        "facts": pairs(
            (words["valid_until"], day(paper.valid_until, language)),
            (words["payment_term"], words.say("payment_days", days=str(paper.payment_days))),
            (words["purchase_order"], paper.purchase_order),
        ),
        "days": work_days(paper.days, language),
        "consumer": [
            *(words.say(key, email=paper.entity.email) for key in consumer),
            *penalty_clause(paper, paper.printed_on),
        ],
        "changes": _changes(paper, words),
        "agreement": _agreement(paper.agreement, words),
    }
    topics = ("common", "pricing", "agreement")
    return TemplateInput("agreement/order_form.typ", f"{words['title']} {paper.number}", paper.entity, topics, data)
