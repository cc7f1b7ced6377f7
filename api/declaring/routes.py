"""Asking what a job will cost and pay, and declaring it with one click."""

from typing import Annotated

from fastapi import APIRouter, Body, Header, Query, Request, Response

from api.container import Home
from api.declaring import on_behalf
from api.declaring import service as declaring_service
from api.declaring.example import EXAMPLES
from api.errors import Wrong, responses
from api.jobs import access
from api.jobs.routes import Lang, language
from api.jobs.schemas import JobDeclared, job_told
from api.security.permissions import Known, Maybe
from api.wording.timeline import tell
from domain.declaration import JobDeclaration
from domain.quote import Quote
from domain.quoting import elsewhere
from engine.wording import worded

router = APIRouter(prefix="/api", tags=["declaring"])

Declaration = Annotated[JobDeclaration, Body(openapi_examples=EXAMPLES)]
Key = Annotated[
    str, Header(min_length=8, max_length=200, pattern=r"^[!-~]+$", description="your own name for this declaration")
]

For = Annotated[
    str | None,
    Query(
        alias="for", max_length=200, description="the member an adviser acts for: their reference, or their login"
    ),
]


@router.post("/quotes", responses=responses("not-allowed", "not-found"))
async def quote(
    request: Request, home: Home, asker: Maybe, declaration: Declaration, lang: Lang = None, member: For = None
) -> Quote:
    """What a job will cost and pay. Half a declaration is enough: what is missing is listed, and gives a range.

    What a person reads is in the language of `lang`, else of Accept-Language, else their own.
    """
    if member and asker is None:
        raise Wrong("signed-out")
    member_id = (
        await on_behalf.member_for(home, asker, member) if member and asker else declaring_service.member_of(asker)
    )
    asked = await declaring_service.ask(home, declaration, member_id, reader=asker)
    return worded(asked.quote, language(request, asker, lang))


@router.post(
    "/jobs",
    status_code=202,
    responses=responses(
        "key-missing",
        "signed-out",
        "not-allowed",
        "not-found",
        "key-in-flight",
        "quote-changed",
        "key-reused",
        "quote-refuses",
    ),
)
async def declare(
    request: Request,
    response: Response,
    home: Home,
    asker: Known,
    declaration: Declaration,
    idempotency_key: Key,
    member: For = None,
) -> JobDeclared:
    """Declare a job: one key is one job, however often it is sent. Its address is in `Location`.

    `Idempotent-Replayed: true` says that this key had declared it before.

    An adviser declares `for` a member: it is that member's job, and its story says who declared it.
    """
    member_id = await on_behalf.member_for(home, asker, member)
    declared = await declaring_service.declare(home, asker, declaration, idempotency_key, member_id)
    response.headers["location"] = f"/api/jobs/{declared.job_id}"
    response.headers["idempotent-replayed"] = "false" if declared.fresh else "true"
    lang = language(request, asker, None)
    names = await access.crew_names(home, (await home.jobs.plans([declared.job_id]))[declared.job_id])
    story = tell(await access.story(home, declared.job_id), asker.audience, lang, names)
    overlaps = [line.text for line in story if line.kind.removeprefix("job.") in elsewhere.CODES]
    told = job_told(await home.jobs.row(declared.job_id), lang)
    return JobDeclared(**dict(told), overlaps=overlaps)
