"""Opens every page of every role, in three languages, and reads it; in one process or over a network."""

import re
from collections.abc import Iterable, Iterator, Mapping
from types import TracebackType
from typing import Any, NamedTuple, Self
from urllib.parse import urljoin, urlsplit

import httpx2

from allin.crawling import printed
from allin.crawling.languages import spoken_in
from allin.crawling.places import PLACES, SIGNED_IN, Place, Role, place_of
from allin.crawling.reading import Block, lines, read
from allin.crawling.slips import Given, Slip, slips
from allin.embedded.demo_data import ADVISER, ENTITIES, FLEET, PEOPLE, ROOMS, STOCK
from domain.people import Language
from engine.words import LANGUAGES

OFFICES: Mapping[Role, str] = {"advisor": ADVISER, "ops": "omar", "finance": "fatima", "auditor": "aude"}
"""Who signs in for each office, in the demonstration."""
ALIKE = 2
"""How many addresses of the same shape (path and names of the question) are followed from the links of pages."""
PATIENCE = httpx2.Timeout(60, connect=10)
FOR_MACHINES = re.compile(r"Payable: \d+\.\d\d EUR\s+\S+\s+IBAN: \w+\s+Due: \d{4}-\d\d-\d\d")
"""The end of a mail that a payment program reads."""
LINK = re.compile(r"https?://[^\s\"'<>)]+(/[ai]/[A-Za-z0-9_.\-]+)")
STANDING = (
    [(one.name, one.legal_form, one.court, one.address.street, one.address.city) for one in ENTITIES],
    [(f"{one.given_name} {one.family_name}", one.given_name, one.family_name) for one in PEOPLE],
    [(one.name, one.plate) for one in FLEET],
    [(one.name, one.city) for one in ROOMS],
    [one.name for one in STOCK],
)
"""Names the demonstration's cooperative gave to what it owns."""


class Opened(NamedTuple):
    """One answer, and who asked for it."""

    role: Role
    path: str
    lang: Language
    answer: httpx2.Response


