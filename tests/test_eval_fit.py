"""Readings with and without the article, the fit, the open-domain run and the plain recipes."""

import json
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from random import Random

import pytest

from corpus.article import Article
from corpus.errors import SnapshotMissing
from corpus.folder import read_folder
from eval.baseline import PIECE_CHARS, Baseline
from eval.fit import fit_confidence, write_fitted
from eval.integrity import integrity_faults
from eval.over_http import OverHttp
from eval.question import Alternative, GoldItem, Question
from eval.question_set import read_questions
from eval.readings import LabelledQuestion, LabelledReading, Suite, read_suites
from eval.recipes import RECIPES, search_plainly
from eval.run import run_set
from eval.score import score_run
from eval.squad_file import SquadFile
from eval.squad_run import run_squad
from eval.suites import scratch_live
from index.embedding_cache import EmbeddingCache
from qa.assemble import Parts
from qa.confidence import Features, load_fitted
from qa.sentence_reader import SentenceReader
from qa.settings import read_settings
from tests.fakes import HashEmbedder, steady_confidence

FOLDER = Path(__file__).parent.parent
ARTICLES = read_folder(FOLDER / "corpus/articles").articles
QUESTIONS = [q for q in read_questions(FOLDER / "eval/datasets/cooperation.jsonl")
             if q.lang == "vi" and not q.history]  # fmt: skip


class SmallParts(Parts):
    embedder = HashEmbedder()
    confidence = steady_confidence()
    reader = SentenceReader()


@pytest.fixture(scope="module")
def parts(tmp_path_factory):
    return SmallParts(read_settings(data_dir=tmp_path_factory.mktemp("parts")))


@pytest.fixture(scope="module")
def live(parts):
    return scratch_live(ARTICLES, parts.settings.data_dir / "cooperation", parts)


def test_each_answerable_question_is_read_again_without_its_article(parts, live):
    sample = [QUESTIONS[0], next(q for q in QUESTIONS if not q.answerable)]
    labelled = read_suites([Suite("c", live, sample)], parts.retriever, parts.reader)
    assert [(q.answerable, q.removed) for q in labelled] == [
        (True, False),
        (False, True),
        (False, False),
    ]
    assert not any(r.sentence_right for r in labelled[1].readings)
    assert labelled[0].group == f"c/{sample[0].gold[0].article_id}"


def features(coverage):
    blank = dict.fromkeys(Features.__dataclass_fields__, 0.0)
    return Features(**{**blank, "sentence_coverage": coverage})


def labelled(n):
    """Questions whose coverage tells, nine times in ten, whether the articles answer."""
    random = Random(1)
    for number in range(n):
        answerable = number % 2 == 0
        told = answerable if random.random() < 0.9 else not answerable
        readings = (
            LabelledReading(features(0.9 if told else 0.1), answerable, answerable),
            LabelledReading(features(0.05), False, False),
        )
        yield LabelledQuestion(f"q{number}", f"g{number % 20}", f"f{number}", answerable,
                               False, "" if answerable else "missing_detail", readings)  # fmt: skip


def test_the_fit_is_calibrated_and_finds_the_threshold():
    fit = fit_confidence(list(labelled(400)), "m + r")
    high, low = fit.fitted.chance(features(0.9)), fit.fitted.chance(features(0.1))
    # Nine of ten are told right; those without an answer weigh half: .9 / (.9 + .05) and so on.
    assert high == pytest.approx(0.947, abs=0.03)
    assert low == pytest.approx(0.18, abs=0.06)
    assert low < fit.fitted.answer_threshold <= high + 0.01
    assert fit.measures["all"]["refusal_auroc"].value == pytest.approx(0.9, abs=0.03)
    assert any("threshold" in line for line in fit.lines())


def test_what_was_fitted_can_be_loaded_again(tmp_path):
    fit = fit_confidence(list(labelled(60)), "m + r")
    write_fitted(fit.fitted, tmp_path / "confidence.json")
    assert load_fitted(tmp_path / "confidence.json") == fit.fitted


def test_a_question_without_readings_counts_as_refused():
    empty = LabelledQuestion("e", "g1", "fe", True, False, "", ())
    fit = fit_confidence([*labelled(60), empty], "m + r")
    assert (fit.cases[-1].confidence, fit.cases[-1].refused) == (0.0, True)


def test_a_sound_snapshot_has_no_faults(parts, live):
    assert integrity_faults(live.snapshot, parts.embedder) == []


def test_every_plain_recipe_finds_what_is_asked_in_the_articles_own_words(live):
    found = search_plainly("Trung tâm máy Gia tốc 30Mev Bỉ", live, HashEmbedder())
    assert set(found.ranked) == set(RECIPES)
    assert found.articles("bm25 folded")[0] == "hop-tac-quoc-te-bv-108"
    assert 0 < found.overlap <= 1


