"""Many ask while snapshots are published: no error, no answer out of two snapshots, no long wait.

The service and each publication are processes of their own, over the articles and questions of the
invented domain; askers think between two questions, and every publication shows one more edit.
"""

import asyncio
import json
import os
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from typing import Any

import httpx2
import numpy as np

from corpus.article import Article
from corpus.database import open_database
from corpus.store import ArticleStore
from eval.question_set import read_questions
from eval.suites import DATASETS, suite_articles
from index.passage_table import PassageTable
from index.snapshot import PASSAGES
from qa.settings import Settings
from tests.browser.server import free_port

_SET = "domain/test"
_COOPQA = Path(sys.executable).with_name("coopqa")
_START_S = 300
_LONGEST_S = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What is done: first the askers alone for `quiet_s`, then beside all publications."""

    askers: int = 50
    think_s: float = 5.0
    publications: int = 20
    quiet_s: float = 180.0
    articles: int = 20
    seed: int = 1
    settings: dict[str, str] = field(default_factory=dict)


@dataclass
class LoadRun:
    """What came of it: milliseconds of each question, seconds of each publication, what was wrong.

    `given` holds, by snapshot, everything that was said to stand in its articles.
    """

    about: str = ""
    quiet_ms: list[float] = field(default_factory=list)
    beside_ms: list[float] = field(default_factory=list)
    publish_s: list[float] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)
    given: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    wrong: list[str] = field(default_factory=list)


def run_load(load: Load, folder: Path, models: Path) -> LoadRun:
    """Do it in a folder of its own, with the models that are unpacked in another."""
    site = _Site(load, folder, models)
    asyncio.run(site.run())
    site.done.wrong += site.mixed()
    return site.done


def percentile(values: list[float], share: float) -> float:
    """Return the value that this share of the values does not exceed; 0 where there is none."""
    return float(np.quantile(values, share, method="inverted_cdf")) if values else 0.0


class _Site:
    """A service with its askers and its publisher."""

    def __init__(self, load: Load, folder: Path, models: Path) -> None:
        self.done = LoadRun()
        self._load = load
        self._random = Random(load.seed)
        data = folder / "data"
        data.mkdir(parents=True)
        (data / "models").symlink_to(models.resolve())
        self._url = f"http://127.0.0.1:{free_port()}"
        kept = str(load.publications + 2)
        given = {
            "data_dir": str(data), "port": self._url.rsplit(":", 1)[1], "keep_snapshots": kept,
            "keep_versions": kept, "requests_per_minute": "1000000", **load.settings,
        }  # fmt: skip
        self._settings = Settings(_env_file=None, **given)  # type: ignore[arg-type]
        ours = {f"COOPQA_{name.upper()}": value for name, value in given.items()}
        self._environment = {**os.environ, **ours}
        self._log = (folder / "log.txt").open("wb")
        self._articles = list(suite_articles(_SET)[: load.articles])
        ids = {article.id for article in self._articles}
        self._questions = [
            q.question
            for q in read_questions(DATASETS / f"{_SET}.jsonl")
            if q.gold and not q.history and {item.article_id for item in q.gold} <= ids
        ]
        self._engine = open_database(self._settings.database)
        self._store = ArticleStore(self._engine)

    async def run(self) -> None:
        for article in self._articles:
            self._store.put(article)
        limits = httpx2.Limits(max_connections=None)
        try:
            async with (
                self._running("serve"),
                httpx2.AsyncClient(
                    base_url=self._url, limits=limits, timeout=_LONGEST_S, trust_env=False
                ) as client,
            ):
                await self._begin(client)
                async with self._asking(client, self.done.quiet_ms):
                    await asyncio.sleep(self._load.quiet_s)
                async with self._asking(client, self.done.beside_ms):
                    for number in range(self._load.publications):
                        await self._publish(number)
                        await asyncio.sleep(self._load.think_s)
        finally:
            self._engine.dispose()
            self._log.close()

    def mixed(self) -> Iterator[str]:
        """Yield every quotation that is no slice of the snapshot that its answer names."""
        for snapshot_id, quotes in self.done.given.items():
            articles = PassageTable(self._settings.snapshots_dir / snapshot_id / PASSAGES).articles
            for quote in quotes:
                if not _stands_in(articles, quote):
                    yield f"not in {snapshot_id}: {quote}"

    async def _begin(self, client: httpx2.AsyncClient) -> None:
        deadline = time.monotonic() + _START_S
        while True:
            try:
                ready = await client.get("/readyz")
                if ready.is_success:
                    break
            except httpx2.TransportError:
                pass
            assert time.monotonic() < deadline, Path(self._log.name).read_text("utf-8")
            await asyncio.sleep(0.2)
        said = ready.json()
        self.done.shown.append(said["snapshot"])
        self.done.about = (
            f"{said['articles']} articles, {len(self._questions)} questions, "
            f"{said['embedding_model']}, reader {said['reader']}, "
            f"{self._engine.dialect.name}, {os.cpu_count()} processors, "
            f"load {os.getloadavg()[0]:.1f} before"
        )

    @asynccontextmanager
    async def _running(self, *arguments: str, **more: str) -> AsyncIterator[Process]:
        """Run a command of ours that does not outlive the block."""
        process = await asyncio.create_subprocess_exec(
            _COOPQA, *arguments, env={**self._environment, **more}, stdout=PIPE, stderr=self._log
        )
        try:
            yield process
        finally:
            if process.returncode is None:
                process.terminate()
            await process.wait()

    @asynccontextmanager
    async def _asking(self, client: httpx2.AsyncClient, waits: list[float]) -> AsyncIterator[None]:
        """Have everybody ask until the block ends; whoever waits for an answer gets it."""
        enough = asyncio.Event()
        askers = [
            asyncio.create_task(
                self._ask_on(client, waits, Random(f"{self._load.seed} {n}"), enough)
            )
            for n in range(self._load.askers)
        ]
        try:
            yield
        finally:
            enough.set()
            await asyncio.gather(*askers)

    async def _ask_on(
        self, client: httpx2.AsyncClient, waits: list[float], random: Random, enough: asyncio.Event
    ) -> None:
        # They do not all begin at once.
        pause = random.uniform(0, self._load.think_s)
        while True:
            try:
                async with asyncio.timeout(pause):
                    await enough.wait()
                return
            except TimeoutError:
                pass
            try:
                await self._ask(client, waits, random.choice(self._questions))
            except (httpx2.HTTPError, KeyError, ValueError) as error:
                self.done.wrong.append(f"no answer: {error!r}")
            pause = random.uniform(0.5, 1.5) * self._load.think_s

    async def _ask(self, client: httpx2.AsyncClient, waits: list[float], question: str) -> None:
        oldest = len(self.done.shown) - 1
        begin = time.perf_counter()
        response = await client.post("/v1/ask", json={"question": question})
        waits.append((time.perf_counter() - begin) * 1000)
        answer = response.raise_for_status().json()
        snapshot_id = answer["snapshot"]
        if snapshot_id in self.done.shown[:oldest]:
            self.done.wrong.append(f"an answer out of {snapshot_id}, no longer live when asked")
        by_number = {c["number"]: c for c in answer["citations"]}
        spans = [
            {**by_number[s["citation"]], "start": s["start"], "end": s["end"], "quote": s["text"]}
            for s in answer["spans"]
        ]
        self.done.given[snapshot_id] += [*answer["citations"], *spans, *answer["suggestions"]]
        keys = ("article_id", "article_version", "start", "end", "quote")
        for citation in answer["citations"]:
            verified = await client.post("/v1/verify", json={k: citation[k] for k in keys})
            if not verified.raise_for_status().json()["valid"]:
                self.done.wrong.append(f"not verified: {citation}")

    async def _publish(self, number: int) -> None:
        article = self._random.choice(self._articles)
        # Every place behind the new paragraph moves, so that two versions cannot be taken for one.
        head, _, rest = article.text.partition("\n")
        added = f"Bản tin số {number + 1}{', đã xem lại' * self._random.randrange(1, 9)}."
        edited = replace(article, text=f"{head}\n\n{added}\n{rest}")
        await asyncio.to_thread(self._store.put, edited)
        begin = time.monotonic()
        one_thread = {"COOPQA_THREADS": "1", "OMP_NUM_THREADS": "1"}
        async with self._running("publish", "--json", **one_thread) as publishing:
            out, _ = await publishing.communicate()
        self.done.publish_s.append(time.monotonic() - begin)
        outcome = json.loads(out or b"{}")
        if not outcome.get("published"):
            self.done.wrong.append(f"publication {number + 1}: {outcome.get('reasons', out)}")
        else:
            self.done.shown.append(outcome["snapshot"])


def _stands_in(articles: dict[str, Article], quote: dict[str, Any]) -> bool:
    article = articles.get(quote["article_id"])
    if article is None:
        return False
    if "start" not in quote:
        # A suggestion has no place.
        return quote["quote"] in article.text
    same = quote["article_version"] == article.version
    return same and article.text[quote["start"] : quote["end"]] == quote["quote"] != ""
