"""Commands run in this process, as a shell would have run them."""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from api import command_line


@dataclass(frozen=True)
class Ran:
    """What a command printed and ended with."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def changes(self) -> dict[str, str]:
        return {c["article_id"]: c["kind"] for c in self.json["changes"]}

    @property
    def refused(self) -> dict[str, str]:
        return {f["path"]: f["reason"] for f in self.json["refused"]}


Run = Callable[..., Ran]


def runner(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Return what runs `coopqa` with some arguments; no command may show a traceback."""

    def run(*arguments: object) -> Ran:
        monkeypatch.setattr(sys, "argv", ["coopqa", *map(str, arguments)])
        capsys.readouterr()
        status = 0
        try:
            command_line.main()
        except SystemExit as left:
            status = int(left.code or 0)
        captured = capsys.readouterr()
        assert "Traceback" not in captured.err
        return Ran(status, captured.out, captured.err)

    return run
