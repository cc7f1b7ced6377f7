"""One step, and the decision about it: what happened, what can be done, what it would do, and then doing it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import APIRouter, File, Form, Query, Request, Response, UploadFile
from starlette.datastructures import FormData

from api.container import Container, Home
from api.decisions import evidence, field_flaws, second_person
from api.decisions import service as decision_service
from api.decisions.advisor_routes import CrewItem
from api.decisions.routes import StepName
from api.errors import Wrong
from api.history.service import inspect
from api.jobs import access, claims
from api.jobs.routes import JobId
from api.links.routes import back, read_body
from api.pages.member.ways import ways
from api.pages.office import decision as shown
from api.pages.office import decision_input as given
from api.pages.office.story import decidable, words
from api.pages.render import Paged, Pages
from api.people import account_for
from api.ports.process import NotTaken
from api.security.permissions import Asker, Known
from domain.decisions import DecisionKind
from domain.job import Decision
from domain.people import Language
from storage.jobs.steps import StepRow

router = APIRouter(include_in_schema=False)
Part = Annotated[Literal["state"] | None, Query()]


class Answer(second_person.SecondGiven):
    """A second person's answer, from a form."""

    answer: Literal["yes", "no"]


@dataclass(frozen=True)
class StepPage:
    """Everything one visit to the page of a step works with."""

    request: Request
    home: Container
    pages: Pages
    asker: Asker
    row: StepRow

    @property
    def address(self) -> str:
        """Where this step is."""
        return f"/jobs/{self.row.job_id}/steps/{self.row.step}"


@router.get("/jobs/{job_id}/steps/{step}")
async def show(
    request: Request,
    home: Home,
    page: Paged,
    asker: Known,
    job_id: JobId,
    step: StepName,
    do: DecisionKind | None = None,
    taken: Annotated[str | None, Query(max_length=80)] = None,
    part: Part = None,
) -> Response:
    """The step as it is now, and the form of one kind of decision."""
    row = await access.step(home, asker, job_id, step)
    if asker.audience == "member" and row.state != "parked":
        raise Wrong("not-parked", f"{row.step} is {row.state}, not parked")
    if asker.audience == "member" and not decidable(asker, row):
        raise Wrong("not-allowed", f"this is decided by {row.decided_by or 'ops'}")
    kinds = shown.kinds(row, asker, await decision_service.offered_answers(home, row))
    kind = do if do in kinds else kinds[0]
    return await _page(StepPage(request, home, page, asker, row), kind, {}, taken=taken, part=part)


@router.post("/ops/proposals/{proposal_id}")
async def answer(request: Request, home: Home, asker: Known, proposal_id: second_person.ProposalId) -> Response:
    """The second person's yes or no to a decision that takes two."""
    asker.must("review")
    said = await read_body(request, Answer)
    why = second_person.SecondGiven(reason=said.reason, shown_sha256=said.shown_sha256)
    if said.answer == "yes":
        await second_person.confirm(home, asker, proposal_id, why)
    else:
        await second_person.refuse(home, asker, proposal_id, why)
    one = await home.proposals.proposal(proposal_id)
    told = f"?taken={one.decision.operation_id}" if said.answer == "yes" else ""
    return back(request, f"/jobs/{one.job_id}/steps/{one.step}{told}")


@router.post("/jobs/{job_id}/crew/{item}/account")
async def account(
    request: Request,
    home: Home,
    asker: Known,
    job_id: JobId,
    item: CrewItem,
    iban: Annotated[str, Form(min_length=1, max_length=42)],
    reason: Annotated[str, Form(min_length=5, max_length=500, pattern=r"\S")],
    proof: Annotated[UploadFile, File()],
) -> Response:
    """Another account for somebody who cannot sign in, from a form."""
    asker.must("enter_account")
    await account_for.enter(home, asker, job_id, item, iban, reason, proof)
    return back(request, f"/jobs/{job_id}/steps/wages:{item}?taken=account")


@router.post("/jobs/{job_id}/steps/{step}")
async def decide(
    request: Request, home: Home, page: Paged, asker: Known, job_id: JobId, step: StepName
) -> Response:
    """Show what a decision would do, or take it; a note and a claim are kept at once."""
    row = await access.step(home, asker, job_id, step)
    sent = await request.form()
    form = {name: value for name, value in sent.items() if isinstance(value, str)}
    here = StepPage(request, home, page, asker, row)
    if form.get("do") in ("claim", "release", "note"):
        return await _claim_or_note(here, form)
    decision_service.allowed(asker, row)
    kind = given.kind_of(form)
    form |= await _evidence(here, sent) if kind == "by_hand" else {}
    lang, sure = page.language(request, asker), form.get("do") != "preview"
    try:
        taken = given.decision_of(kind, row, form, asker, lang, sure=sure)
        await _sound(here, taken, lang)
    except given.Flawed as flawed:
        looked = (
            given.decision_of(kind, row, form, asker, lang, sure=False)
            if set(flawed.errors) == {"reason"}
            else None
        )
        return await _page(here, kind, form, asked=looked, errors=flawed.errors)
    if form.get("do") == "preview" or given.preview_token(taken) != form.get("seen", given.preview_token(taken)):
        return await _page(here, kind, form, asked=taken)
    done = await decision_service.decide(home, asker, row, taken)
    told = "proposed" if getattr(done, "proposal_id", None) else taken.operation_id
    return back(request, f"{here.address}?taken={told}" if asker.audience != "member" else f"/jobs/{job_id}")


