"""Another account for somebody who cannot sign in: entered by their adviser or by finance, with a proof."""

from datetime import timedelta
from hashlib import sha256
from typing import Annotated

from fastapi import APIRouter, Depends, File, Form, UploadFile
from schwifty import IBAN

from api.container import Container, Home
from api.decisions.advisor_routes import CrewItem
from api.decisions.audit import audited
from api.errors import FieldProblem, Wrong, responses
from api.jobs import access
from api.jobs.routes import JobId
from api.jobs.schemas import Answered
from api.security.permissions import Asker, may
from api.security.uploads import LARGEST_UPLOAD, accepted
from storage.jobs.jobs import KeptJob

router = APIRouter(tags=["advisers and members"])
PAID = ("wages", "expenses")
"""Services that pay somebody on the crew."""


class AccountEntered(Answered):
    """An account that was entered for somebody."""

    item: str
    proof: str
    """The name under which the proof is kept among the papers of the job."""


@router.post(
    "/api/jobs/{job_id}/crew/{item}/account",
    responses=responses("signed-out", "not-allowed", "not-found", "not-now", "unreadable-file", "too-large"),
)
async def enter(
    home: Home,
    asker: Annotated[Asker, Depends(may("enter_account"))],
    job_id: JobId,
    item: CrewItem,
    iban: Annotated[str, Form(min_length=1, max_length=42)],
    reason: Annotated[str, Form(min_length=5, max_length=500, pattern=r"\S")],
    proof: Annotated[UploadFile, File(description="a PDF or a picture that shows whose account it is")],
) -> AccountEntered:
    """Enter another account for somebody on the crew who cannot sign in, with a proof of whose it is.

    They are told at the address that is known; a changed account cools as if they had entered it themselves.
    """
    person_id = await payee(home, asker, await access.job(home, asker, job_id), item)
    account = IBAN(iban, allow_invalid=True)
    if not account.is_valid:
        raise Wrong("invalid", errors=[FieldProblem(where="iban", why="this is not a valid IBAN")])
    name = await _proof(home, job_id, item, person_id, proof)
    line = audited(home, asker, "person.account", job_id, f"{item}, {name}: {reason}")
    await home.people.enter(
        person_id,
        home.now(),
        iban=account.compact,
        cools=timedelta(hours=home.settings.account_cools_hours),
        role=asker.role,
        by=asker.person_id,
        entry=line,
    )
    return AccountEntered(item=item, proof=name)


async def payee(home: Container, asker: Asker, job: KeptJob, item: str) -> str:
    """Whom an account may be entered for; not-found when nobody is paid there.

    not-allowed for one's own account and for another adviser's member; not-now for who signs in.
    """
    plan = job.plan
    paid = plan.wages.get(item) or plan.expenses.get(item) or plan.employment_contract.get(item)
    if paid is None:
        raise Wrong("not-found")
    if paid.person_id == asker.person_id or not await _follows(home, asker, plan.member_id):
        raise Wrong("not-allowed", "the adviser of this member, or finance, enters it, and nobody for themselves")
    if await _signs_in(home, paid.person_id):
        raise Wrong("not-now", "this person signs in and enters it")
    return paid.person_id


async def may_enter(home: Container, asker: Asker, job: KeptJob, service: str, item: str) -> bool:
    """Whether a page of a step offers it."""
    if service not in PAID or not asker.may("enter_account"):
        return False
    try:
        await payee(home, asker, job, item)
    except Wrong:
        return False
    return True


async def _follows(home: Container, asker: Asker, member_id: str) -> bool:
    """Finance follows everybody; an adviser whoever has them as adviser, or none yet."""
    if "finance" in asker.roles:
        return True
    return (await home.members.member(member_id)).adviser_id in (None, asker.person_id)


async def _signs_in(home: Container, person_id: str) -> bool:
    try:
        return (await home.accounts.account(person_id)).active
    except KeyError:
        return False


async def _proof(home: Container, job_id: str, item: str, person_id: str, proof: UploadFile) -> str:
    """Keep the proof; the same file twice is one. Never shown to the member: an account stands on it."""
    content = await proof.read(LARGEST_UPLOAD + 1)
    media_type, name = accepted(content, proof.filename or f"account-{item}")
    return await home.documents.file(
        job_id=job_id,
        step=f"wages:{item}",
        name=name,
        kind="evidence",
        media_type=media_type,
        content=content,
        audience=("advisor", "ops"),
        subject_id=person_id,
        order_key=f"{job_id}/account/{item}/{sha256(content).hexdigest()[:24]}",
    )
