from pathlib import Path

import pytest

from corpus.errors import QuestionSetError
from eval.example_passages import key_of
from eval.reader_examples import count_kinds, domain_examples
from qa.reading_windows import READ_MAX_CHARS
from qa.training.examples import Example, read_examples, write_examples
from tests.domain_set import ARTICLES, write_domain_set


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_domain_set(tmp_path_factory.mktemp("domain") / "set")


@pytest.fixture(scope="module")
def train(folder: Path) -> list[Example]:
    return domain_examples(folder, "train")


def of_kind(examples: list[Example], kind: str) -> list[Example]:
    return [e for e in examples if e.id.rpartition(":")[2].rstrip("0123456789") == kind]


def test_dev_has_the_passage_that_answers_and_the_one_that_tempts(folder: Path):
    first, second = domain_examples(folder, "dev")
    assert first.id == "d-1:pos0"
    assert [first.context[a:b] for a, b in first.answers] == ["Đại học Montclair"]
    assert first.heading.startswith("Viện Tim Đồi Cát")
    assert (second.id, second.answers) == ("d-2:near0", ())


def test_the_same_set_makes_the_same_examples(folder: Path, train: list[Example]):
    assert domain_examples(folder, "train") == train


def test_each_answer_is_marked_where_it_stands(train: list[Example]):
    marked = {(e.id.split(":")[0], e.context[a:b]) for e in train for a, b in e.answers}
    assert marked == {("q-1", "Kenji Mori"), ("q-2", "13,5 tỷ đồng"), ("c-1-0", "4 năm")}


def test_an_example_without_answer_does_not_hold_it(train: list[Example]):
    answers = {"q-1": "Kenji Mori", "q-2": "13,5 tỷ đồng", "c-1-0": "4 năm"}
    for example in train:
        answer = answers.get(example.id.split(":")[0])
        if answer and not example.answers and "swapped" not in example.id:
            assert key_of(answer) not in key_of(example.context)


def test_windows_around_an_answer_are_runs_of_whole_sentences(train: list[Example]):
    around = of_kind(train, "around")
    assert len({e.context for e in around}) > 3
    for example in around:
        assert len(example.answers) == 1
        assert len(example.context) <= READ_MAX_CHARS
        assert example.context in ARTICLES["nui-xanh"]
        assert example.context.endswith(".")


def test_the_sentences_beside_an_answer_are_without_it(train: list[Example]):
    beside = of_kind(train, "beside")
    assert {e.id.split(":")[0] for e in beside} >= {"q-1", "c-1-0"}
    assert all(not e.answers and e.context in ARTICLES["nui-xanh"] for e in beside)


def test_what_another_institution_says_is_no_answer(train: list[Example]):
    alike = of_kind(train, "alike")
    assert alike
    assert all(e.context in ARTICLES["bien-bac"] and not e.answers for e in alike)


def test_the_right_text_under_another_name_is_no_answer(folder: Path):
    many = [
        example
        for seed in range(9)
        for example in of_kind(domain_examples(folder, "train", seed), "swapped")
    ]
    assert many
    for example in many:
        assert example.heading.startswith("Bệnh viện Mắt Biển Bạc")
        assert "Núi Xanh" not in example.heading + example.context
        assert example.answers == ()


def test_a_near_miss_tempts_by_the_articles_of_its_institution(train: list[Example]):
    near = [e for e in train if e.id.startswith("q-3:")]
    assert set(count_kinds(near)) == {"near", "near_read"}
    assert all(e.context in ARTICLES["nui-xanh"] and not e.answers for e in near)


def test_examples_are_read_as_they_were_written(tmp_path: Path, train: list[Example]):
    write_examples(tmp_path / "deep" / "domain.jsonl", train)
    assert read_examples(tmp_path / "deep" / "domain.jsonl") == train


def test_a_folder_that_is_no_domain_set_is_named(tmp_path: Path):
    with pytest.raises(QuestionSetError, match=r"articles\.jsonl is missing"):
        domain_examples(tmp_path, "train")


def test_a_card_without_its_article_is_named(tmp_path: Path):
    folder = write_domain_set(tmp_path / "set")
    (folder / "articles" / "doi-cat.txt").unlink()
    with pytest.raises(QuestionSetError, match="'doi-cat' has no article"):
        domain_examples(folder, "dev")
