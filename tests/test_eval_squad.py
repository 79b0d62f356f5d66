"""The open-domain tables: methods side by side, paired gains, and the model in 8 and 32 bits."""

import json
from collections.abc import Sequence

import pytest

from eval.bootstrap import Estimate
from eval.embedded_once import EmbeddedOnce
from eval.recipes import RECIPES
from eval.squad_cell import SquadCell
from eval.squad_file import SquadFile, read_squad
from eval.squad_precision import precision_cells
from eval.squad_report import idle_lines, squad_lines
from eval.squad_run import OURS, TYPED, Searched, run_squad, search_all, variants
from eval.suites import scratch_live
from qa.assemble import Parts
from qa.live import Live
from qa.sentence_reader import SentenceReader
from qa.settings import read_settings
from tests.fakes import HashEmbedder, steady_confidence

PARAGRAPHS = {
    "Sông": ["Sông Hồng dài 1149 km và chảy ra biển Đông.", "Sông Lam dài 512 km, ở Nghệ An."],
    "Núi": ["Núi Fansipan cao 3143 m, cao nhất Đông Dương.", "Núi Bà Đen cao 986 m."],
}
ASKED = {
    "Sông Hồng dài bao nhiêu?": "1149 km",
    "Sông Lam dài bao nhiêu?": "512 km",
    "Núi Fansipan cao bao nhiêu?": "3143 m",
    "Núi Bà Đen cao bao nhiêu?": "986 m",
}


class SmallParts(Parts):
    embedder = EmbeddedOnce(HashEmbedder())
    confidence = steady_confidence()
    reader = SentenceReader()


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> SquadFile:
    groups = []
    answers = iter(ASKED.items())
    for title, texts in PARAGRAPHS.items():
        paragraphs = []
        for text in texts:
            question, answer = next(answers)
            entry = {"id": question, "question": question,
                     "answers": [{"text": answer, "answer_start": text.index(answer)}]}  # fmt: skip
            paragraphs.append({"context": text, "qas": [entry]})
        groups.append({"title": title, "paragraphs": paragraphs})
    path = tmp_path_factory.mktemp("squad") / "small.json"
    path.write_text(json.dumps({"data": groups}), "utf-8")
    return read_squad(path)


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Parts:
    return SmallParts(read_settings(data_dir=tmp_path_factory.mktemp("parts")))


@pytest.fixture(scope="module")
def live(file: SquadFile, parts: Parts) -> Live:
    return scratch_live(file.articles, parts.settings.data_dir / "squad", parts)


def nothing_said(_step: str, _done: int, _all: int) -> None:
    pass


def cell(cells: Sequence[SquadCell], *key: str) -> Estimate:
    (found,) = (c.estimate for c in cells if (c.table, c.variant, c.method, c.measure) == key)
    return found


def test_every_way_of_typing_is_asked_and_nfd_finds_the_very_same(
    file: SquadFile, live: Live, parts: Parts
):
    english = {
        "Sông Hồng dài bao nhiêu?": "How long is the Hồng?",
        "Núi Bà Đen cao bao nhiêu?": "How high is Bà Đen?",
    }
    steps = []
    cells = run_squad(file, live, parts, english, progress=lambda *step: steps.append(step))
    retrieval = [c for c in cells if (c.table, c.measure) == ("retrieval", "R@1")]
    assert {c.variant for c in retrieval} == {
        "typed", "nfd", "no_tones", "no_marks", "telex", "vni", "missing_spaces", "chat", "english",
    }  # fmt: skip
    assert {c.method for c in retrieval} == {*RECIPES, OURS}
    assert cell(cells, "retrieval", "nfd", OURS, "same list as typed") == Estimate(1.0, 1.0, 1.0, 4)
    assert cell(cells, "retrieval", TYPED, OURS, "R@1") == Estimate(1.0, 1.0, 1.0, 4)
    assert cell(cells, "retrieval", "english", OURS, "R@1").n == 2
    assert {c.variant for c in cells if c.table == "refusal"} == {"typed", "no_marks", "english"}
    assert ("typed: search", 4, 4) in steps


def test_the_gain_over_a_recipe_is_paired_question_by_question(file: SquadFile):
    right = [(q.gold[0].article_id,) for q in file.questions]
    found = {recipe: right for recipe in RECIPES} | {OURS: right}
    found["dense"] = [("wrong",), *right[1:]]
    cells = list(Searched(TYPED, file.questions, found).cells(file))
    gain = cell(cells, "ours above", TYPED, "dense", "R@1")
    assert (gain.value, gain.n) == (0.25, 4)
    # The one question lies in one of the two titles: drawn without it nothing is gained.
    assert (gain.low, gain.high) == (0.0, 0.5)
    assert cell(cells, "ours above", TYPED, "rrf", "R@1").value == 0.0


def test_a_question_is_embedded_once_however_often_it_is_asked(
    file: SquadFile, live: Live, parts: Parts
):
    class Counting(HashEmbedder):
        asked: list[str] = []

        def embed_query(self, text: str):
            self.asked.append(text)
            return super().embed_query(text)

    counted = SmallParts(parts.settings)
    vars(counted)["embedder"] = embedder = EmbeddedOnce(Counting())
    search_all(TYPED, file.questions, live, counted, nothing_said)
    search_all(TYPED, file.questions, live, counted, nothing_said)
    assert set(Counting.asked) >= set(ASKED)
    assert len(Counting.asked) == len(set(Counting.asked))
    assert (embedder.name, embedder.dim) == ("hash-1", 64)


def test_two_models_are_compared_on_the_same_questions(file: SquadFile, live: Live, parts: Parts):
    products = (live, parts), (live, parts)
    cells = list(precision_cells(file, products, {}, 1, nothing_said))
    assert {c.variant for c in cells} == {"typed", "no_marks"}
    same = cell(cells, "embedding", TYPED, "int8 above fp32", "R@1 dense")
    assert same == Estimate(0.0, 0.0, 0.0, 4)


def test_variants_keep_ids_and_gold(file: SquadFile):
    made = variants(file.questions, {"Sông Hồng dài bao nhiêu?": "How long?"}, seed=1)
    assert [q.question for q in made["no_marks"]][:1] == ["song hong dai bao nhieu"]
    assert [q.question for q in made["english"]] == ["How long?"]
    typed = {q.id: q for q in file.questions}
    for questions in made.values():
        assert all(q.gold == typed[q.id].gold for q in questions)


def test_tables_have_ways_of_typing_down_and_methods_across():
    cells = [
        SquadCell("retrieval", "typed", "dense", "R@1", Estimate(0.5, 0.25, 0.75, 8)),
        SquadCell("retrieval", "typed", "ours", "R@1", Estimate(1.0, 1.0, 1.0, 8)),
    ]
    assert squad_lines(cells) == (
        "| retrieval: R@1 | n | dense | ours |",
        "|---|---|---|---|",
        "| typed | 8 | 0.500 [0.250, 0.750] | 1.000 [1.000, 1.000] |",
    )


def test_a_part_is_idle_where_no_interval_of_its_gains_is_above_zero():
    cells = [
        SquadCell("t", "(all parts)", "typed", "R@1", Estimate(0.9, 0.8, 1.0, 8)),
        SquadCell("t", "marks", "typed", "R@1", Estimate(0.1, 0.05, 0.2, 8)),
        SquadCell("t", "marks", "chat", "R@1", Estimate(0.0, 0.0, 0.0, 8)),
        SquadCell("t", "pairs", "typed", "R@1", Estimate(0.01, -0.01, 0.02, 8)),
    ]
    assert idle_lines(cells) == ("t: not shown to earn anything: pairs",)
