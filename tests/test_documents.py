"""What README and docs/ say is so."""

import re
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.commands.serve_command import prepare
from index.protocols import Embedder
from qa.assemble import Parts
from qa.settings import Settings, settings_table
from tests.conftest import ROOT
from tests.test_api_answers import BELGIUM

PACKAGES = ("api", "eval", "qa", "index", "corpus")
README = (ROOT / "README.md").read_text("utf-8")
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def between(name: str) -> str:
    found = re.search(rf"<!-- {name} -->\n(.*?)<!-- end -->", README, re.DOTALL)
    assert found, f"README.md has no <!-- {name} -->"
    return found.group(1)


@pytest.fixture
def asked_as_shipped(published: Path, embedder: Embedder) -> Iterator[TestClient]:
    """The product with its default reader and confidence."""
    parts = Parts(Settings(_env_file=None, data_dir=published, host="testserver"))  # type: ignore[call-arg]
    vars(parts)["embedder"] = embedder
    prepare(parts)
    with TestClient(create_app(parts)) as client:
        yield client
    parts.engine.dispose()


def test_the_reading_path_is_the_way_that_a_question_takes(asked_as_shipped: TestClient):
    path = re.findall(r"^\d+\. `([\w/]+\.py)`", between("reading path"), re.MULTILINE)
    assert len(path) == 6
    reached: list[str] = []

    def note(frame: FrameType, event: str, _argument: object) -> None:
        name = frame.f_code.co_filename
        if event == "call" and name.startswith(str(ROOT)):
            file = name[len(str(ROOT)) + 1 :]
            if file.startswith(PACKAGES) and file not in reached:
                reached.append(file)

    threading.setprofile(note)
    sys.setprofile(note)
    try:
        response = asked_as_shipped.post("/v1/ask", json={"question": BELGIUM})
    finally:
        sys.setprofile(None)
        threading.setprofile(None)
    assert response.status_code == 200
    assert [file for file in reached if file in path] == path


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_of_a_document_leads_somewhere(document: Path):
    for target in re.findall(r"\]\(([^)#\s]+)", document.read_text("utf-8")):
        if "://" not in target:
            assert (document.parent / target).exists(), target


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_setting_that_a_document_names_exists(document: Path):
    known = {f"COOPQA_{name.upper()}" for name in Settings.model_fields}
    assert set(re.findall(r"COOPQA_[A-Z_]+[A-Z]", document.read_text("utf-8"))) <= known


def test_the_table_of_settings_is_the_one_that_the_code_makes():
    assert settings_table() in (ROOT / "docs" / "settings.md").read_text("utf-8")
