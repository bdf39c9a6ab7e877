"""What a tree of processes costs: processor time and memory, as the kernel counts them (Linux)."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")


def tree(pid: int) -> Iterator[int]:
    """The process and all below it."""
    yield pid
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                yield from tree(int(child))


def cpu(pid: int) -> float:
    """Seconds of processor time of the whole tree, dead children included."""
    return sum(sum(_times(one)) for one in tree(pid)) / TICK


def _times(pid: int) -> list[int]:
    """utime and stime, and those of children that were waited for: fields 14 to 17 of proc_pid_stat(5)."""
    with suppress(OSError):
        return [int(field) for field in Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()[11:15]]
    return [0]


def memory(pid: int) -> float:
    """MiB of the whole tree; what processes share counts once (PSS)."""
    kib = 0
    for one in tree(pid):
        with suppress(OSError):
            lines = Path(f"/proc/{one}/smaps_rollup").read_text().splitlines()
            kib += next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return kib / 1024


def sync_time(folder: Path, times: int = 100) -> float:
    """Milliseconds until 4 KiB have reached the disk: no database commits faster, unless it commits for many."""
    path = folder / "sync"
    file = os.open(path, os.O_CREAT | os.O_RDWR)
    began = time.perf_counter()
    for number in range(times):
        os.pwrite(file, b"\0" * 4096, number * 4096)
        os.fdatasync(file)
    seconds = time.perf_counter() - began
    os.close(file)
    path.unlink()
    return seconds / times * 1000
