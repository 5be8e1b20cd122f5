#!/usr/bin/env python3
"""Reports files over the soft caps: 300 lines a .cpp, 200 a header, 40 lines a function. A report, not a gate.

    file_lengths.py SOURCE_DIR
"""

import pathlib
import sys

from coroutine_hygiene import Source

CAPS = {".cpp": 300, ".h": 200}
FUNCTION_CAP = 40


def long_functions(text):
    """(line, length) of every block behind a parameter list that is longer than the cap and lies in no other one."""
    source = Source(text)
    end = -1
    for index in sorted(source.blocks):
        if index < end or index not in source.partner:
            continue
        if source.text(index - 1) not in (")", "const", "override", "noexcept"):
            continue
        first, last = source.tokens[index].line, source.tokens[source.partner[index]].line
        end = source.partner[index]
        if last - first + 1 > FUNCTION_CAP:
            yield first, last - first + 1


def main(arguments):
    root = pathlib.Path(arguments[0])
    over = 0
    for folder in ("src", "include"):
        for path in sorted((root / folder).rglob("*")):
            if path.suffix not in CAPS:
                continue
            text = path.read_text()
            lines = text.count("\n")
            if lines > CAPS[path.suffix]:
                print(f"{path.relative_to(root)}: {lines} lines, soft cap {CAPS[path.suffix]}")
                over += 1
            for line, length in long_functions(text):
                print(f"{path.relative_to(root)}:{line}: a function of {length} lines, soft cap {FUNCTION_CAP}")
                over += 1
    print(f"file_lengths: {over} over a soft cap")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
