"""The server under test as a process that can be stopped and started again."""

import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path

START_SECONDS = 300


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


class Server:
    """Keeps its port over restarts, so pages that are open find it again."""

    def __init__(
        self, command: Sequence[str], port: int, environment: Mapping[str, str], folder: Path
    ) -> None:
        self._command = command
        self._environment = {**environment, "COOPQA_HOST": "127.0.0.1", "COOPQA_PORT": str(port)}
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self.base_url = f"http://127.0.0.1:{port}"

    def start(self) -> None:
        self._process = subprocess.Popen(self._command, env=self._environment, cwd=self._folder)
        deadline = time.monotonic() + START_SECONDS
        while not self._ready():
            if self._process.poll() is not None:
                raise RuntimeError(f"server ended with status {self._process.returncode}")
            if time.monotonic() > deadline:
                self.stop()
                raise RuntimeError(f"server not ready after {START_SECONDS} s")
            time.sleep(0.1)

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(timeout=30)
            self._process = None

    def _ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.base_url}/readyz", timeout=5) as response:
                return bool(response.status == 200)
        except (urllib.error.URLError, OSError):
            return False
