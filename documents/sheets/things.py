"""Insurance certificate, handover sheet and day sheet."""

from documents.language import TopicWords, country, figure, moment, money, number, span, weekday
from documents.sheets.base import Json, TemplateInput, address_lines, pairs, sheet
from domain.papers import CertificatePaper, DaySheetPaper, HandoverSheetPaper


@sheet.register
def _(paper: CertificatePaper) -> TemplateInput:
    language = paper.language
    words, common = TopicWords("insurance", language), TopicWords("common", language)
    holder = f"{paper.entity.name} {paper.entity.legal_form}"
    data: Json = {
        "number": paper.number,
        "job_title": paper.job_title,
        "intro": words.say("intro", name=holder, job=paper.job_title),
        "facts": pairs(
            (common["period"], span(paper.insured_from, paper.insured_until, language)),
            (common["place"], paper.place),
            (words["countries"], ", ".join(country(code, language) for code in paper.countries)),
        ),
        "covers": [
            {
                "name": cover.name,
                "insurer": cover.insurer,
                "policy": cover.policy_number,
                "limit": money(cover.limit_eur, language) if cover.limit_eur else words["none"],
                "excess": money(cover.excess_eur, language) if cover.excess_eur else words["none"],
                "premium": money(cover.premium_eur, language),
            }
            for cover in paper.covers
        ],
        "persons": list(paper.persons),
        "things": [
            [thing.name, thing.serial or "", str(thing.quantity), figure(thing.value_eur, language)]
            for thing in paper.things
        ],
        "accident": words.say("accident_body", report_to=paper.report_to),
    }
    topics = ("common", "insurance")
    return TemplateInput(
        "insurance/certificate.typ", f"{words['title']} {paper.number}", paper.entity, topics, data
    )


@sheet.register
def _(paper: HandoverSheetPaper) -> TemplateInput:
    language = paper.language
    words, common = TopicWords("handover", language), TopicWords("common", language)
    included, further = paper.kilometres_included, paper.price_per_further_km_eur
    data: Json = {
        "kind": paper.kind,
        "heading": words[f"title_{paper.kind}"],
        "number": paper.number,
        "lender": paper.lender,
        "borrower": paper.borrower,
        "facts": pairs(
            (common["job"], paper.job_title),
            (words["vehicle"], paper.vehicle),
            (words["plate"], paper.plate),
            (words["included"], number(included, language) if included is not None else None),
            (words["further"], money(further, language) if further is not None else None),
        ),
        "legs": [
            [words["out"], moment(paper.out_at, language), paper.out_place],
            [words["back"], moment(paper.back_at, language), paper.back_place],
        ],
        "km_out": number(paper.kilometres_out, language) if paper.kilometres_out is not None else "",
        "fuel": paper.fuel or "",
        "items": [
            [
                str(item.quantity),
                item.name,
                item.serial or "",
                figure(item.value_eur, language) if item.value_eur is not None else "",
            ]
            for item in paper.items
        ],
        "remarks_known": list(paper.remarks),
    }
    folder = "van_rental" if paper.kind == "van" else "equipment"
    title = f"{data['heading']} {paper.number}"
    return TemplateInput(f"{folder}/handover_sheet.typ", title, paper.entity, ("common", "handover"), data)


@sheet.register
def _(paper: DaySheetPaper) -> TemplateInput:
    language = paper.language
    words, common = TopicWords("day_sheet", language), TopicWords("common", language)
    data: Json = {
        "number": paper.number,
        "job_title": paper.job_title,
        "day": weekday(paper.on, language),
        "place": paper.place,
        "address": address_lines(paper.place_address, language),
        "facts": pairs(
            (common["client"], paper.client_name),
            (words["client_contact"], paper.client_contact),
            (words["adviser"], paper.adviser),
            (words["emergency"], paper.emergency_phone),
        ),
        "moments": [[one.at, one.what, one.where or ""] for one in paper.moments],
        "people": [[one.call_at, one.name, one.function, one.phone or ""] for one in paper.crew],
        "van_line": paper.van or "",
        "things": list(paper.equipment),
        "trains": list(paper.travel),
        "note_text": paper.note or "",
    }
    title = f"{words['title']} {paper.number}"
    return TemplateInput("job/day_sheet.typ", title, paper.entity, ("common", "day_sheet"), data)
