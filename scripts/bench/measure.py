"""CPU time and memory of a process with its descendants, from /proc. Linux only."""

import os
from pathlib import Path

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


def process_tree(pid):
    """The process and everything below it (a server's workers)."""
    pids = [pid]
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            pids += process_tree(int(child))
    return pids


def cpu_seconds(pid):
    """User and system time of all threads of the tree, those that have ended included."""
    ticks = 0
    for member in process_tree(pid):
        # The name may hold blanks and brackets: fields are counted from behind its last bracket.
        fields = Path(f"/proc/{member}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / TICKS_PER_SECOND


def resident_bytes(pid):
    """Proportional set size: pages that workers share count once."""
    kib = 0
    for member in process_tree(pid):
        for line in Path(f"/proc/{member}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                kib += int(line.split()[1])
    return kib * 1024
