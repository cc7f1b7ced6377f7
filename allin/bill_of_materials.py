"""What an installation is made of: every locked package with its hashes, as a CycloneDX bill of materials.

`make sbom` writes it; the same lock gives the same bytes. Source: CycloneDX 1.6 (ECMA-424).
"""

import json
import re
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
PACKAGE = re.compile(r"^(?P<name>[a-z0-9][a-z0-9._-]*)(?:\[[^\]]*\])?==(?P<version>[^\s;\\]+)")
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
OURS = "all-inclusive"


def components(lock: str) -> Iterator[dict[str, Any]]:
    """One for each package of a lock, in its order."""
    found: dict[str, Any] | None = None
    for line in lock.splitlines():
        if package := PACKAGE.match(line):
            if found:
                yield found
            found = _component(package["name"], package["version"])
        if found:
            found["hashes"] += [{"alg": "SHA-256", "content": one} for one in HASH.findall(line)]
    if found:
        yield found


def bill(lock: str) -> dict[str, Any]:
    """The whole bill."""
    of_lock = uuid.uuid5(uuid.NAMESPACE_URL, lock)
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{of_lock}",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": OURS, "bom-ref": OURS}},
        "components": list(components(lock)),
    }


def _component(name: str, version: str) -> dict[str, Any]:
    purl = f"pkg:pypi/{name.lower().replace('_', '-')}@{version}"
    return {"type": "library", "bom-ref": purl, "name": name, "version": version, "purl": purl, "hashes": []}


def main() -> None:
    """Write it to the file named on the command line, or to standard output."""
    told = json.dumps(bill((ROOT / "requirements.lock").read_text(encoding="utf-8")), indent=2) + "\n"
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(told, encoding="utf-8")
    else:
        sys.stdout.write(told)


if __name__ == "__main__":
    main()
