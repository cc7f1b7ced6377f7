"""Contract, termination, assignment note and Dimona receipt."""

from datetime import date, timedelta

from documents.language import (
    TopicWords,
    day,
    enterprise_number,
    moment,
    money,
    month,
    national_number,
    number,
    span,
)
from documents.sheets.base import Json, TemplateInput, address_lines, hours, pairs, person_lines, sheet, work_days
from domain.papers import (
    AmendmentPaper,
    AssignmentNotePaper,
    Binding,
    ContractPaper,
    DimonaReceiptPaper,
    EntityParty,
    Language,
    PersonParty,
    PrintedPayDay,
    PrintedWorkDay,
    TerminationPaper,
)

TOPICS = ("common", "employment_contract")
Article = dict[str, object]


def worked_minutes(days: tuple[PrintedWorkDay, ...]) -> int:
    """Minutes of work over all days, breaks taken off."""
    return sum(one.minutes or 0 for one in days)


def _article(words: TopicWords, name: str, *further: str, **values: str) -> Article:
    texts = [words.say(f"{name}_body", **values), *further]
    paragraphs = [part.strip() for text in texts for part in text.split("\n\n")]
    return {"title": words[f"{name}_title"], "paragraphs": paragraphs}


def _seat(entity: EntityParty, language: Language) -> str:
    return ", ".join(address_lines(entity.address, language))


def _employer(entity: EntityParty, language: Language) -> Json:
    common = TopicWords("common", language)
    register = f"{common['register']} {entity.court}"
    enterprise = f"{common['enterprise_number']} {enterprise_number(entity.enterprise_number)}"
    lines = [*address_lines(entity.address, language), enterprise, register]
    return {"name": f"{entity.name} {entity.legal_form}", "lines": lines}


def _worker(person: PersonParty, language: Language) -> Json:
    words = TopicWords("employment_contract", language)
    born = [words.say("born_on", on=day(person.birth_on, language))] if person.birth_on else []
    national = (
        [words.say("national_number", number=national_number(person.national_number))]
        if person.national_number
        else []
    )
    return {"name": person.name, "lines": [*person_lines(person, language), *born, *national]}


def _binding(paper: Binding, kind: str, articles: list[list[Article]], further: Json) -> TemplateInput:
    """The frame of a paper both sign: the language that binds leads, a courtesy translation stands beside."""
    words = TopicWords("employment_contract", paper.authoritative)
    translated = paper.language != paper.authoritative
    courtesy = TopicWords("employment_contract", paper.language)
    in_language = courtesy[f"language_{paper.authoritative}"]
    data: Json = {
        **further,
        "number": paper.number,
        "employer": _employer(paper.entity, paper.authoritative),
        "worker": _worker(paper.person, paper.authoritative),
        "articles": articles[0],
        "translation": articles[1] if translated else [],
        "translation_language": paper.language,
        "translation_title": courtesy[kind] if translated else "",
        "courtesy": courtesy.say("courtesy", authoritative=in_language) if translated else "",
    }
    return TemplateInput(
        "employment_contract/binding.typ",
        f"{words[kind]} {paper.number}",
        paper.entity,
        TOPICS,
        {**data, "heading": words[kind]},
        language=paper.authoritative,
    )


def _contract_articles(paper: ContractPaper, language: Language) -> list[Article]:
    words = TopicWords("employment_contract", language)
    reason = paper.fixed_term_reason
    places = " ; ".join(dict.fromkeys(one.place or words["place_free"] for one in paper.days))
    where = "place" if any(one.place for one in paper.days) else "place_free"
    through_onva = paper.artistic or paper.category == "blue_collar"
    holiday = "pay_holiday_artist" if through_onva else "pay_holiday_other"
    student = paper.status == "student"
    law = [words["student_law"], words.say("student_weeks", weeks=_weeks(paper.days, language))] if student else []
    term = words.say("term_reason", reason=reason) if reason else None
    return [
        _article(
            words,
            "term",
            *([term] if term else []),
            job=paper.job_title,
            first=day(paper.days[0].on, language),
            last=day(paper.days[-1].ends_on, language),
        ),
        _article(
            words,
            "function",
            *([words["function_artistic"]] if paper.artistic else []),
            function=paper.function,
            category=words[f"category_{paper.category}"],
            committee=paper.joint_committee,
        ),
        _article(words, where, places=places, seat=_seat(paper.entity, language)),
        _article(
            words,
            "hours",
            *law[1:],
            hours=hours(worked_minutes(paper.days), language),
            weekly=number(paper.weekly_hours, language),
        ),
        _article(
            words,
            "pay_monthly" if paper.pay_days else "pay",
            words["pay_holiday_student" if student else holiday],
            *law[:1],
            gross=money(paper.gross_eur, language),
            paid_by=day(paper.paid_by_on, language),
            months=_months(words, paper.pay_days, language),
        ),
        _article(words, "end", words["end_student" if student else "end_no_trial"]),
        _article(words, "insurance", insurer=paper.accident_insurer, policy=paper.accident_policy),
        _article(words, "rules", regulations=paper.work_regulations),
        _article(words, "freedom"),
    ]


