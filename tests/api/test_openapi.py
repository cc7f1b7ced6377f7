"""The description of the API is a valid OpenAPI 3.1 document, and says all that a program needs."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from tests.api.conftest import Door
from tests.api.jobs import parked_van
from tests.api.test_declaring import concert as a_declaration

SCHEMA = json.loads((Path(__file__).parent / "openapi-3.1-schema.json").read_text())
"""The specification's own schema. Source: https://spec.openapis.org/oas/3.1/schema/2022-10-07."""


async def described(door: Door) -> dict[str, Any]:
    told: dict[str, Any] = (await (await door.asking()).get("/openapi.json")).json()
    return told


def operations(told: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [(path, method, one) for path, methods in told["paths"].items() for method, one in methods.items()]


def body(told: dict[str, Any], name: str) -> Any:
    """A validator of one body of the document."""
    return jsonschema_rs.Draft202012Validator({"$ref": f"#/components/schemas/{name}"} | told)


async def test_it_is_valid_by_the_specifications_own_schema(door: Door) -> None:
    told = await described(door)
    assert told["openapi"].startswith("3.1")
    jsonschema_rs.Draft202012Validator(SCHEMA).validate(told)
    told["paths"]["/api/jobs"]["get"]["responses"]["200"]["content"]["text/x"] = {"itemSchema": {}}
    with pytest.raises(jsonschema_rs.ValidationError):  # the schema notices what 3.1 does not know
        jsonschema_rs.Draft202012Validator(SCHEMA).validate(told)


async def test_no_two_bodies_have_one_name_and_none_has_the_name_of_a_folder(door: Door) -> None:
    shapes = (await described(door))["components"]["schemas"]
    assert [name for name in shapes if "__" in name] == []
    assert [name for name, times in Counter(one["title"] for one in shapes.values()).items() if times > 1] == []


async def test_every_parameter_says_what_it_is_and_every_operation_who_may_ask(door: Door) -> None:
    told = await described(door)
    silent = [
        (path, one["name"])
        for path, _, operation in operations(told)
        for one in operation.get("parameters", ())
        if not one["description"]
    ]
    assert silent == []
    assert set(told["components"]["securitySchemes"]) == {"bearer", "cookie"}
    assert told["paths"]["/api/jobs"]["post"]["security"] == [{"bearer": []}, {"cookie": []}]
    assert told["paths"]["/api/quotes"]["post"]["security"] in ([], [{"bearer": []}, {"cookie": []}])
    assert told["paths"]["/a/{token}"]["get"]["security"] == []


async def test_every_operation_has_a_name_of_its_own(door: Door) -> None:
    told = await described(door)
    names = Counter(operation["operationId"] for _, _, operation in operations(told))
    assert [name for name, times in names.items() if times > 1] == []


async def test_a_refused_declaration_answers_with_the_body_that_is_described(door: Door) -> None:
    told = await described(door)
    ann = await door.asking("ann")
    wrong = a_declaration() | {"price_eur": "10.00"}
    answer = await ann.post("/api/jobs", json=wrong, headers={"idempotency-key": "key-0001"})
    assert answer.status_code == 422
    body(told, "QuoteProblem").validate(answer.json())
    described_as = told["paths"]["/api/jobs"]["post"]["responses"]["422"]["content"]["application/problem+json"]
    assert {"$ref": "#/components/schemas/QuoteProblem"} in described_as["schema"]["anyOf"]


async def test_what_is_asked_and_answered_about_a_job_is_as_described(door: Door) -> None:
    told, job_id = await described(door), await parked_van(door.house)
    ann = await door.asking("ann")
    body(told, "JobFull").validate((await ann.get(f"/api/jobs/{job_id}")).json())
    missing = await ann.get("/api/jobs/NOTHING")
    body(told, "Problem").validate(missing.json())


async def test_files_and_headers_are_described(door: Door) -> None:
    paths = (await described(door))["paths"]
    dossier = paths["/api/jobs/{job_id}/dossier"]["get"]["responses"]["200"]
    assert list(dossier["content"]) == ["application/zip"]
    declared = paths["/api/jobs"]["post"]["responses"]
    assert set(declared["202"]["headers"]) == {"Location", "Idempotent-Replayed"}
    assert "Retry-After" in declared["429"]["headers"]


async def test_the_page_of_the_api_shows_every_operation_without_a_script(door: Door) -> None:
    told = await described(door)
    page = await (await door.asking(accept="text/html")).get("/docs")
    assert page.status_code == 200
    missing = [
        path for path, _, operation in operations(told) if f'id="{operation["operationId"]}"' not in page.text
    ]
    assert missing == []
    assert "cdn" not in page.text
