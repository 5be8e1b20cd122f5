#!/usr/bin/env python3
"""Every test that SECURITY.md names as what holds a promise is there.

Looked at: words in backticks between "## The eight promises" and the next heading. `Suite` and `Suite.Test` must be the beginning of
the name of some test; a word behind "fuzz target" must be a file of tests/fuzz. Settings, commands and paths are no names of tests.
"""

import pathlib
import re
import sys

SECTION = re.compile(r"^## The eight promises$(.*?)^## ", re.MULTILINE | re.DOTALL)
TEST = re.compile(r"^TEST(?:_[FP])?\((\w+),\s*(\w+)\)", re.MULTILINE)
NAME = re.compile(r"`([A-Z][A-Za-z0-9]+(?:\.[A-Z]\w*)?)`")
FUZZ = re.compile(r"fuzz\s+targets?\s+((?:`\w+`(?:,\s+)?)+)")


def tests_of(root):
    return {f"{suite}.{test}" for path in root.glob("tests/**/*.cpp") for suite, test in TEST.findall(path.read_text())}


def missing(text, tests, fuzzers):
    section = SECTION.search(text)
    if not section:
        return ["there is no section \"## The eight promises\""]
    names = NAME.findall(section.group(1))
    if not names:
        return ["no test is named"]
    gone = [f"no test is called {name}" for name in names if not any(test.startswith(name) for test in tests)]
    targets = [name for found in FUZZ.findall(section.group(1)) for name in re.findall(r"`(\w+)`", found)]
    return gone + [f"there is no fuzz target {name}" for name in targets if name not in fuzzers]


def self_test():
    page = "## The eight promises\n\n1. `Kill`, `Disk.LosesNothing` hold it; fuzz targets `url`,\n `head`.\n\n## Next\n"
    assert missing(page, {"Kill.All", "Disk.LosesNothing"}, {"url", "head"}) == []
    assert missing(page, {"Kill.All"}, {"url", "head"}) == ["no test is called Disk.LosesNothing"]
    assert missing(page, {"Kill.All", "Disk.LosesNothing"}, {"url"}) == ["there is no fuzz target head"]
    assert missing("nothing", set(), set())
    assert missing("## The eight promises\nno names\n## Next\n", set(), set()) == ["no test is named"]


def main():
    if sys.argv[1] == "--self-test":
        return self_test()
    root = pathlib.Path(sys.argv[1])
    fuzzers = {path.stem for path in root.glob("tests/fuzz/*.cpp")}
    found = missing((root / "SECURITY.md").read_text(), tests_of(root), fuzzers)
    for line in found:
        print(f"SECURITY.md: {line}")
    sys.exit(1 if found else 0)


main()