def _months(words: TopicWords, pays: tuple[PrintedPayDay, ...], language: Language) -> str:
    """By when each month is paid how much. Source: law of 12 April 1965, art. 9 (at least once a month)."""
    return "; ".join(
        words.say(
            "pay_month",
            month=month(one.month_on, language),
            gross=money(one.gross_eur, language),
            paid_by=day(one.paid_by_on, language),
        )
        for one in pays
    )


def _weeks(days: tuple[PrintedWorkDay, ...], language: Language) -> str:
    """The hours of each week. Source: law of 3 July 1978, art. 124 (daily and weekly working time)."""
    minutes: dict[date, int] = {}
    for one in days:
        monday = one.on - timedelta(days=one.on.weekday())
        minutes[monday] = minutes.get(monday, 0) + (one.minutes or 0)
    return ", ".join(f"{day(monday, language)} ({hours(worked, language)})" for monday, worked in minutes.items())


@sheet.register
def _(paper: ContractPaper) -> TemplateInput:
    kind = "contract_title_student" if paper.status == "student" else "contract_title"
    words = TopicWords("employment_contract", paper.authoritative)
    rows = work_days(paper.days, paper.authoritative)
    for row, one in zip(rows, paper.days, strict=True):
        row["pause"] = hours(one.pause_minutes, paper.authoritative) if one.pause_minutes else "–"
    further: Json = {
        "days": rows,
        "hours": hours(worked_minutes(paper.days), paper.authoritative),
        "done_at": words.say("done_at", place=paper.signed_in),
    }
    articles = [_contract_articles(paper, language) for language in (paper.authoritative, paper.language)]
    return _binding(paper, kind, articles, further)


def _on_days(words: TopicWords, days: tuple[PrintedWorkDay, ...], language: Language) -> list[str]:
    """Each day of work in one line."""
    return [f"{one['day']}, {one['hours']}, {one['place']}" for one in work_days(days, language)]


def _amendment_articles(paper: AmendmentPaper, language: Language) -> list[Article]:
    words = TopicWords("employment_contract", language)
    before, after = money(paper.gross_before_eur, language), money(paper.gross_eur, language)
    paid_by = day(paper.paid_by_on, language)
    same_days, same_pay = paper.days_before == paper.days, paper.gross_before_eur == paper.gross_eur
    days = (
        [words["amended_same_days"]]
        if same_days
        else [
            words.say("amended_days_before", days=" ; ".join(_on_days(words, paper.days_before, language))),
            words.say("amended_days_after", days=" ; ".join(_on_days(words, paper.days, language))),
        ]
    )
    function = (
        []
        if paper.function_before == paper.function
        else [_article(words, "amended_function", before=paper.function_before, after=paper.function)]
    )
    pay = ("amended_same_pay" if same_pay else "amended_pay") + ("_monthly" if paper.pay_days else "")
    months = _months(words, paper.pay_days, language)
    return [
        _article(
            words,
            "amended",
            contract=paper.contract_number,
            signed=day(paper.contract_signed_on, language),
            job=paper.job_title,
        ),
        {"title": words["amended_days_title"], "paragraphs": days},
        *function,
        {
            "title": words["pay_title"],
            "paragraphs": [words.say(pay, before=before, after=after, paid_by=paid_by, months=months)],
        },
        _article(words, "amended_rest"),
        _article(words, "amended_free"),
    ]


