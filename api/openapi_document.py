"""The description of the API for programs, as OpenAPI 3.1: what FastAPI writes, made exact.

Names of bodies without the folders of our code, who may ask, the media types of files, the headers of answers, and
every parameter with a word on it. Source: OpenAPI Specification 3.1.1.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api.errors import Problem
from api.problem_bodies import shapes

Json = dict[str, Any]
REF = "#/components/schemas/{model}"

NAMES: Mapping[str, str] = {
    "api__bulk__schemas__Counted": "SelectionCounted",
    "api__jobs__search__Counted": "FacetCounted",
    "api__finance__routes__Taken": "StatementTaken",
    "domain__job__Taken": "Taken",
    "api__history__schemas__DeadlineTold": "DeadlineTold",
    "api__jobs__due_deadlines__DeadlineTold": "DeadlineAhead",
    "api__history__schemas__DecisionTold": "DecisionTold",
    "api__jobs__schemas__DecisionTold": "StepDecisionTold",
    "Body_enter_api_jobs__job_id__crew__item__account_post": "AccountForm",
}
"""How bodies are called of which two have the same name in our code."""
PARAMETERS: Mapping[str, str] = {
    "job_id": "The job.",
    "step": "The step: its service, or `service:item` where the job has several of that service.",
    "item": "The crew member, as the declaration names them.",
    "token": "The secret of a link, as it was mailed.",
    "replay_id": "The bulk replay.",
    "limit": "How many at most.",
    "cursor": "Where the page begins: `next` of the page before.",
    "state": "Only those in this state.",
    "entity": "Only those of this legal entity.",
    "partner": "The partner: `railway`, `bank`, `insurer`, ...",
    "invoice_id": "The invoice.",
    "incident_id": "What happened, by its id in the list of incidents.",
    "name": "The paper, by its name in the list of papers.",
    "batch_id": "The payment batch.",
    "proposal_id": "The decision that waits for a second person.",
    "parked": "Only jobs in which a step waits for a decision, or only others.",
    "member": "Only jobs of this member.",
    "client": "Only jobs for this client.",
    "amount_from": "Only jobs of at least this price without VAT.",
    "amount_to": "Only jobs of at most this price without VAT.",
    "starts_from": "Only jobs that begin on this day or later.",
    "starts_to": "Only jobs that begin on this day or earlier.",
    "since": "Only what came after.",
    "until": "Only what came before.",
    "before": "Only lines with a smaller number.",
    "job": "Only what is about this job.",
    "movement": "The movement on the account.",
    "operation_id": "The decision.",
    "view_id": "The saved search.",
    "rule": "The rule that asks for a yes: `new_client`, `abroad`, ...",
    "service": "Only steps of this service.",
    "error": "Only steps that stopped for this reason: a refusal's name or the kind of failure.",
    "decided_by": "Only steps this role decides.",
    "who": "Only what this person did.",
    "what": "Only decisions of this kind.",
    "number": "The problem of a statement, by its number.",
    "year": "The year of the quarter.",
    "quarter": "The quarter, 1 to 4.",
    "form": "`csv` for a spreadsheet.",
    "payment_id": "The payment that came back.",
    "renewed": "Whether a new link was just asked for.",
    "saved": "Whether the data were just saved.",
    "x-signature": "The partner's signature of the body.",
    "lang": "fr, nl or en; left out, the reader's own.",
}
"""What a parameter is, where its route says no more about it."""
FILES: Mapping[str, tuple[str, ...]] = {
    "/api/jobs/{job_id}/documents/{name}": ("application/pdf", "application/xml", "application/octet-stream"),
    "/i/{token}/papers/{name}": ("application/pdf",),
    "/a/{token}/papers/{name}": ("application/pdf", "application/xml"),
    "/api/jobs/{job_id}/dossier": ("application/zip",),
    "/api/jobs/{job_id}/calendar.ics": ("text/calendar",),
    "/c/{token}/job.ics": ("text/calendar",),
    "/api/ops/replays/{replay_id}/items.csv": ("text/csv",),
    "/api/bank/batches/{batch_id}/file": ("application/xml",),
    "/api/health/metrics": ("text/plain",),
}
"""What the answers are that are no JSON."""
BINARY: Json = {"type": "string", "format": "binary"}
SCHEMES: Json = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "description": "The token that POST /api/session answers with.",
    },
    "cookie": {
        "type": "apiKey",
        "in": "cookie",
        "name": "allin_session",
        "description": "What a browser that has signed in sends by itself.",
    },
}
SIGNED_IN: list[Json] = [{"bearer": []}, {"cookie": []}]
RETRY_AFTER: Json = {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}}}
DECLARED: Json = {
    "Location": {"description": "The address of the job.", "schema": {"type": "string"}},
    "Idempotent-Replayed": {
        "description": "`true` when this key had declared the job before.",
        "schema": {"type": "string", "enum": ["true", "false"]},
    },
}


def document(app: FastAPI) -> Json:
    """The description of one application."""
    written = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
    told: Json = _renamed(written)
    parts = told.setdefault("components", {})
    parts["schemas"] = parts.get("schemas", {}) | shapes(Problem.model_json_schema(ref_template=REF))
    for name, schema in parts["schemas"].items():
        schema["title"] = name
    parts["securitySchemes"] = SCHEMES
    told["servers"] = [{"url": "/", "description": "This installation."}]
    tags = {tag for _, _, operation in _operations(told) for tag in operation.get("tags", ())}
    told["tags"] = [{"name": name} for name in sorted(tags)]
    for path, method, operation in _operations(told):
        _complete(path, method, operation)
    return told


def _operations(told: Json) -> Iterator[tuple[str, str, Json]]:
    for path, methods in told["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def _complete(path: str, method: str, operation: Json) -> None:
    """What a program needs and FastAPI does not write."""
    answers = operation["responses"]
    operation["security"] = SIGNED_IN if "401" in answers and not path.startswith("/api/webhooks/") else []
    for parameter in operation.get("parameters", ()):
        parameter.setdefault("description", PARAMETERS.get(parameter["name"], ""))
    for status, answer in answers.items():
        _answer(path, status, answer)
    if (path, method) == ("/api/jobs", "post"):
        answers["202"]["headers"] = DECLARED


def _answer(path: str, status: str, answer: Json) -> None:
    if status == "429":
        answer["headers"] = RETRY_AFTER
    if path in FILES and status.startswith("2"):
        answer["content"] = {kind: {"schema": BINARY} for kind in FILES[path]}
    for kind, content in answer.get("content", {}).items():
        if "itemSchema" in content:  # a word of OpenAPI 3.2: each event is described in the text of the route
            del content["itemSchema"]
            content["schema"] = {"type": "string", "contentMediaType": kind}


def _renamed(told: Any) -> Any:
    """The same with the names that people gave to bodies."""
    if isinstance(told, dict):
        return {NAMES.get(name, name): _renamed(value) for name, value in told.items()}
    if isinstance(told, list):
        return [_renamed(one) for one in told]
    if isinstance(told, str) and told.startswith("#/components/schemas/"):
        prefix, _, name = told.rpartition("/")
        return f"{prefix}/{NAMES.get(name, name)}"
    return told
