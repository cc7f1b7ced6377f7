"""A worker of many toys that can be killed: `python -m tests.process.killed_worker ADDRESS DATABASE FOLDER QUEUE`.

It stands by until it reads a line. Every effect is a line in a file, so that it outlives the process.
"""

import asyncio
import sys
from pathlib import Path

from tests.process.many import many


async def main(address: str, database_url: str, folder: Path, queue: str) -> None:
    """Stand by, then be on duty until killed."""
    sys.stdin.readline()
    async with many(address, database_url, folder, queue) as here:
        here.box.effects = Written(folder / "effects.txt")
        here.box.refuse = {"red"} if not (folder / "open").exists() else set()
        sys.stdout.write("on duty\n")
        sys.stdout.flush()
        while True:
            await asyncio.sleep(0.05)
            if (folder / "open").exists():
                here.box.refuse = set()


class Written(list[str]):
    """A list that is also a file."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self._file = file

    def append(self, effect: str) -> None:
        """Add a line."""
        with self._file.open("a") as out:
            out.write(f"{effect}\n")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], Path(sys.argv[3]), sys.argv[4]))