async def _sound(here: StepPage, taken: Decision, lang: Language) -> None:
    """Raise Flawed where what was typed would not be taken: before it is shown what it would do."""
    try:
        await decision_service.sound(here.home, here.row, taken)
    except NotTaken as no:
        if flaws := field_flaws.of_request(no, lang):
            raise given.Flawed({f"request.{name}": why for name, why in flaws.items()}) from None
        raise
    except Wrong as no:
        if no.kind != "held-elsewhere":
            raise
        fields = [one.where.removeprefix("body.") for one in no.errors]
        raise given.Flawed(dict.fromkeys(fields, no.in_language(lang))) from None


async def _page(
    here: StepPage,
    kind: DecisionKind,
    form: Mapping[str, str],
    *,
    asked: Decision | None = None,
    errors: Mapping[str, str] | None = None,
    taken: str | None = None,
    part: str | None = None,
) -> Response:
    lang = here.pages.language(here.request, here.asker)
    home, row = here.home, here.row
    whole = await inspect(home, here.asker, row.job_id, here.asker.audience, lang)
    told = next(one for one in whole.steps if one.step == row.step)
    can = decidable(here.asker, row)
    preview = await decision_service.preview(home, row, asked) if asked else None
    return here.pages.page(
        here.request,
        "step_state.html" if part else "step.html",
        here.asker,
        status=422 if errors else 200,
        job=whole,
        step=told,
        address=here.address,
        can=can,
        parked=row.state == "parked",
        form=shown.form(
            row, kind, here.asker, lang, form, errors or {}, await decision_service.offered_answers(home, row)
        )
        if can
        else None,
        preview=shown.preview(
            preview, lang, await _names(home, preview.claimed_by), decision_service.ruled(row, asked)
        )
        if preview and asked
        else None,
        seen=given.preview_token(asked) if asked else "",
        beside=await _about(here, lang),
        taken=taken,
        ways=ways(row.job_id, row.file, here.asker, lang) if can else [],
        pays=await _pays(here),
        **words(lang),
    )


async def _pays(here: StepPage) -> bool:
    """Whether the page asks for another account of the one this step pays."""
    if not here.asker.may("enter_account"):
        return False
    job = await access.job(here.home, here.asker, here.row.job_id)
    return await account_for.may_enter(here.home, here.asker, job, here.row.service, here.row.item)


async def _names(home: Container, *people: str | None) -> dict[str, str]:
    return await home.people.names([one for one in people if one])


async def _about(here: StepPage, lang: Any) -> dict[str, Any]:
    """Who is busy with it, what was noted, what waits for a second person, and what was decided before."""
    home, row = here.home, here.row
    place = (row.job_id, row.step)
    claim = (await home.claims.of_steps([place], home.now())).get(place)
    notes = (await home.claims.notes([place])).get(place, [])
    open_ = [one for one in await home.proposals.all("open", row.job_id) if one.step == row.step]
    earlier = await home.operations.of_step(row.job_id, row.step)
    people = [one.by for one in notes] + [one.by for one in open_] + [one.by for one in earlier]
    names = await _names(home, claim.by if claim else None, *people, *(one.confirmed_by for one in earlier))
    changed = {one.proposal_id for one in open_ if await second_person.changed(home, one, row)}
    return shown.decision_context(here.asker, row, claim, notes, open_, earlier, names, lang, changed)


async def _claim_or_note(here: StepPage, form: Mapping[str, str]) -> Response:
    """A claim, its end, or a note: no decision, but in the story."""
    home, row, asker = here.home, here.row, here.asker
    asker.must("review")
    if form["do"] == "note" and (text := form.get("note", "").strip()):
        await claims.note(home, row, asker, claims.NoteGiven(text=text[: given.LONGEST_NOTE]))
    elif form["do"] == "release":
        await claims.unclaim(home, row, asker)
    elif form["do"] == "claim":
        await claims.claim(home, row, asker, claims.ClaimGiven(take_over=form.get("over") == "yes"))
    return back(here.request, here.address)


async def _evidence(here: StepPage, sent: FormData) -> dict[str, str]:
    """A file that proves what was done by hand, kept among the job's papers; its name is the evidence."""
    file = sent.get("file")
    if file is None or isinstance(file, str) or not file.filename:
        return {}
    here.asker.must("review")  # as at the API: a member vouches for nothing
    content = await file.read()
    return {"evidence": (await evidence.keep(here.home, here.row, file.filename, content)).name}
