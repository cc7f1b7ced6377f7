"""The description of the API for people who write programs: the same document, as a page without a script."""

from typing import Any

from fastapi import APIRouter, Request, Response

from api.container import Home
from api.errors import Wrong
from api.pages.render import Paged
from api.security.permissions import Maybe

router = APIRouter(include_in_schema=False)
REF = "#/components/schemas/"


@router.get("/docs")
async def docs(request: Request, home: Home, page: Paged, asker: Maybe) -> Response:
    """Every address a program may ask, by what it is about; a production tells it to nobody."""
    if home.settings.production:
        raise Wrong("not-found")
    told = request.app.openapi()
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, methods in told["paths"].items():
        for method, operation in methods.items():
            tag = next(iter(operation.get("tags", ())), "other")
            groups.setdefault(tag, []).append(_operation(path, method, operation))
    shapes = sorted(told["components"]["schemas"].items())
    return page.page(
        request,
        "api_docs.html",
        asker,
        about=told["info"]["description"],
        groups=sorted(groups.items()),
        shapes=[(name, _fields(shape)) for name, shape in shapes],
    )


def _operation(path: str, method: str, operation: dict[str, Any]) -> dict[str, Any]:
    body = operation.get("requestBody", {}).get("content", {})
    return {
        "id": operation["operationId"],
        "method": method.upper(),
        "path": path,
        "text": str(operation.get("description") or operation.get("summary") or ""),
        "signed_in": bool(operation.get("security")),
        "parameters": [
            (one["name"], one["in"], bool(one.get("required")), _shape(one.get("schema", {})), one["description"])
            for one in operation.get("parameters", ())
        ],
        "body": [(kind, _shape(content.get("schema", {}))) for kind, content in body.items()],
        "answers": [
            (status, answer["description"], _answered(answer)) for status, answer in operation["responses"].items()
        ],
    }


def _answered(answer: dict[str, Any]) -> str:
    shapes = (_shape(content.get("schema", {})) for content in answer.get("content", {}).values())
    return ", ".join(dict.fromkeys(shapes))


def _fields(shape: dict[str, Any]) -> list[tuple[str, str, bool, str]]:
    """The fields of one body: name, shape, whether it is needed, what it is."""
    parts = [shape, *shape.get("allOf", ())]
    needed = {name for part in parts for name in part.get("required", ())}
    return [
        (name, _shape(field), name in needed, str(field.get("description", "")))
        for part in parts
        for name, field in part.get("properties", {}).items()
    ]


def _shape(schema: dict[str, Any]) -> str:
    """A shape in a few words: `string`, `Quote`, `Line[]`, `date or null`."""
    if "$ref" in schema:
        return str(schema["$ref"]).removeprefix(REF)
    for joined in ("anyOf", "oneOf", "allOf"):
        if joined in schema:
            return " or ".join(dict.fromkeys(_shape(one) for one in schema[joined]))
    if schema.get("type") == "array":
        return f"{_shape(schema.get('items', {}))}[]"
    if "enum" in schema or "const" in schema:
        return " | ".join(map(str, schema.get("enum", [schema.get("const")])))
    return str(schema.get("format") or schema.get("type") or "anything")
