"""Texts in files: each has an id and stands in three languages side by side, so that none is forgotten."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

Texts = Mapping[str, Mapping[str, str]]
"""By id, then by language."""


class WrittenTwice(ValueError):
    """Two texts have the same id."""


def read_texts(path: Path) -> Texts:
    """All texts of a file. WrittenTwice when an id stands there twice."""
    # The base loader builds text only: the English "On" stays a word and does not become true.
    loader = yaml.CBaseLoader(path.read_text(encoding="utf-8"))
    try:
        return dict(_texts(loader, path))
    finally:
        loader.dispose()


def _texts(loader: Any, path: Path) -> Iterator[tuple[str, dict[str, str]]]:
    root, seen = loader.get_single_node(), set()
    for key, value in root.value if root is not None else ():
        if key.value in seen:
            raise WrittenTwice(f"{path.name}: {key.value} stands there twice (line {key.start_mark.line + 1})")
        seen.add(key.value)
        yield key.value, {lang.value: text.value for lang, text in value.value}


def read_folder(folder: Path) -> Texts:
    """The texts of every file in a folder and below it. WrittenTwice when an id stands in two files."""
    found: dict[str, Mapping[str, str]] = {}
    for path in sorted(folder.rglob("*.yaml")):
        texts = read_texts(path)
        if twice := found.keys() & texts.keys():
            raise WrittenTwice(f"{path.name}: also elsewhere: {', '.join(sorted(twice))}")
        found |= texts
    return found
