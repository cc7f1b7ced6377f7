"""The page of the audit: who decided what and why, and whether the chain holds."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict

from api.container import Container, Home
from api.jobs import access
from api.pages.office.books import address
from api.pages.office.query import Choice, Day, Number
from api.pages.render import Paged
from api.security.permissions import Known
from api.wording import reasons
from api.wording.audit_sentences import did
from api.wording.timeline import NOBODY, Names, title
from domain.people import Language
from domain.periods import instant
from engine.words import knows, moment, say
from storage.security.audit import AuditLine

router = APIRouter(include_in_schema=False)
AT_ONCE = 50


class AuditAsked(BaseModel):
    """Which lines are shown; an empty field of the form does not matter."""

    model_config = ConfigDict(extra="ignore")

    job: Choice = None
    who: Choice = None
    what: Choice = None
    from_on: Day = None
    until_on: Day = None
    before: Number = None

    def query(self) -> dict[str, str]:
        """The same for an address, without the place in the list."""
        return {name: str(one) for name, one in self.model_dump(exclude_none=True, exclude={"before"}).items()}


@router.get("/audit")
async def audit(
    request: Request,
    home: Home,
    page: Paged,
    asker: Known,
    asked: Annotated[AuditAsked, Query()],
    check: bool = False,
) -> Response:
    """Who decided what, the latest first; checked from the first line on when asked for."""
    asker.must("see_audit")
    lang = page.language(request, asker)
    lines = await home.audit.page(
        before=asked.before,
        limit=AT_ONCE + 1,
        job_id=asked.job,
        who=await _person(home, asked.who),
        what=asked.what,
        since_at=instant(asked.from_on, time.min) if asked.from_on else None,
        until_at=instant(asked.until_on + timedelta(days=1), time.min) if asked.until_on else None,
    )
    names = await home.people.names({one.who for one in lines} | {one.confirmed_by or "" for one in lines})
    told = await _audit_lines(home, lines[:AT_ONCE])
    last, hash_ = await home.audit.head()
    more = address("/audit", asked.query() | {"before": lines[AT_ONCE - 1].n}) if len(lines) > AT_ONCE else None
    return page.page(
        request,
        "audit.html",
        asker,
        lines=[_line(one, names, told, lang) for one in lines[:AT_ONCE]],
        more=more,
        asked=dict.fromkeys(AuditAsked.model_fields, "") | asked.query(),
        kinds=[
            ("", say(lang, "office.any")),
            *((kind, say(lang, f"office.audit.kind.{kind[:-2]}")) for kind in KINDS),
        ],
        last=last,
        hash=hash_,
        broken=await home.audit.verify() if check else None,
        check=address("/audit", asked.query() | {"check": "true"}),
    )


KINDS = (
    "step.*",
    "job.*",
    "bulk.*",
    "partner.*",
    "batch.*",
    "bank.*",
    "movement.*",
    "review.*",
    "person.*",
    "account.*",
)
"""What decisions are about."""


@dataclass(frozen=True)
class LinesToldOf:
    """How the jobs, members and people are called that the lines of one page are about."""

    jobs: Mapping[str, str]
    members: Mapping[str, str]
    """The member of each job, by name."""
    crew: Mapping[tuple[str, str], Names]


async def _audit_lines(home: Container, lines: list[AuditLine]) -> LinesToldOf:
    rows = await home.jobs.rows({one.job_id for one in lines if one.job_id})
    names = await home.people.names({row.member_id for row in rows.values()})
    places = {(one.job_id, one.step) for one in lines if one.job_id and one.step}
    return LinesToldOf(
        {job_id: row.title for job_id, row in rows.items()},
        {job_id: names.get(row.member_id, row.member_id) for job_id, row in rows.items()},
        await access.names_by_step(home, places),
    )


async def _person(home: Any, wanted: str | None) -> str | None:
    """The reference of a person asked for by name; the words themselves when nobody has that name."""
    if wanted is None:
        return None
    found = await home.people.search(wanted, 1)
    return found[0] if found else wanted


def _line(one: AuditLine, names: dict[str, str], told: LinesToldOf, lang: Language) -> dict[str, Any]:
    role = f"role.{one.role}"
    became = f"history.became.{one.outcome}"
    job_id, step = one.job_id or "", one.step or ""
    called = title(step, lang, told.crew.get((job_id, step), NOBODY)) if step else ""
    return {
        "n": one.n,
        "at": moment(lang, one.at, "d MMM y, HH:mm"),
        "iso": one.at.isoformat(),
        "who": names.get(one.who, one.who),
        "role": say(lang, role) if knows(role) else one.role,
        "second": names.get(one.confirmed_by or "", ""),
        "did": did(one.what, called, told.members.get(job_id, ""), lang),
        "what": one.what,
        "job": job_id,
        "job_title": told.jobs.get(job_id, job_id),
        "href": f"/jobs/{job_id}/steps/{step}" if job_id and step else f"/jobs/{job_id}/story" if job_id else "",
        "why": reasons.in_words(one.what, one.why, lang),
        "difference": one.difference or "",
        "outcome": say(lang, became if knows(became) else "history.became.refused"),
        "taken": one.outcome == "taken",
        "hash": one.hash,
    }
