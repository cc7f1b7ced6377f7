"""What every command that asks the API can be told: where it is, as whom to ask, in which language."""

import functools
import inspect
import os
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from allin.client.api import Remote
from allin.client.terminal import as_json, language_of
from allin.embedded.data_folder import DataFolder
from engine.settings import Settings, load_settings

Data = Annotated[Path | None, typer.Option("--data", help="The data folder; else ALLIN_DATA, else var.")]
Lang = Annotated[str | None, typer.Option("--lang", help="fr, nl or en; else the terminal's.")]
InJson = Annotated[bool, typer.Option("--json", help="Answer as JSON, for programs.")]
Where = Annotated[
    str | None, typer.Option("--api", help="Address of the API; else ALLIN_API, else the running one.")
]
As = Annotated[str | None, typer.Option("--as", help="Ask as this person of the demonstration.")]

ASKED = {"data": Data, "lang": Lang, "json": InJson, "api": Where, "as_": As}
DEFAULTS: dict[str, Any] = {"data": None, "lang": None, "json": False, "api": None, "as_": None}


class Caller:
    """The person at the terminal, and the API they ask."""

    def __init__(self, remote: Remote, in_json: bool) -> None:
        self.remote = remote
        self.in_json = in_json

    def show(self, answer: object, *told: str) -> None:
        """The answer as JSON when asked for, else the lines."""
        print(as_json(answer) if self.in_json else "\n".join(told))


def folder_of(data: Path | None) -> DataFolder:
    """The data folder meant."""
    return DataFolder(settings_for(data).data)


def settings_for(data: Path | None) -> Settings:
    """The settings, with the data folder a command was told."""
    return load_settings(data=data) if data else load_settings()


def address_of(api: str | None, folder: DataFolder) -> str:
    """Where the API is: as said, else the installation running on the data folder, else the public address."""
    if given := api or os.environ.get("ALLIN_API"):
        return given
    running = folder.running()
    return running.address if running else load_settings().public_url


def asks(command: Callable[..., None]) -> Callable[..., None]:
    """A command that asks the API: its first parameter `caller` becomes the five options above."""

    @functools.wraps(command)
    def asking(**given: Any) -> None:
        told = {name: given.pop(name) for name in ASKED}
        folder = folder_of(told["data"])
        address, language = address_of(told["api"], folder), language_of(told["lang"])
        with Remote(address, folder, language, acting_as=told["as_"]) as remote:
            command(Caller(remote, told["json"]), **given)

    own = list(inspect.signature(command).parameters.values())[1:]
    kind = inspect.Parameter.KEYWORD_ONLY
    added = [inspect.Parameter(n, kind, default=DEFAULTS[n], annotation=a) for n, a in ASKED.items()]
    parameters = [each.replace(kind=kind) for each in own] + added
    asking.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]  # inspect's documented hook
    asking.__annotations__ = {each.name: each.annotation for each in parameters}
    return asking
