"""Tables of what was measured, and their place in docs/benchmarks.md."""

import os
import platform
import re
import statistics
import subprocess
from pathlib import Path

from cases import MemoryCase

BEGIN = "<!-- bench: begin, written by make bench -->"
END = "<!-- bench: end -->"


def calls_table(case, figures):
    """Ratios are medians of the ratios round by round: neighbors in time share the weather."""
    base = figures[case.contenders[0].label]
    large = case.body_bytes >= 1 << 20
    unit = "CPU ms per call" if large else "CPU ms per 1000 calls"
    scale = 1000 if large else 1
    lines = [f"#### {case.title}", "",
             f"{case.connections} connections." + (f" Bar for the CPU time: {case.bar:.2f}." if case.bar else ""), "",
             f"| | {unit}, median | min to max | beside {case.contenders[0].label} | calls/s | p50 ms | p99 ms | MiB | errors |",
             "|---|---|---|---|---|---|---|---|---|"]
    for label, found in figures.items():
        cpu = [value / scale for value in found.cpu_ms]
        ratio = statistics.median(own / other for own, other in zip(found.cpu_ms, base.cpu_ms))
        lines.append(
            f"| {label} | {statistics.median(cpu):.1f} | {min(cpu):.1f} to {max(cpu):.1f} | {ratio:.2f} | "
            f"{_number(statistics.median(found.rate))} | {statistics.median(found.p50_ms):.2f} | "
            f"{statistics.median(found.p99_ms):.2f} | {found.resident / 1048576:.0f} | {found.errors} |")
    if case.name == "threads":
        lines += ["", *_thread_lines(case, figures)]
    return "\n".join(lines)


def _thread_lines(case, figures):
    """Where callers and target take the second core, calls per second cannot double; CPU time still tells."""
    for one, two in zip(case.contenders[::2], case.contenders[1::2]):
        gain = statistics.median(b / a for a, b in zip(figures[one.label].rate, figures[two.label].rate))
        room = statistics.median(2 * a / b for a, b in zip(figures[one.label].cpu_ms, figures[two.label].cpu_ms))
        yield (f"- {two.label}: {gain:.2f} times the calls per second of one, on cores shared with the callers and the target; "
               f"{room:.2f} times by CPU time per call, which is what cores of their own would give.")


def memory_table(case, memory):
    each = "KiB per connection" if case.kind == "idle" else "growth per reader, KiB"
    lines = [f"#### {case.title}", "", f"| | before, MiB | growth, MiB | {each} |", "|---|---|---|---|"]
    for name, found in memory.items():
        lines.append(f"| {name} | {found.before / 1048576:.1f} | {found.growth / 1048576:.1f} | "
                     f"{found.growth / 1024 / case.connections:.1f} |")
    return "\n".join(lines)


def table(case, found):
    return memory_table(case, found) if isinstance(case, MemoryCase) else calls_table(case, found)


def _number(value):
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}"


def _first_line(command):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return (done.stdout + done.stderr).strip().splitlines()[0]


def _version(command):
    found = re.search(r"\d+\.\d+[.\d]*", _first_line(command))
    return found.group(0) if found else "?"


def machine(binary, loads, settings):
    """What the figures depend on."""
    model = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    versions = ", ".join(f"{name} {_version(command)}" for name, command in (
        ("Sallyport", [binary, "version"]), ("nginx", ["nginx", "-v"]), ("HAProxy", ["haproxy", "-v"]),
        ("Node.js", ["node", "--version"]), ("wrk", ["wrk", "-v"])))
    return (f"{os.cpu_count()} cores of {model.group(1) if model else platform.machine()}, Linux {platform.release()}. {versions}. "
            f"{settings}. Load average before and after: {loads[0]:.1f}, {loads[1]:.1f}"
            f" (the benchmark alone makes about 2).")


def write_docs(page, text):
    """Replaces the generated block of the page."""
    before, found, rest = page.read_text().partition(BEGIN)
    _, ended, after = rest.partition(END)
    if not (found and ended):
        raise RuntimeError(f"{page} has no block between {BEGIN} and {END}")
    page.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{after}")