class Crawler:
    """The readers of one installation."""

    def __init__(
        self,
        address: str,
        sandbox: str,
        *,
        transport: httpx2.AsyncBaseTransport | None = None,
        sandbox_transport: httpx2.AsyncBaseTransport | None = None,
        languages: tuple[Language, ...] = LANGUAGES,
    ) -> None:
        self._address, self._transport = address, transport
        self._sandbox = httpx2.AsyncClient(
            base_url=sandbox, transport=sandbox_transport, timeout=PATIENCE, trust_env=False
        )
        self._people: dict[str, httpx2.AsyncClient] = {}
        self._languages = languages
        self.opened: dict[str, set[int]] = {}
        """Each place by the statuses it answered with: what was really opened."""
        self._read: set[tuple[str, ...]] = set()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for one in (*self._people.values(), self._sandbox):
            await one.aclose()

    # -- what can be asked -------------------------------------------------------------------------------------

    async def job(self, job_id: str, member: str, *told: object) -> list[Slip]:
        """Every page and paper of a job, for each role, links included; `told` is what people wrote themselves."""
        given = Given(*STANDING, *told)
        known = await self._known(job_id)
        self._read.clear()
        found: list[Slip] = []
        for place in PLACES:
            if _of_no_job(place):
                continue
            for path in _filled(place.path, known):
                found += await self._by_everybody(place, path, member, given)
        return found

    async def house(self, member: str, *told: object) -> list[Slip]:
        """Every page that belongs to no job, and what its links lead to."""
        given = Given(*STANDING, *told)
        self._read.clear()
        known = {"replay_id": await self._replays(), "client_id": await self._debtors()}
        found: list[Slip] = []
        for place in PLACES:
            if not _of_no_job(place):
                continue
            for path in _filled(place.path, known):
                found += await self._by_everybody(place, path, member, given)
        return found

    async def mails(self, *told: object) -> list[Slip]:
        """Every mail that was delivered, each in one language."""
        given = Given(*STANDING, *told)
        found: list[Slip] = []
        for mail in await self._mails():
            found += mail_slips(mail, given)
        return found

    # -- opening -----------------------------------------------------------------------------------------------

    async def _by_everybody(self, place: Place, path: str, member: str, given: Given) -> list[Slip]:
        found: list[Slip] = []
        for role in _visitors(place):
            person = await self._person(role, member)
            found += await self._in_each_language(place, person, role, path, given)
        return found

    async def _in_each_language(
        self, place: Place, person: httpx2.AsyncClient, role: Role, path: str, given: Given
    ) -> list[Slip]:
        found: list[Slip] = []
        followed: dict[str, set[str]] = {}
        for lang in self._languages:
            opened = await self._open(person, role, path, lang, place)
            found += self._judged(place, opened, given)
            if place.kind == "page" and opened.answer.status_code == 200 and lang == self._languages[0]:
                for link in read(opened.answer.text).links:
                    _follow(followed, urljoin(path, link), path)
        for variants in followed.values():
            for one in sorted(variants)[:ALIKE]:
                led = place_of(one)
                if led is None or (role, one) in self._read:
                    continue
                self._read.add((role, one))
                for lang in self._languages:
                    opened = await self._open(person, role, one, lang, led)
                    found += self._judged(led, opened, given, linked=True)
        return found

    async def _open(
        self, person: httpx2.AsyncClient, role: Role, path: str, lang: Language, place: Place
    ) -> Opened:
        kind = "text/html" if place.kind == "page" else "application/json"
        accept = {"accept": kind, "accept-language": lang}
        asked = path if place.kind != "page" else f"{path}{'&' if '?' in path else '?'}lang={lang}"
        answer = await person.get(asked, headers=accept)
        self.opened.setdefault(place.path, set()).add(answer.status_code)
        return Opened(role, path, lang, answer)

    def _judged(self, place: Place, opened: Opened, given: Given, *, linked: bool = False) -> list[Slip]:
        """Whether an answer is the right one, and readable; a page's own link always leads somewhere."""
        status: int = opened.answer.status_code
        found: list[Slip] = []
        instead = () if linked else place.instead
        wanted = (200, *instead) if opened.role in place.roles else (401, 403, 404)
        led_on = status == 303 and opened.path in ("/", "/sign-in")
        if status not in wanted and not led_on:
            said = f"{status} instead of {' or '.join(map(str, wanted))}"
            found.append(Slip(kind="status", where=opened.path, lang=opened.lang, role=opened.role, said=said))
        if status >= 500 or led_on:
            return found
        return found + _read(place, opened, given)

    # -- what is known -----------------------------------------------------------------------------------------

    async def _known(self, job_id: str) -> dict[str, list[str]]:
        ops = await self._person("ops", "")
        papers = (await ops.get(f"/api/jobs/{job_id}/documents")).json()
        told = (await ops.get(f"/api/jobs/{job_id}")).json()
        steps = [str(one["step"]) for one in told["steps"]]
        names = [str(one["name"]) for one in papers]
        known = {"job_id": [job_id], "step": steps, "name": names}
        tokens = {"a": "client", "i": "crew"}
        for link in sorted(await self._links(job_id)):
            known.setdefault(tokens[link.split("/")[1]], []).append(link)
        return known

    async def _links(self, job_id: str) -> set[str]:
        """The links in the mails about a job."""
        mails = [mail for mail in await self._mails() if job_id in f"{mail.get('reference')} {mail}"]
        return {link for mail in mails for link in LINK.findall(f"{mail['text']} {mail.get('html')}")}

    async def _mails(self) -> list[dict[str, Any]]:
        answer = (await self._sandbox.get("/admin/mails")).raise_for_status()
        found: list[dict[str, Any]] = answer.json()["mails"]
        return found

    async def _replays(self) -> list[str]:
        ops = await self._person("ops", "")
        return [str(one["replay_id"]) for one in (await ops.get("/api/ops/replays")).json()["replays"]]

    async def _debtors(self) -> list[str]:
        ops = await self._person("ops", "")
        debts = (await ops.get("/api/debts")).json()["debts"]
        return sorted({str(one["client_id"]) for one in debts})

    async def _person(self, role: Role, member: str) -> httpx2.AsyncClient:
        login = member if role == "member" else OFFICES.get(role, "")
        if login not in self._people:
            http = httpx2.AsyncClient(
                base_url=self._address, transport=self._transport, timeout=PATIENCE, trust_env=False
            )
            self._people[login] = http
            if login:
                answer = (await http.post("/api/session", json={"person": login})).raise_for_status()
                http.headers["authorization"] = f"Bearer {answer.json()['token']}"
        return self._people[login]


