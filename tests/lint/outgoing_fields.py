#!/usr/bin/env python3
"""Everything that goes out is written by http::FieldLines, byte-checked (docs/adr/0001-own-head-parser.md).

    outgoing_fields.py SOURCE_DIR    reports every other way to make a head, exit 1 when there is one
    outgoing_fields.py --self-test

Outside the files below, no string in src/ or include/ holds CR or LF as line ends of the wire, and nobody includes
Beast's message types, whose set(), insert() and target() take CR LF as given.
"""

import pathlib
import re
import sys

from cpp_tokens import tokenize

# file -> why it may spell CR LF
LINE_ENDS = {
    "src/http/field_lines.cpp": "the checked writer itself",
    "src/http/request_head.cpp": "judges heads: finds the end of the target",
    "include/sallyport/http/chunked.h": "chunk framing: the last chunk",
    "src/http/multipart_writer.cpp": "lines of a multipart body; its fields come from http::FieldLines",
    "src/net/server/answer_writer.cpp": "chunk framing: the end of a chunk's data",
    "src/net/server/request_body.cpp": "the interim 100 answer, a constant",
    "src/request/expand/value_parser.cpp": "reads the escapes of JSON strings",
    "src/net/server/session_head.cpp": "passes over blank lines before a request",
}
BEAST_MESSAGES = re.compile(r"#\s*include\s*<boost/beast(/http|\.hpp)")
WIRE = re.compile(r"\\r|\\x0[dD]|\\015|\\u000[dD]")


def problems_of(name, text):
    if name in LINE_ENDS:
        return
    for token in tokenize(text):
        if token.kind == "directive" and BEAST_MESSAGES.search(token.text):
            yield f"{name}:{token.line}: Beast's message types set fields unchecked; use http::FieldLines"
        if token.kind == "string" and WIRE.search(token.text.replace("\\\\", "")):
            yield f"{name}:{token.line}: {token.text} spells a line end of the wire; use http::FieldLines"


def self_test():
    samples = [
        ("src/net/x.cpp", 'std::string s = "Host: a\\r\\n";', 1),
        ("src/net/x.cpp", 'auto s = "a\\x0d\\x0a";', 1),
        ("src/net/x.cpp", "#include <boost/beast/http.hpp>\n", 1),
        ("src/net/x.cpp", "#include <boost/beast/core/flat_buffer.hpp>\n", 0),
        ("src/net/x.cpp", "// writes \"\\r\\n\"\nchar c = '\\r';", 0),
        ("src/net/x.cpp", 'log("line\\n");', 0),
        ("src/net/x.cpp", 'out += "\\\\r";', 0),
        ("src/http/field_lines.cpp", 'bytes_ += "\\r\\n";', 0),
    ]
    wrong = [(name, text) for name, text, count in samples if len(list(problems_of(name, text))) != count]
    for sample in wrong:
        print(f"outgoing_fields: judged wrongly: {sample}")
    return 1 if wrong else 0


def main(arguments):
    if arguments == ["--self-test"]:
        return self_test()
    root = pathlib.Path(arguments[0])
    problems = []
    for folder in ("src", "include"):
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in (".h", ".cpp"):
                problems += problems_of(path.relative_to(root).as_posix(), path.read_text())
    problems += [f"{name}: is excused here and does not exist" for name in LINE_ENDS if not (root / name).is_file()]
    print("\n".join(problems) or "outgoing_fields: clean")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
