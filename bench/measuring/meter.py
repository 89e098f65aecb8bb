"""CPU time and memory of processes, each with all that it started; of this one its own alone."""

import os
from collections.abc import Iterable, Mapping

import psutil


def cpu_seconds(processes: Mapping[str, Iterable[psutil.Process]]) -> dict[str, float]:
    """User and system time so far, in seconds, by the name of a part; ended children count as well."""
    return {name: sum(map(_with_children, each)) for name, each in processes.items()}


def resident_bytes(process: psutil.Process) -> int:
    """Memory that a process holds, in bytes."""
    return int(process.memory_info().rss)


def _with_children(process: psutil.Process) -> float:
    spent = process.cpu_times()
    if process.pid == os.getpid():  # the client, which also started everything else
        return float(spent.user + spent.system)
    total = float(spent.user + spent.system + spent.children_user + spent.children_system)
    for child in process.children():
        try:
            total += _with_children(child)
        except psutil.NoSuchProcess:  # its parent's time has it now, or will
            continue
    return total
