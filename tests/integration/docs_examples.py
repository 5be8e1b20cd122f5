#!/usr/bin/env python3
"""Runs what README.md and docs/ show, against the real binary.

    docs_examples.py SALLYPORT_BINARY SOURCE_DIR

Every ```sh and ```yaml block has a mark before it:
    <!-- test: run -->                    must exit 0, in a gateway of its own page
    <!-- test: run, prints "text" -->     and print that
    <!-- test: check-config -->           a YAML file that `sallyport check-config` accepts
    <!-- test: skip, reason -->           is not run
Before it runs, http://127.0.0.1:8080 becomes the test's gateway and https://api.github.com a local httpbin that echoes whatever it is asked.
"""

import ctypes
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

BLOCK = re.compile(r"(?:^<!-- test: (?P<mark>[^\n]*) -->\n)?^```(?P<kind>sh|yaml)\n(?P<text>.*?)^```$", re.M | re.S)


def die_with_parent():
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


def wait_for(condition, what):
    for _ in range(400):
        result = condition()
        if result:
            return result
        time.sleep(0.05)
    raise SystemExit(f"docs_examples: {what} did not start")


def answers(url):
    try:
        with urllib.request.urlopen(url, timeout=2) as response:
            return response.status < 500
    except OSError:
        return False


class Servers:
    """httpbin and a gateway with its own data directory."""

    def __init__(self, binary, folder):
        listener = socket.socket()
        listener.bind(("127.0.0.1", 0))
        listener.listen(128)
        self.target = f"http://127.0.0.1:{listener.getsockname()[1]}"
        command = ["/usr/bin/python3", "-m", "gunicorn", "--threads", "2", "--bind", f"fd://{listener.fileno()}", "httpbin:app"]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self.httpbin = subprocess.Popen(
            command, cwd=folder, pass_fds=[listener.fileno()], preexec_fn=die_with_parent, **quiet
        )
        listener.close()
        self.log = pathlib.Path(folder) / "gateway.log"
        with self.log.open("wb") as log:
            self.gateway = subprocess.Popen(
                [binary, "serve", "--dev", "--listen", "127.0.0.1:0", "--data-dir", f"{folder}/data"],
                cwd=folder, stdout=subprocess.DEVNULL, stderr=log, preexec_fn=die_with_parent,
                env={"PATH": os.environ["PATH"], "SALLYPORT_LOG__FORMAT": "json"},
            )  # fmt: skip
        self.url = wait_for(self.listening, "the gateway")
        self.key = (pathlib.Path(folder) / "data" / "admin.key").read_text().strip()
        wait_for(lambda: answers(self.target + "/get"), "httpbin")

    def listening(self):
        for line in self.log.read_text().splitlines():
            try:
                entry = json.loads(line)
            except ValueError:
                continue
            if entry.get("msg") == "listening" and entry.get("door") == "main":
                return "http://" + entry["address"]
        return None

    def stop(self):
        for process in (self.gateway, self.httpbin):
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()


def run_block(text, mark, servers, folder):
    """"" when it worked, else what went wrong."""
    script = text.replace("http://127.0.0.1:8080", servers.url).replace("https://api.github.com", servers.target + "/anything")
    environment = {"PATH": os.environ["PATH"], "SALLYPORT_KEY": servers.key, "HOME": folder}
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script], cwd=folder, env=environment, capture_output=True, text=True, timeout=60
    )
    output = done.stdout + done.stderr
    if done.returncode != 0:
        return f"exit code {done.returncode}\n{output}"
    expected = re.search(r'prints "([^"]*)"', mark)
    if expected and expected.group(1) not in output:
        return f"did not print {expected.group(1)!r} but\n{output}"
    return ""


def check_config(text, binary, folder):
    path = pathlib.Path(folder) / "example.yaml"
    path.write_text(text)
    done = subprocess.run([binary, "check-config", "--config", str(path)], capture_output=True, text=True, timeout=30)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def run_page(page, binary, count):
    problems = []
    with tempfile.TemporaryDirectory() as folder:
        # Key files that configuration examples name, relative to the file.
        for name, text in (("master.key", os.urandom(32).hex()), ("admin.key", "spk_" + os.urandom(32).hex())):
            path = pathlib.Path(folder) / name
            path.touch(mode=0o600)
            path.write_text(text + "\n")
        servers = None
        text = page.read_text()
        for block in BLOCK.finditer(text):
            mark, where = block.group("mark") or "", f"{page}:{text.count(chr(10), 0, block.start()) + 1}"
            problem = ""
            if mark.startswith("run"):
                servers = servers or Servers(binary, folder)
                problem = run_block(block.group("text"), mark, servers, folder)
                count["run"] += 1
            elif mark == "check-config":
                problem = check_config(block.group("text"), binary, folder)
                count["checked"] += 1
            elif not mark.startswith("skip, "):
                problem = f"a block without a right mark: {mark!r}"
            if problem:
                problems.append(f"{where}: {problem}")
        if servers:
            servers.stop()
    return problems


def main(arguments):
    binary, root = arguments[0], pathlib.Path(arguments[1])
    count = {"run": 0, "checked": 0}
    problems = []
    for page in [root / "README.md", *sorted((root / "docs").glob("*.md"))]:
        problems += run_page(page, binary, count)
    print("\n".join(problems))
    print(f"docs_examples: {count['run']} run, {count['checked']} configurations checked, {len(problems)} problems")
    return 1 if problems or not count["run"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
