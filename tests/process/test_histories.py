"""Jobs live for months: what they lived through under earlier versions is accepted by today's code."""

import re
from dataclasses import replace

import pytest
from google.protobuf.json_format import MessageToJson
from temporalio.api.history.v1 import History
from temporalio.client import WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import DefaultFailureConverterWithEncodedAttributes
from temporalio.worker import Replayer

from engine.recorded import payloads
from tests.histories.reading import kept
from workers.isolation import workflow_runner
from workflows.debt_collection import DebtCollectionWorkflow
from workflows.job import JobWorkflow
from workflows.projection import Projection

HISTORIES = kept()
WHAT_TO_DO = """
Today's workflow code no longer replays {name}, and neither would it replay the jobs under way: they would stand
still until somebody repairs the code. Keep the old order for them and give the new one to new jobs only:

    if workflow.patched("a-name-for-this-change"):
        ...  # as it is from now on
    else:
        ...  # as it was

See docs/recorded-histories.md. Record anew only what was added, never to make this test pass.

{why}"""

PERSONAL = re.compile(
    r"[\w.+-]+@[\w-]+\.\w|BE\d{14}|\b\d{2}\.?\d{2}\.?\d{2}-?\d{3}\.?\d{2}\b"
    r"|Peeters|Lambert|Janssens|Nora Claes|Brasserie|Quai du Batelage"
)
"""An address of mail, an account, a national number, and the names and streets of the example."""


async def replayed(name: str, history: WorkflowHistory) -> None:
    """Replay one history; AssertionError with what to do when today's code does something else."""
    replayer = Replayer(
        workflows=[JobWorkflow, DebtCollectionWorkflow],
        data_converter=replace(
            pydantic_data_converter, failure_converter_class=DefaultFailureConverterWithEncodedAttributes
        ),
        workflow_runner=workflow_runner(),
    )
    result = await replayer.replay_workflow(history, raise_on_replay_failure=False)
    if result.replay_failure is not None:
        pytest.fail(WHAT_TO_DO.format(name=name, why=result.replay_failure), pytrace=False)


@pytest.mark.parametrize("name", HISTORIES)
async def test_a_recorded_history_is_still_accepted(name: str) -> None:
    await replayed(name, HISTORIES[name])


def test_every_way_a_job_can_end_is_recorded() -> None:
    assert set(HISTORIES) == {
        "concert-closed",
        "concert-refused",
        "concert-withdrawn",
        "solo-never-paid",
        "solo-never-paid-collection",
        "loop-moved-while-trying",
        "loop-limit-lifted",
    }


@pytest.mark.parametrize(
    ("name", "last"),
    [("loop-moved-while-trying", "step.changed insurance"), ("loop-limit-lifted", "job.approved -")],
)
async def test_a_job_that_went_in_circles_goes_on_from_where_it_stood(
    name: str, last: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An earlier version took a parked step up again and again once its request was changed.

    The first job had accepted its move and takes it up now; the second's approval never reached it, so that it
    waits as before and can be approved.
    """
    told: list[str] = []
    really = Projection.tell

    def tell(self: Projection, kind: str, step: str | None = None, by: str | None = None, **params: str) -> None:
        really(self, kind, step, by, **params)
        told.append(f"{kind} {step or '-'}")

    monkeypatch.setattr(Projection, "tell", tell)
    await replayed(name, HISTORIES[name])
    assert HISTORIES[name].events[-1].HasField("workflow_task_started_event_attributes")
    assert told[-1] == last


async def test_another_order_of_things_is_noticed_and_told_what_to_do() -> None:
    told = MessageToJson(History(events=HISTORIES["concert-refused"].events))
    other = told.replace('"agreement.ask"', '"insurance.bind"')
    with pytest.raises(pytest.fail.Exception, match=r'workflow.patched\("a-name-for-this-change"\)'):
        await replayed("concert-refused", WorkflowHistory.from_json("job-other", other))


@pytest.mark.parametrize("name", HISTORIES)
def test_a_history_names_nobody(name: str) -> None:
    events = History(events=HISTORIES[name].events)
    assert "@" not in MessageToJson(events)  # no process and host either
    told = [payload.data.decode(errors="replace") for payload in payloads(events)]
    assert len(told) > 20
    found = {hit.group() for text in told for hit in PERSONAL.finditer(text)}
    assert found == set()
