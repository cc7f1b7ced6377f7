"""The API as the command line speaks to it: signed in, one readable line when it says no, the story live."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Self, TypeVar

import httpx2
from pydantic import BaseModel, ConfigDict

from allin.client.terminal import REFUSED, WRONG, Stop, one_line
from allin.embedded.data_folder import DataFolder
from domain.people import Language

BUSINESS_SAYS_NO = frozenset({403, 409, 410, 422})
PATIENCE = httpx2.Timeout(30, connect=3)
STORY_PATIENCE = httpx2.Timeout(None, connect=3)
"""A story may be silent for days."""

Json = Any
"""What the API answered; its shape is the API's to say."""
M = TypeVar("M", bound=BaseModel)


class StoryLine(BaseModel):
    """One line of a job's story, as it came."""

    model_config = ConfigDict(extra="ignore")

    seq: int
    at: str
    kind: str
    step: str | None = None
    title: str
    text: str
    by: str | None = None
    technical: str | None = None


class Remote:
    """The API at one address, asked by one person."""

    def __init__(
        self,
        address: str,
        folder: DataFolder,
        language: Language,
        *,
        acting_as: str | None = None,
        transport: httpx2.BaseTransport | None = None,
    ) -> None:
        self.address = address.rstrip("/")
        self.language = language
        self._folder = folder
        self._acting_as = acting_as
        self._token: str | None = None
        headers = {"accept": "application/json", "accept-language": language, "user-agent": "allin"}
        self._http = httpx2.Client(
            base_url=self.address, timeout=PATIENCE, headers=headers, trust_env=False, transport=transport
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def sign_in(self, person: str, password: str | None, *, keep: bool) -> Json:
        """Open a session and, with `keep`, use it for the next commands too."""
        signed = self.call("POST", "/api/session", json={"person": person, "password": password}, signed=False)
        self._token = signed["token"]
        if keep:
            self._folder.keep_token(self.address, self._token)
        return signed["who"]

    def sign_out(self) -> None:
        """End the session and forget it."""
        self.call("DELETE", "/api/session")
        self._folder.keep_token(self.address, None)

    def get(self, path: str, **params: object) -> Json:
        """Ask for something."""
        asked = {name: value for name, value in params.items() if value is not None}
        return self.call("GET", path, params=asked)

    def post(
        self, path: str, body: object | None = None, *, headers: Mapping[str, str] | None = None, **params: object
    ) -> Json:
        """Have something done."""
        asked = {name: value for name, value in params.items() if value is not None}
        return self.call("POST", path, json=body, headers=dict(headers or {}), params=asked)

    def call(self, method: str, path: str, *, signed: bool = True, **given: Any) -> Json:
        """One request; Stop with one line when it cannot be answered or is refused."""
        answer = self.send(method, path, signed=signed, **given)
        return answer.json() if "json" in answer.headers.get("content-type", "") else None

    def download(self, path: str) -> bytes:
        """A file."""
        return self.send("GET", path).content

    def upload(self, path: str, content: bytes) -> Json:
        """Hand over a file."""
        return self.call("POST", path, content=content, headers={"content-type": "application/octet-stream"})

    def follow(self, job_id: str, after: int = 0) -> Iterator[StoryLine | None]:
        """The story as it happens, from the line after this one; None now and then while nothing happens.

        A broken connection is taken up again at the last line seen.
        """
        while True:
            headers = {**self._signed(), "last-event-id": str(after), "accept": "text/event-stream"}
            address = f"/api/jobs/{job_id}/events"
            try:
                with self._http.stream("GET", address, headers=headers, timeout=STORY_PATIENCE) as answer:
                    _check(answer)
                    for line in lines(answer.iter_lines()):
                        if line is not None:
                            after = line.seq
                        yield line
            except httpx2.TransportError as error:
                raise self._unreachable(error) from error

    def send(self, method: str, path: str, *, signed: bool = True, **given: Any) -> httpx2.Response:
        """One request and its whole answer; Stop as in `call`."""
        headers = {**(self._signed() if signed else {}), **given.pop("headers", {})}
        try:
            answer = self._http.request(method, path, headers=headers, **given)
        except httpx2.TransportError as error:
            raise self._unreachable(error) from error
        _check(answer)
        return answer

    def _signed(self) -> dict[str, str]:
        if self._token is None and self._acting_as is not None:
            self.sign_in(self._acting_as, None, keep=False)
        token = self._token or self._folder.token(self.address)
        return {"authorization": f"Bearer {token}"} if token else {}

    def _unreachable(self, error: Exception) -> Stop:
        return Stop(f"{self.address} cannot be reached ({error}): start `allin up`, or give --api")


def lines(raw: Iterator[str]) -> Iterator[StoryLine | None]:
    """Server-Sent Events as lines of the story; None for each sign of life in between.

    Source: WHATWG HTML, section 9.2.6.
    """
    told: list[str] = []
    for line in raw:
        if line.startswith("data:"):
            told.append(line.removeprefix("data:").removeprefix(" "))
        elif not line and told:
            yield StoryLine.model_validate_json("\n".join(told))
            told = []
        elif line.startswith(":"):
            yield None


def _check(answer: httpx2.Response) -> None:
    """Stop with what the API says when it did not do what was asked."""
    if answer.status_code < 400:
        return
    answer.read()
    code = REFUSED if answer.status_code in BUSINESS_SAYS_NO else WRONG
    raise Stop(one_line(_problem(answer)), code)


def _problem(answer: httpx2.Response) -> str:
    try:
        told = json.loads(answer.content)
    except ValueError:
        return f"{answer.request.url} answered {answer.status_code}"
    if not isinstance(told, dict):
        return f"{answer.request.url} answered {answer.status_code}"
    fields = "; ".join(f"{flaw['where']}: {flaw['why']}" for flaw in told.get("errors") or ())
    refusals = "; ".join(each["said"] for each in (told.get("quote") or {}).get("refusals", ()))
    missing = "; ".join(each["said"] for each in (told.get("quote") or {}).get("missing", ()))
    said = [told.get("title", ""), told.get("detail", ""), fields, refusals, missing]
    if answer.status_code == 401:
        said.append("Sign in with `allin login PERSON`, or add --as PERSON in a demonstration")
    else:
        said.append(told.get("what_to_do", ""))
    return ". ".join(part.rstrip(".") for part in said if part) or f"answered {answer.status_code}"