def squad_file():
    names = ("An", "Bình", "Chi", "Dung", "Giang", "Hoa")
    texts = [
        f"Nhà máy số {n} ở phố {name}. Nó làm ra {n * 7} chiếc xe mỗi ngày."
        for n, name in enumerate(names, start=3)
    ]
    articles = [Article(f"s-{n}", f"T{n}", text) for n, text in enumerate(texts)]
    questions = []
    for n, (article, text) in enumerate(zip(articles, texts, strict=True)):
        for k, start in enumerate((text.index("phố") + 4, text.index("làm ra") + 7)):
            answer = text[start:].split(".")[0].split(" ")[0]
            found = (Alternative(start, start + len(answer), answer),)
            gold = GoldItem(article.id, article.version, found, (0, len(text)))
            asked = f"Nhà máy số {n + 3} {'ở phố nào' if k == 0 else 'làm ra bao nhiêu xe'}?"
            questions.append(
                Question(f"{n}-{k}", asked, "vi", "other", (), f"{n}-{k}", (gold,), ())
            )
    return SquadFile(tuple(articles), tuple(questions))


def test_an_open_domain_run_has_every_variant_and_method(parts):
    file = squad_file()
    live = scratch_live(file.articles, parts.settings.data_dir / "squad", parts)
    english = {q.id: f"Which factory {q.id}?" for q in file.questions}
    cells = run_squad(file, live, parts, english)
    assert {c.variant for c in cells} == {"typed", "nfd", "no_tones", "no_marks", "telex", "vni",
                                          "missing_spaces", "chat", "english"}  # fmt: skip
    at_1 = {(c.variant, c.method): c.estimate for c in cells if c.measure == "R@1"}
    assert at_1["typed", "ours"].n == 12
    assert at_1["typed", "ours"].value == at_1["nfd", "ours"].value
    assert {c.table for c in cells} == {
        "retrieval", "ours above", "gold paragraph", "open domain", "refusal"}  # fmt: skip
    assert {c.method for c in cells if c.table == "refusal"} == {
        "ours, cross-fitted", "ours, as shipped", "idf overlap", "cosine"}  # fmt: skip


def test_the_plain_recipe_always_answers_from_pieces_of_500_characters(tmp_path):
    baseline = Baseline(ARTICLES, HashEmbedder(), EmbeddingCache(tmp_path / "e.db"))
    run = run_set(QUESTIONS[:5], baseline, tmp_path / "run", "c")
    assert {given.status for given in run.answers.values()} == {"answered"}
    assert {hit.end - hit.start for g in run.answers.values() for hit in g.hits} <= set(
        range(1, PIECE_CHARS + 1)
    )
    assert score_run(run).get("right").n == 5


class Service(BaseHTTPRequestHandler):
    """Speaks the contract of the HTTP routes, about one article."""

    text = "Bỉ tặng 13 tỷ đồng."
    valid = True

    def do_GET(self):
        listed = {"articles": [{"id": "a", "version": "v", "length_chars": 19}]}
        self.reply({"/readyz": {"snapshot": "s1"}, "/v1/articles": listed,
                    "/v1/articles/a": {"text": self.text}}[self.path])  # fmt: skip

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if asked.get("question") == "hỏng":
            self.reply({"title": "too long"}, 422)
            return
        place = {"article_id": "a", "start": 8, "end": 18}
        quote = {**place, "start": 0, "end": 19, "quote": self.text, "article_version": "v",
                 "organisation": "", "heading": ""}  # fmt: skip
        self.reply({
            "/v1/ask": {
                "status": "answered", "message": "", "confidence": 1, "question": "q",
                "spans": [{**place, "text": "13 tỷ đồng", "citation": 1}], "citations": [quote],
                "suggestions": [], "timing_ms": {"retrieve": 1, "read": 2, "total": 3},
            },
            "/v1/search": {"hits": [{**place, "start": 0, "end": 19, "passage_id": "a#0",
                                     "score": 1}]},
            "/v1/verify": {"valid": self.valid},
        }[self.path])  # fmt: skip

    def reply(self, body, status=200):
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, *_):
        pass


@pytest.fixture
def service():
    server = HTTPServer(("127.0.0.1", 0), Service)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


ANSWER = GoldItem("a", "v", (Alternative(8, 18, "13 tỷ đồng"),), (0, 19))
ASKED = Question("q1", "Bỉ tặng bao nhiêu?", "vi", "money", (), "f", (ANSWER,), ())


def test_a_service_is_asked_through_its_routes(service, tmp_path):
    broken = replace(ASKED, id="q2", question="hỏng")
    run = run_set([ASKED, broken], OverHttp(service), tmp_path / "run", "c")
    assert run.settings.snapshot == "s1"
    scores = score_run(run)
    assert scores.asked[0].measures["exact_match"] == 1
    assert scores.asked[0].measures["success@1"] == 1
    assert "422" in run.answers["q2"].message
    assert scores.get("no_error").value == 0.5


def test_a_citation_that_the_service_cannot_verify_is_counted(service, monkeypatch):
    monkeypatch.setattr(Service, "valid", False)
    assert OverHttp(service).ask(ASKED)[0].broken_quotes == 1


def test_a_service_that_is_not_there_ends_the_run(tmp_path):
    with pytest.raises(SnapshotMissing):
        run_set([ASKED], OverHttp("http://127.0.0.1:9"), tmp_path / "run", "c")
