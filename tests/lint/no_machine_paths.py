#!/usr/bin/env python3
"""No tracked file names a machine's own folders or a package registry: the project builds anywhere, from any mirror.

    no_machine_paths.py SOURCE_DIR | --self-test
"""

import pathlib
import re
import sys

from project_files import project_files

# Spelled in pieces, so that this file does not find itself.
HOME = "/(?:ho" + r"me/[a-z]\w*|ro" + "ot|Use" + r"rs/\w+|wo" + r"rk)/\w"
REGISTRY = "registry" + r"\.npmjs|npmjs" + r"\.org|py" + r"pi\.org|python" + r"hosted\.org|arti" + r'factory|"reso' + 'lved"'
FORBIDDEN = re.compile(f"(?<![\\w.}}])(?:{HOME})|{REGISTRY}")


def problems_of(name, text):
    for number, line in enumerate(text.splitlines(), 1):
        match = FORBIDDEN.search(line)
        if match:
            yield f"{name}:{number}: {match.group(0)}"


def self_test():
    bad = ["cd /ho" + "me/jane/x", "see /ro" + "ot/a", '"reso' + 'lved": "x"', "https://registry" + ".npm" + "js.org/"]
    good = ["/homepage/x", "src/work/x", "$HOME/x", "https://api.example.com/ro" + "ot/x"]
    wrong = [t for t in bad if not list(problems_of("f", t))] + [t for t in good if list(problems_of("f", t))]
    for text in wrong:
        print(f"no_machine_paths: judged wrongly: {text}")
    return 1 if wrong else 0


def main(arguments):
    if arguments == ["--self-test"]:
        return self_test()
    root = pathlib.Path(arguments[0])
    files = project_files(root)
    problems = []
    for path in files:
        problems += problems_of(path.relative_to(root), path.read_bytes().decode("utf-8", "replace"))
    print("\n".join(problems) or f"no_machine_paths: {len(files)} files, clean")
    return 1 if problems or not files else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
