"""Server processes on loopback, ended by their own process id."""

import socket
import subprocess
import time

START_SECONDS = 30


class Process:
    """A running server; what it writes goes to `log`."""

    def __init__(self, command, log, cwd=None):
        self.command = command
        self.log = log
        # Appended, so that the file can be emptied while the server writes.
        with open(log, "ab") as out:
            self._process = subprocess.Popen(command, stdout=out, stderr=out, stdin=subprocess.DEVNULL, cwd=cwd)
        self.pid = self._process.pid

    def ended(self):
        return self._process.poll() is not None

    def stop(self):
        self._process.terminate()
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def text(self):
        return self.log.read_text(errors="replace")

    def wait_for(self, condition):
        """Polls until `condition()` gives something; that is returned."""
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            found = condition()
            if found:
                return found
            if self.ended():
                break
            time.sleep(0.02)
        raise RuntimeError(f"{self.command[0]} did not start:\n{self.text()[-2000:]}")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def wait_until(process, port):
    process.wait_for(lambda: _listens(port))
