"""A keeper's random work, done to the product and to plain dictionaries, which must agree."""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from corpus.article import Article
from corpus.errors import SnapshotDamaged, SnapshotMissing
from eval.point import roll_back
from eval.removal import recover
from eval.traces import count_traces
from index.passage_table import read_versions
from index.snapshot import PASSAGES
from qa.assemble import Parts
from qa.pipeline import Request
from tests.invented import invented, keeper_parts, publish

_IDS = ("lao", "nhat", "phap", "duc", "uc", "bi")
_KEEP_SNAPSHOTS = 3
_SHARES = {
    "add": 20, "change": 20, "delete": 8, "query": 35, "publish": 9, "roll_back": 4, "restart": 4,
}  # fmt: skip


@dataclass
class Model:
    """What should be: the store, the snapshots in order of time, and the order of their showing."""

    stored: dict[str, Article] = field(default_factory=dict)
    versions: dict[str, set[str]] = field(default_factory=dict)
    snapshots: list[dict[str, Article]] = field(default_factory=list)
    shown: list[dict[str, Article]] = field(default_factory=list)

    @property
    def live(self) -> dict[str, Article]:
        """The articles that users see."""
        return self.shown[-1] if self.shown else {}

    def publish(self) -> None:
        """Show what is stored, forget what is removed, keep the last."""
        new = dict(self.stored)
        self.snapshots.append(new)
        self.shown.append(new)
        kept = self.snapshots[-_KEEP_SNAPSHOTS:] + self.shown[-2:]
        self._keep(kept)
        for article_id in self.versions.keys() - self.stored.keys():
            del self.versions[article_id]
            for snapshot in self.snapshots:
                snapshot.pop(article_id, None)
        self._keep([s for s in self.snapshots if s])

    def roll_back(self) -> bool:
        """Show what was shown before; False where there is nothing."""
        if len(self.shown) < 2:
            return False
        self.shown.append(self.shown.pop(-2))
        return True

    def _keep(self, kept: list[dict[str, Article]]) -> None:
        # By identity: two snapshots may hold the same.
        ids = {id(snapshot) for snapshot in kept}
        self.snapshots = [s for s in self.snapshots if id(s) in ids]
        self.shown = [s for s in self.shown if id(s) in ids]


class ModelRun:
    """The same random work on both; `differences` should stay empty."""

    def __init__(self, folder: Path, seed: int, database_url: str = "") -> None:
        self.done: Counter[str] = Counter()
        self.differences: list[str] = []
        self._folder = folder
        self._database_url = database_url
        self._random = Random(seed)
        self._model = Model()
        self._seen: list[Article] = []
        self._parts = self._start()

    def run(self, operations: int) -> None:
        """Do so many operations, or stop at the first difference."""
        names, shares = zip(*_SHARES.items(), strict=True)
        for number in range(operations):
            (name,) = self._random.choices(names, shares)
            self.done[name] += 1
            getattr(self, f"_{name}")()
            if self.differences:
                self.differences.append(f"after {number + 1} operations, the last: {name}")
                return
        self._compare()
        self._parts.engine.dispose()

    def _add(self) -> None:
        self._put(self._random.choice(_IDS))

    def _change(self) -> None:
        if self._model.stored:
            self._put(self._random.choice(sorted(self._model.stored)))

    def _put(self, article_id: str) -> None:
        # Of few texts, so that edits are taken back too.
        article = invented(article_id, self._random.randrange(30))
        changed = self._parts.store.put(article)
        self._same("put", changed, self._model.stored.get(article_id) != article)
        self._model.stored[article_id] = article
        self._model.versions.setdefault(article_id, set()).add(article.version)
        self._seen.append(article)

    def _delete(self) -> None:
        if self._model.stored:
            article_id = self._random.choice(sorted(self._model.stored))
            self._parts.store.remove(article_id)
            del self._model.stored[article_id]

    def _query(self) -> None:
        if not self._seen or not self._model.live:
            return
        article = self._random.choice(self._seen[-40:])
        sentence = self._random.choice(article.text.split("\n\n")[1:])
        hits = self._parts.pipeline().search(sentence, 1)
        found = bool(hits) and sentence in hits[0].passage.text
        live = self._model.live.get(article.id)
        self._same("found", found, live is not None and sentence in live.text)
        answer = self._parts.pipeline().answer(Request(sentence))
        for cited in answer.citations:
            text = self._model.live[cited.article_id].text
            self._same("quote", cited.quote, text[cited.start : cited.end])

    def _publish(self) -> None:
        before = set(self._model.versions) - set(self._model.stored)
        try:
            outcome = publish(self._parts)
        except SnapshotDamaged:
            self._same("nothing to publish", self._model.stored, {})
            return
        self._same("published", outcome.published, True)
        self._same("receipts", {r.article_id for r in outcome.receipts}, before)
        self._model.publish()
        for article_id in before:
            left = count_traces(self._parts, article_id)
            self._same(f"traces of {article_id}", left, dict.fromkeys(left, 0))
        self._compare()

    def _roll_back(self) -> None:
        try:
            roll_back(self._parts)
        except SnapshotMissing:
            self._same("nowhere to go back", self._model.roll_back(), False)
        else:
            self._same("rolled back", self._model.roll_back(), True)
        self._compare()

    def _restart(self) -> None:
        self._parts.engine.dispose()
        self._parts = self._start()
        recover(self._parts)
        self._compare()

    def _start(self) -> Parts:
        return keeper_parts(
            self._folder,
            database_url=self._database_url,
            keep_snapshots=_KEEP_SNAPSHOTS,
            keep_versions=1000,
        )

    def _compare(self) -> None:
        parts, model = self._parts, self._model
        self._same("stored", {a.id: a for a in parts.store.articles()}, model.stored)
        self._same("removed", set(parts.store.removed()) & set(model.stored), set())
        for article_id, versions in model.versions.items():
            self._same("versions", set(parts.store.versions(article_id)), versions)
        folders = [parts.pointer.path(i) for i in parts.pointer.ids()]
        kept = [read_versions(folder / PASSAGES) for folder in folders]
        expected = [{i: a.version for i, a in s.items()} for s in model.snapshots]
        self._same("snapshots", kept, expected)
        if model.shown:
            self._same("live", parts.live().snapshot.table.articles, model.live)

    def _same(self, what: str, found: object, expected: object) -> None:
        if found != expected:
            self.differences.append(f"{what}: {found!r}, should be {expected!r}")