@sheet.register
def _(paper: AmendmentPaper) -> TemplateInput:
    words = TopicWords("employment_contract", paper.authoritative)
    rows = work_days(paper.days, paper.authoritative)
    for row, one in zip(rows, paper.days, strict=True):
        row["pause"] = hours(one.pause_minutes, paper.authoritative) if one.pause_minutes else "–"
    further: Json = {
        "days": rows,
        "hours": hours(worked_minutes(paper.days), paper.authoritative),
        "done_at": words.say("done_at", place=paper.signed_in),
    }
    articles = [_amendment_articles(paper, language) for language in (paper.authoritative, paper.language)]
    return _binding(paper, "amendment_title", articles, further)


def _termination_articles(paper: TerminationPaper, language: Language) -> list[Article]:
    words = TopicWords("employment_contract", language)
    owed = words.say("agreed_owed_body", owed=money(paper.owed_eur, language))
    return [
        _article(
            words,
            "agreed_end",
            contract=paper.contract_number,
            signed=day(paper.contract_signed_on, language),
            job=paper.job_title,
            ends=day(paper.ends_on, language),
        ),
        {"title": words["agreed_reason_title"], "paragraphs": [paper.reason]},
        {
            "title": words["agreed_owed_title"],
            "paragraphs": [owed if paper.owed_eur else words["agreed_nothing_body"]],
        },
        _article(words, "agreed_free"),
    ]


@sheet.register
def _(paper: TerminationPaper) -> TemplateInput:
    words = TopicWords("employment_contract", paper.authoritative)
    further: Json = {"days": [], "hours": "", "done_at": words.say("done_at", place=paper.signed_in)}
    articles = [_termination_articles(paper, language) for language in (paper.authoritative, paper.language)]
    return _binding(paper, "termination_title", articles, further)


@sheet.register
def _(paper: AssignmentNotePaper) -> TemplateInput:
    language = paper.language
    words, common = TopicWords("employment_contract", language), TopicWords("common", language)
    data: Json = {
        "number": paper.number,
        "intro": words.say(
            "assignment_intro",
            contract=paper.contract_number,
            signed=day(paper.contract_signed_on, language),
        ),
        "person": {"name": paper.person.name, "lines": person_lines(paper.person, language)},
        "job_title": paper.job_title,
        "facts": pairs(
            (common["client"], paper.client_name),
            (common["function"], paper.function),
            (words["gross"], money(paper.gross_eur, language)),
        ),
        "days": work_days(paper.days, language),
        "hours": hours(worked_minutes(paper.days), language),
    }
    title = f"{words['assignment_title']} {paper.number}"
    return TemplateInput("employment_contract/assignment_note.typ", title, paper.entity, TOPICS, data)


@sheet.register
def _(paper: DimonaReceiptPaper) -> TemplateInput:
    language = paper.language
    words, common = TopicWords("employment_contract", language), TopicWords("common", language)
    planned = number(paper.planned_hours, language) if paper.planned_hours else None
    national = paper.person.national_number
    data: Json = {
        "good": paper.answer in ("A", "W"),
        "answer": words[f"dimona_{paper.answer}"],
        "person": paper.person.name,
        "rows": pairs(
            (words["dimona_action"], words[f"dimona_action_{paper.action}"]),
            (common["period"], span(paper.starts_on, paper.ends_on, language)),
            (words["employer"], f"{paper.entity.name} {paper.entity.legal_form}"),
            (words["worker"], paper.person.name),
            (words["national_label"], national_number(national) if national else None),
            (words["dimona_worker_type"], paper.worker_type),
            (common["joint_committee"], paper.joint_committee),
            (words["dimona_hours"], planned),
            (words["dimona_period_id"], paper.period_id),
            (words["dimona_declaration_id"], paper.declaration_id),
            (words["dimona_declared_at"], moment(paper.declared_at, language)),
            (words["dimona_answered_at"], moment(paper.answered_at, language)),
        ),
        "anomalies": list(paper.anomalies),
    }
    title = f"{words['dimona_title']} {paper.declaration_id}"
    return TemplateInput("employment_contract/dimona_receipt.typ", title, paper.entity, TOPICS, data)
