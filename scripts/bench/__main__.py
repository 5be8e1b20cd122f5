"""Measures Sallyport beside other gateways on this machine, in one run.

  make bench                       everything; writes the generated part of docs/benchmarks.md
  make bench-quick                 Sallyport and nginx only, under two minutes
  python3 scripts/bench --cases 1k,https --before OLD_BINARY      two builds beside each other
"""

import argparse
import os
import resource
import shutil
import sys
import tempfile
from pathlib import Path

import cases
import report
import rounds
import servers
from target import Target, TokenEndpoint

ROOT = Path(__file__).resolve().parents[2]


def arguments():
    parser = argparse.ArgumentParser(prog="bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="few cases, few rounds, nginx as the only peer")
    parser.add_argument("--cases", help="comma-separated: " + ", ".join(case.name for case in cases.CASES))
    parser.add_argument("--only", help="comma-separated servers; the others are left out")
    parser.add_argument("--rounds", type=int, help="default 5, with --quick 3")
    parser.add_argument("--seconds", type=int, help="of each round, default 3, with --quick 2")
    parser.add_argument("--binary", default=str(ROOT / "build/release/bin/sallyport"), type=os.path.abspath)
    parser.add_argument("--before", type=os.path.abspath, help="another binary, measured beside")
    parser.add_argument("--write-docs", action="store_true", help="replace the generated part of docs/benchmarks.md")
    return parser.parse_args()


def chosen(options):
    names = options.cases.split(",") if options.cases else (cases.QUICK_CASES if options.quick else None)
    known = {case.name: case for case in cases.CASES}
    unknown = set(names or ()) - set(known)
    if unknown:
        sys.exit(f"bench: no case {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    found = [known[name] for name in names or known]
    if options.quick:
        found = [case if isinstance(case, cases.MemoryCase) else cases.quick(case) for case in found]
    if options.before:
        found = [cases.with_before(case) for case in found]
    if options.only:
        found = [limited(case, options.only.split(",")) for case in found]
    return found


def limited(case, names):
    unknown = set(names) - set(servers.NAMES)
    if unknown:
        sys.exit(f"bench: no server {', '.join(sorted(unknown))}; there are {', '.join(servers.NAMES)}")
    left = cases.limited(case, names)
    if cases.is_empty(left):
        sys.exit(f"bench: --only leaves nothing of case {case.name}")
    return left


def check_tools(binary):
    for tool in ("wrk", "nginx", "haproxy", "node", "openssl", binary):
        if shutil.which(tool) is None:
            sys.exit(f"bench: {tool} is missing; scripts/install-deps.sh --bench and make build bring it")


def main():
    options = arguments()
    check_tools(options.binary)
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit[1], limit[1]))  # servers inherit it
    count = options.rounds or (3 if options.quick else 5)
    seconds = options.seconds or (2 if options.quick else 3)
    before = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="sallyport-bench-") as directory:
        os.chmod(directory, 0o755)  # workers of another user pass through
        tables = measure(Path(directory), options, count, seconds)
    settings = f"One worker each, {count} rounds of {seconds} s in turns"
    head = report.machine(options.binary, (before, os.getloadavg()[0]), settings)
    text = "\n\n".join([head, *tables])
    out = ROOT / "build" / "bench"
    out.mkdir(parents=True, exist_ok=True)
    (out / "table.md").write_text(text + "\n")
    if options.write_docs:
        report.write_docs(ROOT / "docs" / "benchmarks.md", text)
    print(text)


def measure(work, options, count, seconds):
    target = Target(work)
    tokens = TokenEndpoint()
    try:
        world = servers.World(work, target, tokens, options.binary, options.before)
        tables = []
        for case in chosen(options):
            if isinstance(case, cases.MemoryCase):
                found = rounds.run_memory(world, case)
            else:
                found = rounds.run_calls(world, case, count, seconds)
            tables.append(report.table(case, found))
            print(tables[-1] + "\n", file=sys.stderr)
        return tables
    finally:
        tokens.stop()
        target.stop()


main()
