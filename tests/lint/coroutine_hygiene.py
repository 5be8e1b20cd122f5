#!/usr/bin/env python3
"""Finds what GCC 12 silently miscompiles in coroutines (CONTRIBUTING.md, "Coroutines").

    coroutine_hygiene.py FILE_OR_FOLDER...     reports every finding, exit 1 when there is one
    coroutine_hygiene.py --self-test FOLDER    good_*.cpp must pass; in bad_*.cpp exactly the lines marked
                                               `// BAD: rule` must be found

A full expression that holds `co_await` must not build an aggregate, hold a capturing lambda, `?:`, `&&` or `||`, or await
inside the argument list of a call. The lint is stricter than the compiler's bugs: it takes every braced temporary for an
aggregate, because naming it costs a line and guessing wrong costs a double free.
"""

import pathlib
import sys

from cpp_tokens import match_brackets, tokenize

SUFFIXES = (".h", ".cpp")
CONDITIONS = ("if", "while", "for", "switch", "constexpr")
BLOCK_OPENERS = {")", ";", "{", "}", ":", "else", "do", "try", "const", "noexcept", "override", "mutable", "final"}
NO_CALL = CONDITIONS + ("return", "co_return", "co_await", "co_yield", "case", "catch", "sizeof", "decltype", "throw")
COROUTINE_WORDS = ("co_await", "co_return", "co_yield")


class Source:
    """The tokens of one file with what the rules ask about them."""

    def __init__(self, text):
        self.tokens = [t for t in tokenize(text) if t.kind != "directive"]
        self.partner = match_brackets(self.tokens)
        self.lambdas = {}  # index of the introducer's `[` -> index of the body's `{`
        self.lambda_bodies = {}  # the other way round
        self.find_lambdas()
        self.blocks = {i for i in range(len(self.tokens)) if self.text(i) == "{" and self.is_block(i)}

    def text(self, index):
        return self.tokens[index].text if 0 <= index < len(self.tokens) else ""

    def kind(self, index):
        return self.tokens[index].kind if 0 <= index < len(self.tokens) else ""

    def find_lambdas(self):
        for index in range(len(self.tokens)):
            if self.text(index) != "[" or index not in self.partner:
                continue
            before = self.text(index - 1)
            subscript = before in (")", "]") or self.kind(index - 1) == "string"
            if self.kind(index - 1) == "word" and before not in NO_CALL and before != "else":
                subscript = True
            attribute = self.text(index + 1) == "[" or before == "["
            if subscript or attribute:
                continue
            body = self.lambda_body(self.partner[index] + 1)
            if body is not None:
                self.lambdas[index] = body
                self.lambda_bodies[body] = index

    def lambda_body(self, index):
        """From behind the `]`: template parameters, parameters, specifiers, return type, then `{`."""
        while index < len(self.tokens):
            text = self.text(index)
            if text == "{":
                return index
            if text == "(" and index in self.partner:
                index = self.partner[index] + 1
            elif self.kind(index) == "word" or text in ("<", ">", "::", "->", ",", "*", "&", "&&"):
                if text == "," and not self.inside_angles(index):
                    return None
                index += 1
            else:
                return None
        return None

    def inside_angles(self, index):
        depth = 0
        for step in range(index, max(index - 60, -1), -1):
            if self.text(step) == ">":
                depth -= 1
            elif self.text(step) == "<":
                depth += 1
                if depth > 0:
                    return True
            elif self.text(step) in (";", "{", "}"):
                return False
        return False

    def is_block(self, index):
        """Does this `{` open statements or members (and not an initializer)?"""
        if index in self.lambda_bodies:
            return True
        before = self.text(index - 1)
        if index == 0 or before in BLOCK_OPENERS:
            return True
        if self.kind(index - 1) not in ("word", "punct", "string"):
            return False
        if before in (">", "*", "&") or self.kind(index - 1) == "word":
            start = index - 1
            while start > 0 and self.text(start) not in (";", "{", "}"):
                if self.text(start) == ")" and start in self.partner:
                    start = self.partner[start]
                start -= 1
            words = [self.text(i) for i in range(start, index)]
            if any(w in ("namespace", "struct", "class", "union", "enum", "extern") for w in words):
                return "=" not in words
            return "->" in words and "=" not in words and "co_await" not in words and "return" not in words
        return self.kind(index - 1) == "string" and self.text(index - 2) == "extern"

    def full_expression(self, index):
        """Indices of the full expression around `index`; bodies of lambdas in it are left out. Also: the brackets that
        are open around `index` within it."""
        enclosing = []
        left = index - 1
        while left >= 0:
            text = self.text(left)
            if text in (")", "]", "}") and left in self.partner:
                opener = self.partner[left]
                if text == "}" and opener in self.blocks and opener not in self.lambda_bodies:
                    break
                if text == ")" and self.text(opener - 1) in CONDITIONS:
                    break
                left = opener - 1
                continue
            if text == ";" or (text == "{" and left in self.blocks):
                break
            if text in ("(", "[", "{"):
                if text == "(" and self.text(left - 1) in CONDITIONS:
                    break
                enclosing.append(left)
            elif text == ":" and self.text(left - 1) != ":" and not enclosing and self.ends_label(left):
                break
            left -= 1
        right = index + 1
        indices = list(range(left + 1, index + 1))
        while right < len(self.tokens):
            text = self.text(right)
            if text == ";":
                break
            if text in (")", "]", "}"):
                opener = self.partner.get(right, -1)
                if opener <= left:
                    break
            indices.append(right)
            right += 1
        return self.without_lambda_bodies(indices), enclosing

    def ends_label(self, index):
        """Is this `:` the end of `case x:` or `default:`?"""
        return self.text(index - 1) == "default" or any(self.text(i) == "case" for i in range(max(0, index - 8), index))

    def without_lambda_bodies(self, indices):
        kept = []
        skip_to = -1
        for index in indices:
            if index <= skip_to:
                continue
            kept.append(index)
            if index in self.lambda_bodies:
                skip_to = self.partner.get(index, index)
        return kept


