"""What one phase cost: the wall clock, and the processor time of every process that took part."""

import os
import time
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Cost:
    """Seconds spent."""

    wall: float
    ours: float
    """Processor seconds of our own process: worker, API, pages and the driver of the clock."""
    partners: float
    engine: float

    @property
    def cpu(self) -> float:
        """Processor seconds of everything."""
        return self.ours + self.partners + self.engine

    def __sub__(self, other: "Cost") -> "Cost":
        return Cost(
            self.wall - other.wall,
            self.ours - other.ours,
            self.partners - other.partners,
            self.engine - other.engine,
        )


@dataclass(frozen=True)
class Meter:
    """Reads what has been spent so far."""

    engine_pid: int
    partners_pid: int

    def read(self) -> Cost:
        """Everything up to now; subtract two readings."""
        return Cost(
            time.monotonic(),
            time.process_time(),
            processor_seconds(self.partners_pid),
            processor_seconds(self.engine_pid),
        )


def processor_seconds(pid: int) -> float:
    """User and system time of another process. Source: proc(5), fields 14 and 15 of /proc/PID/stat."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS
