"""Bad news travels: who is told by mail of what a process tells, once each."""

from collections.abc import Iterator
from typing import Final, Literal

from domain.job import JobFile, News
from domain.message import Message
from domain.orders import short_reference, split_step, step_name

NoticeKind = Literal["answered", "called_off", "moved", "money"]
CLIENT_SAID: Final = frozenset({"ClientRefused", "ClientAsksForChanges", "NoAnswerFromClient"})
ENDS_A_MOVE: Final = frozenset({"ClientRefused", "NoAnswerFromClient"})
"""Answers with which a move that waits is over: its end is told by a mail of its own."""
PERSON_SAID: Final = frozenset({"PersonRefused", "NotSignedInTime"})
ENDS: Final = frozenset(
    {
        "job.withdrawing",
        "job.cancelled_by_client",
        "job.not_approved",
        "job.essential_missing",
        "job.nobody_engaged",
        "job.withdrawn",
        "job.refused",
    }
)
"""News with which a job is off; the first of them is told, and the others are the same. `job.withdrawn` ends what
somebody began: whoever withdrew it is not told."""
DROPPED: Final = "job.move_dropped"
MOVES: Final = frozenset({"job.moved", "job.move_proposed", DROPPED})
BY_SOMEBODY: Final = frozenset({"job.move_proposed", f"{DROPPED}.withdrawn", f"{DROPPED}.replaced"})
"""News of a move that its `by` made; of the others the mover hears what became of the move."""
CONTRACT: Final = "employment_contract"
ASKED: Final = frozenset({"agreement", CONTRACT})
FOR_CLIENTS: Final = frozenset({"days", "until", "place", "price_eur"})
"""What of a move a client may know: who is on the crew is not theirs to read."""
FOR_CREW: Final = frozenset({"days", "until", "place"})
"""What of a move whoever signed is told: what it is sold for is not theirs to read."""


class Notice(Message):
    """One mail that is owed to one reader."""

    key: str
    """The same news is mailed once."""
    kind: NoticeKind
    audience: Literal["member", "client", "crew", "adviser"]
    item: str | None = None
    """The crew member who is told, or whom it is about."""
    news: str
    """The kind of news."""
    params: dict[str, str] = {}


def may_be_told(news: News) -> bool:
    """Whether a piece of news may make a mail due at all."""
    parted = news.kind in ("step.parked", "step.missed") and split_step(news.step or "")[0] in ASKED
    return parted or news.kind in ENDS | MOVES or news.kind.startswith(DROPPED)


def notices(file: JobFile, news: News, member_id: str) -> Iterator[Notice]:
    """The mails one piece of news makes due. Whoever did it themselves is not told of it."""
    service, item = split_step(news.step) if news.step else ("", "-")
    if news.kind in ("step.parked", "step.missed") and service in ASKED:
        yield from _answered(file, news, service, item, member_id)
    elif news.kind in ENDS:
        yield from _called_off(file, news, member_id)
    elif news.kind in MOVES or news.kind.startswith(DROPPED):
        yield from _moved(file, news, member_id)


def _answered(file: JobFile, news: News, service: str, item: str, member_id: str) -> Iterator[Notice]:
    problem = news.params.get("problem", "")
    step = file.steps.get(step_name(service, item))
    if news.kind == "step.parked" and problem not in CLIENT_SAID | PERSON_SAID:
        return
    if step is None or step.undoing or step.request.get("person_id") == member_id:
        return
    if news.params.get("move") and problem in ENDS_A_MOVE:
        return
    what = problem or "missed"
    yield Notice(
        key=f"{file.job_id}/notice/{service}/{item}/{step.revision}/{what}",
        kind="answered",
        audience="member",
        item=item,
        news=news.kind,
        params={**news.params, "step": news.step or ""},
    )


def _called_off(file: JobFile, news: News, member_id: str) -> Iterator[Notice]:
    common = {"kind": "called_off", "news": news.kind, "params": news.params}
    key = f"{file.job_id}/notice/off"
    if news.by != member_id and news.kind != "job.withdrawn":
        yield Notice.model_validate(common | {"key": f"{key}/member", "audience": "member"})
    yield Notice.model_validate(common | {"key": f"{key}/client", "audience": "client"})
    for service, item in map(split_step, file.bound):
        if service == CONTRACT:
            yield Notice.model_validate(common | {"key": f"{key}/{item}", "audience": "crew", "item": item})


def _moved(file: JobFile, news: News, member_id: str) -> Iterator[Notice]:
    """A move that waits, came into force or fell: to the member, the adviser, whoever signed, and the client."""
    changes = news.params.get("changes", "")
    move = short_reference(news.params.get("move") or changes or news.kind)
    key = f"{file.job_id}/notice/{news.kind.removeprefix('job.').partition('.')[0]}/{move}"
    at_once = news.kind == "job.moved" and not news.params.get("waited")
    by = news.by if at_once or news.kind in BY_SOMEBODY else None
    common = {"kind": "moved", "news": news.kind}
    told = {**news.params, "by": by or "", "changes": changes}
    if by != member_id:
        yield Notice.model_validate(common | {"key": f"{key}/member", "audience": "member", "params": told})
    yield Notice.model_validate(common | {"key": f"{key}/adviser", "audience": "adviser", "params": told})
    if theirs := only(changes, FOR_CREW):
        for service, item in map(split_step, file.bound):
            if service == CONTRACT:
                params = {"changes": theirs, "by": by or ""}
                one = {"key": f"{key}/{item}", "audience": "crew", "item": item, "params": params}
                yield Notice.model_validate(common | one)
    if news.kind == "job.moved" and (theirs := only(changes, FOR_CLIENTS)) and not _client_agreed(file, news):
        one = {"key": f"{key}/client", "audience": "client", "params": {"changes": theirs}}
        yield Notice.model_validate(common | one)


def _client_agreed(file: JobFile, news: News) -> bool:
    """Whether the client was asked about this very move, by a mail of its own, and thanked for the yes."""
    asked = file.steps.get("agreement")
    move = asked.request.get("move") if asked else None
    return bool(news.params.get("waited")) and move is not None and move == news.params.get("move")


def only(changes: str, names: frozenset[str]) -> str:
    """The changes of these fields, in one line."""
    return "; ".join(one for one in changes.split("; ") if one.partition(":")[0] in names)
