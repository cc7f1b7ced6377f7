"""Bad news travels: who is told by mail of what a process tells, once each."""

from collections.abc import Iterator
from typing import Final, Literal

from domain.job import JobFile, News
from domain.message import Message
from domain.orders import short_reference, split_step, step_name

NoticeKind = Literal["answered", "called_off", "moved"]
CLIENT_SAID: Final = frozenset({"ClientRefused", "ClientAsksForChanges", "NoAnswerFromClient"})
PERSON_SAID: Final = frozenset({"PersonRefused", "NotSignedInTime"})
ENDS: Final = frozenset(
    {
        "job.withdrawing",
        "job.not_approved",
        "job.essential_missing",
        "job.nobody_engaged",
        "job.withdrawn",
        "job.refused",
    }
)
"""News with which a job is off; the first of them is told, and the others are the same. `job.withdrawn` ends what
somebody began: whoever withdrew it is not told."""
MOVES: Final = frozenset({"job.moved", "job.move_proposed"})
CONTRACT: Final = "employment_contract"
FOR_CLIENTS: Final = frozenset({"days", "until", "place", "price_eur"})
"""What of a move a client may know: who is on the crew is not theirs to read."""


class Notice(Message):
    """One mail that is owed to one reader."""

    key: str
    """The same news is mailed once."""
    kind: NoticeKind
    audience: Literal["member", "client", "crew"]
    item: str | None = None
    """The crew member who is told, or whom it is about."""
    news: str
    """The kind of news."""
    params: dict[str, str] = {}


def notices(file: JobFile, news: News, member_id: str) -> Iterator[Notice]:
    """The mails one piece of news makes due. Whoever did it themselves is not told of it."""
    service, item = split_step(news.step) if news.step else ("", "-")
    if news.kind in ("step.parked", "step.missed") and service in ("agreement", CONTRACT):
        yield from _answered(file, news, service, item, member_id)
    elif news.kind in ENDS:
        yield from _called_off(file, news, member_id)
    elif news.kind in MOVES:
        yield from _moved(file, news)


def _answered(file: JobFile, news: News, service: str, item: str, member_id: str) -> Iterator[Notice]:
    problem = news.params.get("problem", "")
    step = file.steps.get(step_name(service, item))
    if news.kind == "step.parked" and problem not in CLIENT_SAID | PERSON_SAID:
        return
    if step is None or step.undoing or step.request.get("person_id") == member_id:
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


def _moved(file: JobFile, news: News) -> Iterator[Notice]:
    parts = [one for one in news.params.get("changes", "").split("; ") if one.partition(":")[0] in FOR_CLIENTS]
    if parts:
        changes = "; ".join(parts)
        yield Notice(
            key=f"{file.job_id}/notice/moved/{short_reference(changes)}",
            kind="moved",
            audience="client",
            news=news.kind,
            params={"changes": changes},
        )