def captures(source, introducer):
    return source.partner[introducer] > introducer + 1


def check_awaits(source, report):
    for index, token in enumerate(source.tokens):
        if token.text != "co_await" or source.text(index - 1) == "operator":
            continue
        expression, enclosing = source.full_expression(index)
        for at in expression:
            text = source.text(at)
            if at in source.lambdas and captures(source, at):
                report(token.line, "lambda", "a capturing lambda in an awaiting expression; name it first")
            if text == "{" and at not in source.lambda_bodies:
                report(token.line, "aggregate", "an object built in braces in an awaiting expression; name it first")
            if text == "?":
                report(token.line, "conditional", "co_await in a ?: expression; use if")
            if text in ("&&", "||") and source.text(at - 1) not in ("auto", ">") or text in ("and", "or"):
                report(token.line, "logical", f"{text} in an awaiting expression; await into a name first")
        first = [source.text(at) for at in expression[:4]]
        if "auto" in first and "[" in first[first.index("auto") + 1 :]:
            report(token.line, "binding", "structured binding of an awaited value; give it a name first")
        for opener in enclosing:
            before = source.text(opener - 1)
            is_call = source.kind(opener - 1) == "word" and before not in NO_CALL or before in (">", ")", "]")
            if source.text(opener) == "(" and is_call:
                report(token.line, "argument", "co_await inside the arguments of a call; await into a name first")


def check_lambdas(source, report):
    for introducer, body in source.lambdas.items():
        if not captures(source, introducer) or body not in source.partner:
            continue
        inside = source.without_lambda_bodies(range(body + 1, source.partner[body]))
        if any(source.text(i) in COROUTINE_WORDS for i in inside):
            line = source.tokens[introducer].line
            report(line, "coroutine_lambda", "a capturing lambda that is a coroutine; pass what it needs as parameters")


def check_default_arguments(source, report):
    """`Task<T> Name(..., X x = y)`, in declarations and definitions."""
    for index, token in enumerate(source.tokens):
        if token.text not in ("Task", "awaitable") or source.text(index + 1) != "<":
            continue
        at = skip_angles(source, index + 1)
        if source.kind(at) != "word":
            continue
        while source.kind(at) == "word" or source.text(at) == "::":
            at += 1
        if source.text(at) != "(" or at not in source.partner:
            continue
        depth_end = source.partner[at]
        inner = at + 1
        while inner < depth_end:
            if source.text(inner) in ("(", "{", "[") and inner in source.partner:
                inner = source.partner[inner]
            elif source.text(inner) == "=":
                report(source.tokens[inner].line, "default", "a default argument on a coroutine; overload instead")
            inner += 1


def skip_angles(source, index):
    depth = 0
    while index < len(source.tokens):
        depth += {"<": 1, ">": -1}.get(source.text(index), 0)
        index += 1
        if depth == 0:
            return index
    return index


def findings_of(text):
    """Sorted (line, rule, message), each once."""
    found = set()
    source = Source(text)
    for check in (check_awaits, check_lambdas, check_default_arguments):
        check(source, lambda line, rule, message: found.add((line, rule, message)))
    return sorted(found)


def files_below(paths):
    for path in map(pathlib.Path, paths):
        if path.is_file():
            yield path
        else:
            yield from sorted(p for p in path.rglob("*") if p.suffix in SUFFIXES and "fixtures" not in p.parts)


def self_test(folder):
    failures = 0
    samples = sorted(pathlib.Path(folder).glob("*.cpp"))
    for sample in samples:
        text = sample.read_text()
        expected = {
            (number, line.split("// BAD:")[1].strip())
            for number, line in enumerate(text.splitlines(), 1)
            if "// BAD:" in line
        }
        found = {(line, rule) for line, rule, _ in findings_of(text)}
        if sample.name.startswith("bad_") and not expected:
            print(f"{sample}: a bad sample without a mark")
            failures += 1
        for line, rule in sorted(expected - found):
            print(f"{sample}:{line}: not found: {rule}")
            failures += 1
        for line, rule in sorted(found - expected):
            print(f"{sample}:{line}: found without cause: {rule}")
            failures += 1
    print(f"coroutine_hygiene: {len(samples)} samples, {failures} wrong")
    return 1 if failures or not samples else 0


def main(arguments):
    if len(arguments) == 2 and arguments[0] == "--self-test":
        return self_test(arguments[1])
    count = 0
    files = list(files_below(arguments))
    for path in files:
        for line, rule, message in findings_of(path.read_text()):
            print(f"{path}:{line}: {rule}: {message}")
            count += 1
    print(f"coroutine_hygiene: {len(files)} files, {count} findings")
    return 1 if count or not files else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
