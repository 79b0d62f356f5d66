"""The product over the shipped articles, with the real model, made once for all tests."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from starlette.testclient import TestClient

from api.app import create_app
from api.commands.serve_command import prepare
from index.embedder import load_embedder
from index.protocols import Embedder
from qa.assemble import Parts
from qa.settings import Settings
from tests.fakes import steady_confidence

ROOT = Path(__file__).parents[1]
ARTICLES = ROOT / "corpus" / "articles"

settings.register_profile(
    "same-every-time",
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("same-every-time")

MakeClient = Callable[..., TestClient]
MakeParts = Callable[..., Parts]


@pytest.fixture(autouse=True, scope="session")
def _no_settings_from_outside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The shell's COOPQA_ variables reach no test."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [n for n in os.environ if n.upper().startswith("COOPQA_")]:
            patch.delenv(name)
        yield


@pytest.fixture(scope="session")
def models_dir() -> Path:
    """Shared by every test and every run, so that the model is exported once."""
    folder = ROOT / "var" / "test-models"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def embedder(models_dir: Path) -> Embedder:
    return load_embedder("bundled", models_dir, threads=2)


@pytest.fixture(scope="session")
def published(
    embedder: Embedder, models_dir: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A data folder with the shipped articles published; tests that change one copy it first."""
    data_dir = tmp_path_factory.mktemp("published")
    (data_dir / "models").symlink_to(models_dir)
    parts = _parts(data_dir, embedder)
    prepare(parts)
    parts.engine.dispose()
    return data_dir


@pytest.fixture
def make_parts(published: Path, embedder: Embedder, tmp_path: Path) -> Iterator[MakeParts]:
    """Return a maker of parts over a copy of the published folder, with settings of one's own."""
    made: list[Parts] = []

    def make(data_dir: Path | None = None, **settings: object) -> Parts:
        if data_dir is None:
            data_dir = tmp_path / "data"
            shutil.copytree(published, data_dir, symlinks=True)
        made.append(_parts(data_dir, embedder, **settings))
        return made[-1]

    yield make
    for parts in made:
        parts.engine.dispose()


@pytest.fixture
def make_client(make_parts: MakeParts) -> Iterator[MakeClient]:
    """Make clients of applications with settings of one's own; an error of ours is a 500."""
    with ExitStack() as stack:
        yield lambda **settings: stack.enter_context(
            TestClient(create_app(make_parts(**settings)), raise_server_exceptions=False)
        )


@pytest.fixture(scope="session")
def parts(
    published: Path, embedder: Embedder, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Parts]:
    """The product over the shipped articles; tests may talk to it but not publish."""
    data_dir = tmp_path_factory.mktemp("shared") / "data"
    shutil.copytree(published, data_dir, symlinks=True)
    parts = _parts(data_dir, embedder, requests_per_minute=1_000_000)
    yield parts
    parts.engine.dispose()


@pytest.fixture(scope="session")
def client(parts: Parts) -> Iterator[TestClient]:
    """HTTP to `parts`; an unexpected error is answered as over the network, with 500."""
    with TestClient(create_app(parts), raise_server_exceptions=False) as client:
        yield client


def _parts(data_dir: Path, embedder: Embedder, **settings: object) -> Parts:
    # The reader and the confidence are those of contracts: quick, and never fitted anew.
    values = {"corpus_dir": ARTICLES, "reader_model": "sentence", "host": "testserver", **settings}
    parts = Parts(Settings(_env_file=None, data_dir=data_dir, **values))  # type: ignore[arg-type]
    # A cached_property takes its value from the instance: the model is loaded once for all.
    vars(parts).update(embedder=embedder, confidence=steady_confidence())
    return parts
