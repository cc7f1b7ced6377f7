"""Asking what a job will cost and pay, and declaring it with one click."""

from typing import Annotated

from fastapi import APIRouter, Body, Depends, Header, Request, Response

from api import declaring
from api.answers import JobTold, job_told
from api.errors import responses
from api.example import EXAMPLES
from api.house import Home
from api.member import Lang, language
from api.who import Asker, Maybe, may
from domain.declaration import JobDeclaration
from domain.quote import Quote
from engine.wording import worded

router = APIRouter(prefix="/api", tags=["declaring"])

Declaration = Annotated[JobDeclaration, Body(openapi_examples=EXAMPLES)]
Key = Annotated[
    str, Header(min_length=8, max_length=200, pattern=r"^[!-~]+$", description="your own name for this declaration")
]


@router.post("/quotes", responses=responses())
async def quote(request: Request, home: Home, asker: Maybe, declaration: Declaration, lang: Lang = None) -> Quote:
    """What a job will cost and pay. Half a declaration is enough: what is missing is listed, and gives a range.

    What a person reads is in the language of `lang`, else of Accept-Language, else their own.
    """
    asked = await declaring.ask(home, declaration, declaring.member_of(asker))
    return worded(asked.quote, language(request, asker, lang))


@router.post(
    "/jobs",
    status_code=202,
    responses=responses(
        "key-missing", "signed-out", "not-allowed", "key-in-flight", "quote-changed", "key-reused", "quote-refuses"
    ),
)
async def declare(
    request: Request,
    response: Response,
    home: Home,
    asker: Annotated[Asker, Depends(may("declare"))],
    declaration: Declaration,
    idempotency_key: Key,
) -> JobTold:
    """Declare a job: one key is one job, however often it is sent. Its address is in `Location`."""
    job_id = await declaring.declare(home, asker, declaration, idempotency_key)
    response.headers["location"] = f"/api/jobs/{job_id}"
    return job_told(await home.jobs.row(job_id), language(request, asker, None))
