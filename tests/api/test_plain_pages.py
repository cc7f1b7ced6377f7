"""What members and advisers read has no word of the machine in it, in any of the three languages."""

import re
from html.parser import HTMLParser

import pytest

from api.errors import KINDS
from domain.people import Language
from engine.words import LANGUAGES, catalog, say
from tests.api.conftest import Door
from tests.api.test_links import link
from tests.api.test_office_advisor import an_approval
from tests.api.test_step_history import lived

PAGES = {
    "": ("/", "/sign-in", "/declare", "/declare?example=yes", "/nothing-here", "{client}", "{crew}"),
    "ann": (
        "/", "/declare", "/declare?example=yes", "/declare?like={job}", "/me", "/jobs/{job}", "/jobs/{job}/move",
        "/jobs/{job}/withdraw", "/jobs/{job}/story", "/jobs/{job}/steps/van_rental:van", "/nothing-here", "/ops",
    ),
    "eve": (
        "/", "/advisor", "/advisor?parked=true", "/declare?for=p-ann", "/jobs/{job}", "/jobs/{job}/story",
        "/jobs/{job}/story?level=member", "/jobs/{asked}/story", "/jobs/{job}/steps/van_rental:van", "/me", "/fund",
        "/ledger", "/nothing-here",
    ),
}  # fmt: skip
"""By who looks at them."""
MACHINE = re.compile(
    r"\b(workflows?|worker process|retr(?:y|ies|ied|ying)|temporal|payloads?|signals?|queues?|heartbeats?"
    r"|idempoten\w*|time-?outs?|webhooks?|back-?off|tracebacks?|exceptions?|stack|codec|namespace|json|http(?! ?s?://)"
    r"|uuid|sql|database|cache|engine|undefined|null|polling|server"
    r"|moteur|serveur|processus|file d'attente|charge utile"
    r"|werkstroom|wachtrij|verwerkingsproces|gegevensbank)\b",
    re.IGNORECASE,
)
"""The words of the machine in English, which slip in anywhere, and in French and Dutch."""
NAMES = re.compile(r"\b[a-z]+(?:_[a-z]+)+\b|\bNone\b|\b[a-z]+:[a-z]+\b")
"""A name of the code, or nothing at all, where words should stand."""
FOR_PROGRAMS = frozenset(
    {
        "event-unreadable", "key-in-flight", "key-missing", "key-reused", "method-not-allowed", "not-json",
        "signature-wrong", "signed-out",
    }
)  # fmt: skip
"""What no page of a member or adviser can end in: a browser is led to the way in, and sends no such thing."""
OF_OPERATIONS = (
    "office.setup",
    "office.bulk",
    "office.ops",
    "office.partner",
    "office.replay",
    "office.stuck",
    "story.job.rebuilt",
    "upkeep.",
)


HIDDEN = ("script", "style", "template")


class Read(HTMLParser):
    """The text of a page, with what is read aloud of it."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Into what is not read, and the words of attributes."""
        self._hidden += tag in HIDDEN
        self.texts += [
            value or "" for name, value in attrs if name in ("alt", "aria-label", "title", "placeholder")
        ]

    def handle_endtag(self, tag: str) -> None:
        """Out of it again."""
        self._hidden -= tag in HIDDEN

    def handle_data(self, data: str) -> None:
        """What is read."""
        if not self._hidden:
            self.texts.append(data)


def read(page: str) -> str:
    reader = Read()
    reader.feed(page)
    return re.sub(r"\s+", " ", " ".join(reader.texts))


def slips(text: str) -> list[str]:
    """Each word of the machine, with what stands around it."""
    found = [*MACHINE.finditer(text), *NAMES.finditer(text)]
    return [text[max(0, one.start() - 40) : one.end() + 30] for one in found]


async def places(door: Door) -> dict[str, str]:
    asked = await an_approval(door.house)
    client, _ = await link(door.house, "agreement", "c-hall")
    crew, _ = await link(door.house, "employment_contract:bob", "p-dan")
    return {"asked": asked, "client": client, "crew": crew, "job": await lived(door)}


async def test_no_page_of_a_member_or_an_adviser_speaks_of_the_machine(door: Door) -> None:
    known = await places(door)
    ann = await door.asking("ann")
    await ann.post(f"/jobs/{known['job']}/messages", data={"text": "Can the hall pay later?"})
    found = []
    for login, paths in PAGES.items():
        person = await door.asking(login or None, accept="text/html")
        for path in paths:
            for lang in LANGUAGES:
                answer = await person.get(path.format(**known), params={"lang": lang})
                assert answer.status_code < 500, path
                found += [f"{login} {path} {lang}: {slip}" for slip in slips(read(answer.text))]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_text_for_members_and_advisers_speaks_of_the_machine(lang: Language) -> None:
    texts = {
        name: text for name, text in catalog(lang).items() if not name.startswith((*OF_OPERATIONS, "problem."))
    }
    told = set(KINDS) - FOR_PROGRAMS
    texts |= {f"problem.{kind}": say(lang, f"problem.{kind}") for kind in told}
    texts |= {f"problem.{kind}.todo": say(lang, f"problem.{kind}.todo") for kind in told}
    found = [f"{name}: {text}" for name, text in texts.items() if MACHINE.search(text)]
    assert not found, "\n".join(found)


FLAWED = {
    "/jobs/{job}/messages": {"text": ""},
    "/jobs/{job}/incidents": {"kind": "damage", "happened_on": "2026-12-01", "text": "a lamp fell"},
    "/jobs/{job}/withdraw": {"reason": "x" * 600},
    "/jobs/{job}/report": {"outcome": "as_declared", "note": "x" * 600},
    "/jobs/{job}/receipts": {"what": "", "spent_on": "yesterday", "spent_eur": "24"},
    "/me": {"street": "Rue Neuve", "iban": "BE00"},
}
"""What a member's form may hold that is not right."""
ENGLISH = re.compile(r"\b(should|must|needed|write|valid|missing|input|field|this is)\b", re.IGNORECASE)


async def test_what_is_wrong_with_a_form_is_told_in_the_language_that_was_chosen(door: Door) -> None:
    job_id = await lived(door)
    for lang in ("fr", "nl"):
        ann = await door.asking("ann", accept="text/html", cookie=f"allin_lang={lang}")
        for path, form in FLAWED.items():
            answer = await ann.post(path.format(job=job_id), data=form)
            assert (answer.status_code, f'<html lang="{lang}">' in answer.text) == (422, True), path
            text = read(answer.text)
            assert not ENGLISH.search(text), f"{path} {lang}: {text[-300:]}"
