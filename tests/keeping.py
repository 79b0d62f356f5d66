"""A keeper at work: a corpus folder, a store and a live snapshot of one's own, without a model."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from corpus.folder import read_folder
from index.build import build_snapshot
from index.embedding_cache import EmbeddingCache
from qa.assemble import Parts
from qa.settings import Settings
from tests.command import Run, runner
from tests.fakes import HashEmbedder, steady_confidence

LAO = "Hợp tác với Lào\n\nNăm 2019 Bệnh viện Sông Hồng cử 14 bác sĩ sang Lào làm việc.\n"
NHAT = "Hợp tác với Nhật\n\nNăm 2020 Bệnh viện Sông Hồng đón 9 chuyên gia từ Osaka.\n"
PHAP = "Hợp tác với Pháp\n\nNăm 2021 Bệnh viện Sông Hồng nhận 3 máy siêu âm của Pháp.\n"


@dataclass(frozen=True)
class Keeper:
    """The folder and the data of one test; `run` runs a command in this process."""

    folder: Path
    data: Path
    run: Run

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return path

    def parts(self, **settings: Any) -> Parts:
        values: dict[str, Any] = {"corpus_dir": self.folder, "reader_model": "sentence", **settings}
        parts = Parts(Settings(_env_file=None, data_dir=self.data, **values))  # type: ignore[call-arg]
        vars(parts).update(embedder=HashEmbedder(), confidence=steady_confidence())
        return parts

    def publish(self) -> str:
        """Show what is in the store, without a gate."""
        parts = self.parts()
        cache = EmbeddingCache(self.data / "embeddings.db")
        folder = parts.settings.snapshots_dir
        built = build_snapshot(parts.store.articles(), folder, parts.embedder, cache)
        parts.pointer.point(built)
        cache.close()
        parts.engine.dispose()
        return built

    def seed(self) -> str:
        """Put every file of the folder into the store and show it."""
        parts = self.parts()
        for article in read_folder(self.folder).articles:
            parts.store.put(article)
        parts.engine.dispose()
        return self.publish()


def a_keeper(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Keeper:
    """Return a keeper with an empty corpus folder and an empty data folder."""
    folder, data = tmp_path / "articles", tmp_path / "data"
    folder.mkdir()
    monkeypatch.chdir(tmp_path)  # where no developer's .env is
    monkeypatch.setenv("COOPQA_DATA_DIR", str(data))
    monkeypatch.setenv("COOPQA_CORPUS_DIR", str(folder))

    return Keeper(folder, data, runner(monkeypatch, capsys))
