"""Under which name a method is an activity: as its decorator says it."""

import inspect
import re
from collections.abc import Callable
from types import ModuleType
from typing import Any

NAMED = re.compile(r'@activity\.defn\(name=(?:"([\w.]+)"|(\w+))')


def activity_name(method: Callable[..., Any]) -> str | None:
    """The name in every history; None for a method that is no activity."""
    module = inspect.getmodule(method)
    return next(_names(inspect.getsource(method), module), None) if module else None


def activities_in(module: ModuleType) -> set[str]:
    """The names of all activities of a module."""
    return set(_names(inspect.getsource(module), module))


def _names(source: str, module: ModuleType) -> Any:
    for written, constant in NAMED.findall(source):
        yield written or getattr(module, constant)
