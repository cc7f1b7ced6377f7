"""What a lived job must be like when it is read: no word of the engine, to the cent, exported whole."""

import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import httpx2
from pydantic import BaseModel
from temporalio.client import WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import DefaultFailureConverterWithEncodedAttributes
from temporalio.worker import Replayer

from api.history.schemas import JobStory
from api.history.service import inspect
from api.security.permissions import asker_of
from api.wording.timeline import Audience
from domain.people import Language
from tests.process.world import World
from workers.isolation import workflow_runner
from workflows.debt_collection import DebtCollectionWorkflow
from workflows.job import JobWorkflow

ENGINE_WORDS = re.compile(
    r"\b(workflows?|temporal|retry|retries|workers?|payloads?|signals?|heartbeat|timeouts?|traceback|exceptions?"
    r"|activity (?!account)|queue|handler|namespace|json|http|sql|null|none|true|false)\b"
    r"|\b[a-z]+_[a-z_]+\b|\b[a-z]+\.[a-z]+_[a-z]+\b",
    re.IGNORECASE | re.ASCII,
)
CAMEL = re.compile(r"\b[A-Z][a-z]+(?:[A-Z][a-z]+)+\b")
FOR_PROGRAMS = {
    "link", "step", "service", "item", "kind", "operation", "state", "outcome", "who", "waits_for", "audience",
    "name", "lang", "rule", "role", "engine_link", "reference", "job_id", "evidence", "decided_by", "type",
}  # fmt: skip
"""Fields that pages do not print: codes, names of files and addresses."""


async def story(here: World, login: str, job_id: str, audience: Audience, lang: Language) -> JobStory:
    """The job as somebody reads it."""
    account = await here.house.accounts.by_login(login)
    assert account is not None
    asker = await asker_of(here.house, account.person_id)
    assert asker is not None
    return await inspect(here.house, asker, job_id, audience, lang)


def sentences(told: BaseModel) -> Iterator[str]:
    """Everything in a story that a person reads."""
    yield from _texts(told.model_dump(mode="json"))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)
    elif isinstance(value, dict):
        for name, one in value.items():
            if name not in FOR_PROGRAMS and not name.endswith(("_at", "_by")):
                yield from _texts(one)


def engine_words(told: BaseModel) -> list[str]:
    """The words of the engine that a reader would stumble on, each with its sentence."""
    files = re.compile(r"[\w.-]+\.(pdf|xml|ics)\b")
    found = ((text, ENGINE_WORDS.search(files.sub("", text)) or CAMEL.search(text)) for text in sentences(told))
    return [f"{hit.group()}: {text}" for text, hit in found if hit]


async def dossier(here: World, login: str, job_id: str) -> zipfile.ZipFile:
    """The zip as it is downloaded."""
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=here.api), base_url="http://allin") as http:
        login_answer = (await http.post("/api/session", json={"person": login})).json()
        headers = {"authorization": f"Bearer {login_answer['token']}"}
        answer = await http.get(f"/api/jobs/{job_id}/dossier", headers=headers)
    assert answer.status_code == 200, answer.text
    return zipfile.ZipFile(io.BytesIO(answer.content))


async def replays_without_keys(exported: str) -> None:
    """An exported history is accepted by today's code, by a converter that knows no key."""
    workflow_id = json.loads(exported)["workflowId"]
    replayer = Replayer(
        workflows=[JobWorkflow, DebtCollectionWorkflow],
        data_converter=replace(
            pydantic_data_converter, failure_converter_class=DefaultFailureConverterWithEncodedAttributes
        ),
        workflow_runner=workflow_runner(),
    )
    await replayer.replay_workflow(WorkflowHistory.from_json(workflow_id, exported))
