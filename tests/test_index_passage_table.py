from pathlib import Path

import pytest

from corpus.article import Article
from corpus.errors import SnapshotDamaged
from corpus.split import split
from index.passage_table import PassageTable


@pytest.fixture
def table(tmp_path: Path) -> PassageTable:
    articles = [Article(i, f"Bài {i}", f"Câu của bài {i}.") for i in ("a", "b", "c")]
    PassageTable.write(tmp_path / "t.db", articles, [p for a in articles for p in split(a)])
    return PassageTable(tmp_path / "t.db")


def test_passages_come_in_the_order_asked_and_as_often(table: PassageTable):
    asked = [table.passage_ids[i] for i in (2, 0, 2, 1)]
    assert [p.text for p in table.passages(asked)] == [
        "Câu của bài c.", "Câu của bài a.", "Câu của bài c.", "Câu của bài b.",
    ]  # fmt: skip


def test_no_passages_are_none(table: PassageTable):
    assert table.passages([]) == []


def test_a_passage_that_is_missing_among_others_is_named(table: PassageTable):
    with pytest.raises(SnapshotDamaged, match="no passage 'z#0'"):
        table.passages([table.passage_ids[0], "z#0"])
