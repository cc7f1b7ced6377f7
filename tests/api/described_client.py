"""A client made from /openapi.json alone: addresses, methods, parameters and bodies are the document's."""

from typing import Any
from urllib.parse import quote

import httpx2
import jsonschema_rs


class DescribedClient:
    """Calls operations by their id; what is sent and what comes back must be what the document says."""

    def __init__(self, told: dict[str, Any], http: httpx2.AsyncClient) -> None:
        self._told, self._http = told, http
        self._operations = {
            one["operationId"]: (method, path, one)
            for path, methods in told["paths"].items()
            for method, one in methods.items()
        }

    async def call(self, operation: str, body: Any = None, **given: str) -> httpx2.Response:
        """One call; a parameter nobody described, or an answer of another shape, is a mistake of the document."""
        method, path, one = self._operations[operation]
        places = {each["name"]: each["in"] for each in one.get("parameters", ())}
        named = {
            name.replace("_", "-") if name.replace("_", "-") in places else name: v for name, v in given.items()
        }
        assert named.keys() <= places.keys(), f"{operation} has no {named.keys() - places.keys()}"
        for name, value in named.items():
            if places[name] == "path":
                path = path.replace(f"{{{name}}}", quote(value, safe=""))
        assert "{" not in path, f"{path} needs more"
        if body is not None:
            self._validator(one["requestBody"]["content"]["application/json"]["schema"]).validate(body)
        answer = await self._http.request(
            method.upper(),
            path,
            json=body,
            params={name: value for name, value in named.items() if places[name] == "query"},
            headers={name: value for name, value in named.items() if places[name] == "header"},
        )
        self._as_described(operation, one, answer)
        return answer

    def _as_described(self, operation: str, one: dict[str, Any], answer: httpx2.Response) -> None:
        described = one["responses"].get(str(answer.status_code))
        assert described is not None, f"{operation} does not say {answer.status_code}: {answer.text[:200]}"
        kind = answer.headers.get("content-type", "").partition(";")[0]
        assert kind in described["content"], f"{operation} does not say {kind}"
        if kind.endswith("json"):
            self._validator(described["content"][kind]["schema"]).validate(answer.json())

    def _validator(self, schema: dict[str, Any]) -> Any:
        return jsonschema_rs.Draft202012Validator(schema | {"components": self._told["components"]})
