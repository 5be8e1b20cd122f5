#!/usr/bin/env python3
"""Every link between the project's Markdown pages leads somewhere, anchors included. Outside links are not fetched.

    docs_links.py SOURCE_DIR | --self-test
"""

import pathlib
import re
import sys
import tempfile

from project_files import project_files

LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
PATH_IN_TEXT = re.compile(r"`((?:src|include|tests|docs|scripts|config|cmake)/[\w./-]+)`")


def without_code(text):
    return re.sub(r"```.*?```", lambda match: "\n" * match.group(0).count("\n"), text, flags=re.DOTALL)


def anchor(heading):
    text = re.sub(r"[`*]|\[([^\]]*)\]\([^)]*\)", r"\1", heading.strip()).lower()
    return re.sub(r"[^\w\- ]", "", text).replace(" ", "-")


def anchors_of(text):
    return {anchor(h) for h in re.findall(r"^#+ +(.*)$", without_code(text), re.MULTILINE)}


def problems_of(root, page):
    text = without_code(page.read_text())
    for match in LINK.finditer(text):
        link = match.group(1)
        if re.match(r"[a-z]+:", link):
            continue
        path, _, fragment = link.partition("#")
        target = (page.parent / path) if path else page
        line = text.count("\n", 0, match.start()) + 1
        if not target.exists():
            yield f"{page}:{line}: {link} leads nowhere"
        elif fragment and fragment not in anchors_of(target.read_text()):
            yield f"{page}:{line}: {link}: no such heading"
    for match in PATH_IN_TEXT.finditer(text):
        if not (root / match.group(1)).exists():
            line = text.count("\n", 0, match.start()) + 1
            yield f"{page}:{line}: names {match.group(1)}, which does not exist"


def self_test():
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        (root / "b.md").write_text("# One `two` three\n")
        (root / "a.md").write_text(
            "[good](b.md) [good](b.md#one-two-three) [web](https://x.example)\n"
            "[bad](c.md)\n[bad](b.md#four)\n`src/none.cpp`\n```\n[not judged](d.md)\n```\n"
        )
        found = list(problems_of(root, root / "a.md"))
    if len(found) != 3:
        print("docs_links: expected three findings, got", found)
        return 1
    return 0


def main(arguments):
    if arguments == ["--self-test"]:
        return self_test()
    root = pathlib.Path(arguments[0])
    pages = [p for p in project_files(root) if p.suffix == ".md"]
    problems = [problem for page in pages for problem in problems_of(root, page)]
    print("\n".join(problems) or f"docs_links: {len(pages)} pages, all links lead somewhere")
    return 1 if problems or not pages else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
