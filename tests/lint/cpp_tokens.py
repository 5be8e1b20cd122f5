"""C++ source as tokens, good enough for lints: comments gone, literals kept whole, lines known."""

import re
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""
    (?P<comment>//[^\n]*|/\*.*?\*/)
  | (?P<raw>(?:u8|[uUL])?R"(?P<delimiter>[^()\\\s]{0,16})\(.*?\)(?P=delimiter)")
  | (?P<string>(?:u8|[uUL])?"(?:\\.|[^"\\\n])*")
  | (?P<char>(?:u8|[uUL])?'(?:\\.|[^'\\\n])+')
  | (?P<number>\.?\d(?:[eEpP][+-]|'\w|[\w.])*)
  | (?P<word>[A-Za-z_]\w*)
  | (?P<directive>^[ \t]*\#(?:\\\n|[^\n])*)
  | (?P<punct>::|->\*?|\[\[|\]\]|&&|\|\||<<=|<=>|<<|[-+*/%&|^<>=!]=|\+\+|--|\.\.\.|.)
  | (?P<space>\s+)
    """,
    re.VERBOSE | re.DOTALL | re.MULTILINE,
)


@dataclass(frozen=True)
class Token:
    kind: str  # "word", "number", "string", "char", "directive" or "punct"
    text: str
    line: int


def tokenize(source):
    """All tokens but comments and blanks. `[[` and `]]` stay one token only where an attribute can stand."""
    tokens = []
    line = 1
    position = 0
    while position < len(source):
        match = _TOKEN.match(source, position)
        if match is None:  # a blank at the start of a line
            line += source[position] == "\n"
            position += 1
            continue
        text = match.group(0)
        kind = match.lastgroup if match.lastgroup != "delimiter" else "raw"
        if kind == "punct" and text.isspace():
            kind = "space"
        if kind not in ("comment", "space"):
            if kind == "raw":
                kind = "string"
            if text in ("[[", "]]"):
                tokens += [Token("punct", text[0], line), Token("punct", text[0], line)]
            else:
                tokens.append(Token(kind, text, line))
        line += text.count("\n")
        position = match.end()
    return tokens


OPENERS = {"(": ")", "[": "]", "{": "}"}


def match_brackets(tokens):
    """Index of every bracket -> index of its partner."""
    partner = {}
    stack = []
    for index, token in enumerate(tokens):
        if token.kind != "punct":
            continue
        if token.text in OPENERS:
            stack.append(index)
        elif token.text in OPENERS.values() and stack and OPENERS[tokens[stack[-1]].text] == token.text:
            opener = stack.pop()
            partner[opener] = index
            partner[index] = opener
    return partner
