"""A data folder with the real stores and indexes, invented articles and stand-in models."""

from pathlib import Path
from random import Random

import pytest

import eval.report
from corpus.article import Article
from eval.publish import Publisher
from eval.verdict import Force, PublishOutcome
from qa.assemble import Parts
from qa.settings import Settings
from tests.fakes import HashEmbedder, steady_confidence

_WORDS = (
    "hợp tác bệnh viện đoàn bác sĩ tập huấn phẫu thuật tài trợ máy thở ký kết biên bản ghi nhớ "
    "chuyên gia đào tạo nghiên cứu lâm sàng chương trình sàng lọc sơ sinh ghép thận tim mạch"
).split()
_COUNTRIES = ("Lào", "Nhật Bản", "Hàn Quốc", "Pháp", "Đức", "Úc", "Bỉ", "Cuba")


def keeper_parts(data_dir: Path, **settings: object) -> Parts:
    """Return the parts of a data folder, as a process that has just started has them."""
    values = {"reader_model": "sentence", "corpus_dir": data_dir / "nothing", **settings}
    parts = Parts(Settings(_env_file=None, data_dir=data_dir, host="testserver", **values))
    vars(parts).update(embedder=HashEmbedder(), confidence=steady_confidence())
    return parts


def publish(parts: Parts) -> PublishOutcome:
    """Publish whatever the gate says; the report has no pictures, which take longest."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(eval.report, "_plots", lambda *_: [])
        return Publisher(parts).publish(Force("kiểm thử", "mọi thay đổi"))


def invented(article_id: str, seed: int, sentences: int = 3) -> Article:
    """Return an article of sentences that no other one has."""
    random = Random(f"{article_id} {seed}")
    said = [
        f"Năm {random.randrange(1990, 2026)} {random.choice(_COUNTRIES)} "
        f"{' '.join(random.sample(_WORDS, 8))} số {random.randrange(10**9)}."
        for _ in range(sentences)
    ]
    title = f"Bài {article_id} về {random.choice(_COUNTRIES)}"
    return Article(article_id, title, "\n\n".join([title, *said]), f"Bệnh viện {article_id}")
