#!/usr/bin/env python3
"""Reads every #include of src/ and include/ against tests/lint/layers.txt and libraries.txt.

    layering.py SOURCE_DIR      reports every breach, exit 1 when there is one
    layering.py --self-test     the rules against small made-up trees

Also: the table in docs/architecture.md and the USES lists of src/CMakeLists.txt must say the same as layers.txt.
"""

import pathlib
import re
import sys
import tempfile

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)
HERE = pathlib.Path(__file__).parent
PUBLIC = "sallyport/"
# POSIX and the C library; everything else between <> with a '/' or '.h' must be named in libraries.txt.
SYSTEM = re.compile(r"^(sys|arpa|netinet|net|linux)/[a-z0-9_]+\.h$|^(errno|fcntl|grp|ifaddrs|netdb|poll|pthread|pwd|sched|signal|stdlib|string|time|unistd)\.h$")


def table_lines(path):
    for line in path.read_text().splitlines():
        line = line.split("#")[0].split()
        if line:
            yield line


def read_layers(path):
    """layer -> (rank, set of layers it may include)"""
    layers = {name: (int(rank), set(uses)) for rank, name, *uses in table_lines(path)}
    for name, (rank, uses) in layers.items():
        for used in uses:
            if layers[used][0] >= rank:
                raise SystemExit(f"{path}: {name} (rank {rank}) may not include {used} (rank {layers[used][0]})")
    return layers


def read_libraries(path):
    """[(prefix, layers)], longest prefix first"""
    return sorted(((prefix, set(layers)) for prefix, *layers in table_lines(path)), key=lambda row: -len(row[0]))


def layer_of(path, root):
    parts = path.relative_to(root).parts
    if parts[0] == "include":
        return parts[2] if len(parts) > 3 else None
    return parts[1] if len(parts) > 2 else None


def judge_include(layer, bracket, name, layers, libraries):
    """"" when the include is right, else what is wrong."""
    _, uses = layers[layer]
    if bracket == '"':
        target = name.removeprefix(PUBLIC).split("/")[0]
        if target not in layers:
            return f'"{name}" belongs to no layer'
        if not name.startswith(PUBLIC) and target != layer:
            return f'"{name}" is private to {target}; include sallyport/{target}/...'
        if target != layer and target not in uses:
            return f"{layer} may not include {target}"
        return ""
    if "/" not in name and "." not in name or SYSTEM.match(name):
        return ""
    for prefix, allowed in libraries:
        if name.startswith(prefix):
            return "" if "*" in allowed or layer in allowed else f"<{name}> is for {', '.join(sorted(allowed))} only"
    return f"<{name}> is named in no line of tests/lint/libraries.txt"


def include_problems(root, layers, libraries):
    files = 0
    for folder in ("include", "src"):
        for path in sorted((root / folder).rglob("*")):
            if path.suffix not in (".h", ".cpp"):
                continue
            files += 1
            layer = layer_of(path, root)
            if layer not in layers:
                yield f"{path}: lies in no layer"
                continue
            text = path.read_text()
            for match in INCLUDE.finditer(text):
                problem = judge_include(layer, match.group(1), match.group(2), layers, libraries)
                if problem:
                    yield f"{path}:{text.count(chr(10), 0, match.start(2)) + 1}: {problem}"
    if files == 0:
        yield f"{root}: no source files found"


def cmake_problems(path, layers):
    text = re.sub(r"#[^\n]*", "", path.read_text())
    found = {}
    for body in re.findall(r"sallyport_layer\(([^)]*)\)", text):
        words = body.split()
        uses = words[words.index("USES") + 1 :] if "USES" in words else []
        if "LIBRARIES" in uses:
            uses = uses[: uses.index("LIBRARIES")]
        found[words[0]] = set(uses)
    yield from compare(path, found, layers)


def docs_problems(path, layers):
    """Rows `| rank | `layer` | owns | may include |` of the table in docs/architecture.md."""
    found = {}
    for rank, name, uses in re.findall(r"^\| (\d+) \| `(\w+)` \|[^|]*\|([^|]*)\|", path.read_text(), re.MULTILINE):
        found[name] = set(re.findall(r"\w+", uses.replace("nothing", "")))
        if name in layers and layers[name][0] != int(rank):
            yield f"{path}: {name} has rank {rank} here and {layers[name][0]} in layers.txt"
    yield from compare(path, found, layers)


def compare(path, found, layers):
    expected = {name: uses for name, (_, uses) in layers.items()}
    for name in sorted(expected.keys() | found.keys()):
        if expected.get(name) != found.get(name):
            yield f"{path}: {name} uses {sorted(found.get(name) or [])}, layers.txt says {sorted(expected.get(name) or [])}"


def self_test():
    layers = {"base": (0, set()), "http": (1, {"base"}), "net": (3, {"base", "http"}), "store": (2, {"base"})}
    libraries = [("boost/asio/ip/", {"net"}), ("sqlite3.h", {"store"}), ("nlohmann/", {"*"})]
    table = [
        ("http", '"', "sallyport/base/error.h", True),
        ("http", '"', "http/private.h", True),
        ("http", "<", "vector", True),
        ("http", "<", "sys/socket.h", True),
        ("http", "<", "nlohmann/json.hpp", True),
        ("base", '"', "sallyport/http/url.h", False),
        ("store", '"', "sallyport/http/url.h", False),
        ("net", '"', "http/private.h", False),
        ("http", '"', "vector.h", False),
        ("http", "<", "sqlite3.h", False),
        ("store", "<", "boost/asio/ip/tcp.hpp", False),
        ("net", "<", "boost/asio/ip/tcp.hpp", True),
        ("net", "<", "unknown/library.h", False),
    ]
    wrong = [row for row in table if (judge_include(row[0], row[1], row[2], layers, libraries) == "") != row[3]]
    for row in wrong:
        print(f"layering: judged wrongly: {row}")
    with tempfile.TemporaryDirectory() as folder:
        source = pathlib.Path(folder) / "src" / "base" / "a.cpp"
        source.parent.mkdir(parents=True)
        source.write_text('#include "sallyport/http/url.h"\n')
        if len(list(include_problems(pathlib.Path(folder), layers, libraries))) != 1:
            wrong.append(source)
            print("layering: an upward include in a file was not found")
    return 1 if wrong else 0


def main(arguments):
    if arguments == ["--self-test"]:
        return self_test()
    root = pathlib.Path(arguments[0])
    layers = read_layers(HERE / "layers.txt")
    problems = list(include_problems(root, layers, read_libraries(HERE / "libraries.txt")))
    problems += cmake_problems(root / "src" / "CMakeLists.txt", layers)
    problems += docs_problems(root / "docs" / "architecture.md", layers)
    print("\n".join(problems) or "layering: clean")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