def _visitors(place: Place) -> tuple[Role, ...]:
    """Everybody who gets in, and for a page everybody else who is signed in and is sent away in words."""
    if place.kind != "page" or not set(place.roles) & set(SIGNED_IN):
        return place.roles
    return tuple(dict.fromkeys((*place.roles, *SIGNED_IN)))


def _of_no_job(place: Place) -> bool:
    """Whether an address belongs to the cooperative as a whole rather than to one job."""
    return "{" not in place.path or "{replay_id}" in place.path or "{client_id}" in place.path


def _filled(path: str, known: Mapping[str, list[str]]) -> Iterator[str]:
    """An address with each thing that can stand in its places."""
    if path.startswith("/password/"):
        yield f"/password/{'x' * 43}"  # no link was handed over: what a used one says is read
        return
    if path.endswith("{token}"):
        yield from known.get("client" if path.startswith("/a/") else "crew", [])
        return
    if "{token}" in path:
        links = known.get("client" if path.startswith("/a/") else "crew", [])
        yield from (f"{link}/papers/{name}" for link in links for name in known.get("name", []))
        return
    name = next(iter(re.findall(r"\{(\w+)\}", path)), None)
    if name is None:
        yield path
        return
    for one in known.get(name, []):
        yield from _filled(path.replace("{" + name + "}", one), known)


def _follow(followed: dict[str, set[str]], link: str, path: str) -> None:
    parts = urlsplit(link)
    asked = sorted(pair.partition("=")[0] for pair in parts.query.split("&") if pair)
    if parts.scheme in ("", "http", "https") and not parts.netloc and asked and "lang" not in asked:
        followed.setdefault(f"{place_of(parts.path)}?{asked}", set()).add(f"{parts.path}?{parts.query}")


def _read(place: Place, opened: Opened, given: Given) -> list[Slip]:
    answer, where, role, lang = opened.answer, opened.path, opened.role, opened.lang
    if place.kind == "paper":
        return printed.slips_of(answer.content, answer.headers.get("content-type", ""), where, given)
    if place.kind == "calendar":
        return slips(_of_calendar(answer.text), lang, where, role, given)
    if place.kind == "data":
        return slips((Block(one, None) for one in _sentences(answer.json())), lang, where, role, given)
    page = read(answer.text)
    said = lang if page.lang in (lang, None) else f"<html lang={page.lang}>"  # a part of a page has none
    other = [] if said == lang else [Slip(kind="language", where=where, lang=lang, role=role, said=said)]
    return other + slips(page.blocks, lang, where, role, given)


def _of_calendar(text: str) -> list[Block]:
    unfolded = re.sub(r"\r?\n[ \t]", "", text)
    told = re.findall(r"^(?:SUMMARY|DESCRIPTION|LOCATION)[^:\n]*:(.*)$", unfolded, re.MULTILINE)
    return [block for one in told for block in lines(one.strip().replace("\\,", ",").replace("\\n", "\n\n"))]


def _sentences(told: Any) -> Iterable[str]:
    """Texts of three words and more in an answer for programs: what pages and commands print."""
    if isinstance(told, str):
        if told.count(" ") >= 2:
            yield told
    elif isinstance(told, dict):
        for name, value in told.items():
            yield from () if name in UNREAD else _sentences(value)
    elif isinstance(told, list):
        for value in told:
            yield from _sentences(value)


UNREAD = frozenset({"technical", "request", "declaration", "title", "description", "booking", "answer"})
"""Parts of an answer that hold people's own words or a partner's."""


def mail_slips(mail: Mapping[str, Any], given: Given) -> list[Slip]:
    """What is wrong with one mail: its subject, its text and its page, all in the language of its text."""
    text = str(mail["text"])
    lang = spoken_in(given.without(text)) or "fr"
    where = f"mail to {mail['to'][0]}: {mail['subject']}"
    blocks = [Block(str(mail["subject"]), None), *lines(text)]
    if mail.get("html"):
        page = read(str(mail["html"]))
        blocks += page.blocks
        if page.lang and page.lang[:2] in LANGUAGES:
            lang = page.lang[:2]  # type: ignore[assignment]  # one of ours, by the line above
    return slips([one._replace(text=FOR_MACHINES.sub("", one.text)) for one in blocks], lang, where, "", given)
