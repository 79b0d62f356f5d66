"""One crash: an operation on a data folder meets a fault, and what is left is looked at.

Each process is forked from a server that has imported everything and started nothing, so that it is
fresh and costs milliseconds.
"""

import json
import multiprocessing
import os
import shutil
import traceback
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass, field
from functools import lru_cache
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from typing import Any

from corpus.errors import CoopQaError
from eval.point import roll_back
from eval.publish_lock import alone
from eval.removal import recover
from eval.traces import count_traces
from index.build import build_snapshot
from index.durable import UNFINISHED
from index.embedder import load_embedder
from index.passage_table import read_versions
from index.snapshot import PASSAGES, open_snapshot
from qa.assemble import Parts
from qa.feedback_store import Verdict
from qa.pipeline import Request
from tests.crash_faults import Fault, arm, draw
from tests.invented import invented, keeper_parts, publish

Versions = dict[str, str]

_IDS = ("lao", "nhat", "phap", "duc")
_LIMIT_S = 300
_FAILED = 3
context = multiprocessing.get_context("forkserver")
context.set_forkserver_preload(["tests.crash_run"])


@dataclass
class Crash:
    """A run: the exit status of the process, and what was wrong afterwards, if anything."""

    seed: int
    operation: str
    fault: Fault
    end: int | None = None
    wrong: list[str] = field(default_factory=list)


def crash(seed: int, base: Path, folder: Path, models: Path | None = None) -> Crash:
    """Run one operation with one fault, both drawn by seed, and check the folder afterwards."""
    random = Random(seed)
    operation = random.choice(tuple(OPERATIONS))
    run = Crash(seed, operation, draw(random, _points(operation, base, folder.parent, models)))
    shutil.copytree(base, folder)
    _, whole = _ask(_whole, folder, operation)
    run.end, acknowledged = _ask(_operate, operation, folder, run.fault, models)
    if run.end == _FAILED:
        failure = acknowledged.pop()
        run.wrong += [failure] if run.fault.kind in ("kill", "torn") else []
    status, found = _ask(_look, folder, whole, acknowledged, models)
    run.wrong += [*found, *([f"the look ended with {status}"] if status else [])]
    shutil.rmtree(folder)
    return run


def make_base(folder: Path, models: Path | None = None) -> None:
    """Make the data folder that every run begins with: four articles, published twice."""
    _, wrong = _ask(_make_base, folder, models)
    assert not wrong, wrong


def _make_base(say: Connection, folder: Path, models: Path | None) -> None:
    parts = _parts(folder, models)
    for article_id in _IDS:
        parts.store.put(invented(article_id, 0))
    publish(parts)
    parts.store.put(invented("lao", 1))
    publish(parts)
    quote = invented("lao", 0).text.split("\n\n")[1]
    cited = {"citations": [{"article_id": "lao", "quote": quote}]}
    parts.conversations.add(parts.conversations.begin(), "hỏi", json.dumps(cited))
    parts.feedback.add(Verdict(verdict="up", question="?", answer=quote, snapshot="s"))


def _add(parts: Parts, say: Connection) -> None:
    for article in (invented("uc", 0), invented("nhat", 2), invented("bi", 0), invented("uc", 1)):
        parts.store.put(article)
        say.send(f"{article.id} {article.version}")


def _build(parts: Parts, say: Connection) -> None:
    _add(parts, say)
    with alone(parts.settings), closing(parts.cache) as cache:
        build_snapshot(parts.store.articles(), parts.settings.snapshots_dir, parts.embedder, cache)


def _publish(parts: Parts, say: Connection) -> None:
    _add(parts, say)
    publish(parts)


def _roll_back(parts: Parts, say: Connection) -> None:
    roll_back(parts)


def _remove(parts: Parts, say: Connection) -> None:
    for article_id in ("lao", "phap"):
        parts.store.remove(article_id)
        say.send(f"{article_id} removed")
    publish(parts)


OPERATIONS: dict[str, Callable[[Parts, Connection], None]] = {
    "add": _add,
    "build": _build,
    "publish": _publish,
    "rollback": _roll_back,
    "removal": _remove,
}


def _operate(
    say: Connection, operation: str, folder: Path, fault: Fault, models: Path | None
) -> None:
    parts = _parts(folder, models)
    points = arm(fault, folder)
    OPERATIONS[operation](parts, say)
    if not fault.point:
        say.send(str(points()))


def _whole(say: Connection, folder: Path, operation: str) -> None:
    """Say what may be shown afterwards: the live snapshot, and the one that a rollback goes to."""
    parts = keeper_parts(folder)
    say.send(_versions(parts, parts.pointer.current()))
    if operation == "rollback":
        say.send(_versions(parts, parts.pointer.previous()))


def _look(
    say: Connection,
    folder: Path,
    whole: list[Versions],
    acknowledged: list[str],
    models: Path | None,
) -> None:
    """Start as the service does, and say everything that is not as it should be."""
    parts = _parts(folder, models)
    recover(parts)
    for wrong in (
        *_unsound(parts, whole),
        *_lost(parts, acknowledged),
        *_after_publishing(parts, folder),
    ):
        say.send(wrong)


def _unsound(parts: Parts, whole: list[Versions]) -> Iterable[str]:
    """Yield what is wrong with what is served and kept."""
    live = parts.live().snapshot
    stored = {a.id: a.version for a in parts.store.articles()}
    if {i: a.version for i, a in live.table.articles.items()} not in (*whole, stored):
        yield f"{live.id} shows neither the old nor the new"
    for snapshot_id in parts.pointer.ids():
        try:
            open_snapshot(parts.pointer.path(snapshot_id), parts.embedder)
        except CoopQaError as error:
            yield f"not sound: {error}"
    for article in live.table.articles.values():
        sentence = article.text.split("\n\n")[1]
        hits = parts.pipeline().search(sentence, 1)
        if not hits or sentence not in hits[0].passage.text:
            yield f"{article.id} is not found in {live.id}"
        answer = parts.pipeline().answer(Request(sentence))
        if answer.snapshot != live.id:
            yield f"an answer of {answer.snapshot} where {live.id} is live"


def _lost(parts: Parts, acknowledged: list[str]) -> Iterable[str]:
    """Yield what was acknowledged and is not in the store."""
    last = dict(text.split(" ", 1) for text in acknowledged)
    stored = {a.id: a.version for a in parts.store.articles()}
    removed = parts.store.removed()
    for article_id, version in last.items():
        if version == "removed":
            if article_id not in removed:
                yield f"the removal of {article_id} is lost"
        elif stored.get(article_id) != version:
            # A put that was not acknowledged may have been done all the same.
            if article_id == "uc" and stored.get("uc") == invented("uc", 1).version:
                continue
            yield f"{article_id} {version} is lost"


def _after_publishing(parts: Parts, folder: Path) -> Iterable[str]:
    """Yield what the next publication does not bring into order."""
    outcome = publish(parts)
    stored = {a.id: a.version for a in parts.store.articles()}
    if not outcome.published or _versions(parts, outcome.live) != stored:
        yield f"the next publication shows something else: {outcome}"
    for path in folder.rglob("*"):
        if path.name.startswith(UNFINISHED) or path.name.endswith("-journal"):
            yield f"left over: {path.relative_to(folder)}"
    for article_id in parts.store.removed():
        left = count_traces(parts, article_id)
        if any(left.values()):
            yield f"of {article_id} is left {left}"
        words = invented(article_id, 0).text.split("\n\n")[1].encode()
        for path in folder.rglob("*"):
            if path.is_file() and words in path.read_bytes():
                yield f"{path.relative_to(folder)} holds words of {article_id}"


def _versions(parts: Parts, snapshot_id: str) -> Versions:
    return read_versions(parts.pointer.path(snapshot_id) / PASSAGES)


def _parts(folder: Path, models: Path | None) -> Parts:
    parts = keeper_parts(folder)
    if models:
        vars(parts).update(embedder=load_embedder("bundled", models, threads=1))
    return parts


@lru_cache
def _points(operation: str, base: Path, folder: Path, models: Path | None) -> int:
    """Return how many write points an operation has when nothing happens."""
    trial = folder / f"trial-{operation}"
    shutil.copytree(base, trial)
    status, said = _ask(_operate, operation, trial, Fault(), models)
    assert status == 0, said
    shutil.rmtree(trial)
    return int(said[-1])


def _ask(work: Callable[..., None], *arguments: object) -> tuple[int | None, list[Any]]:
    """Run in a process of its own; return its exit status and what it said before it ended."""
    hear, say = context.Pipe(duplex=False)
    process = context.Process(target=_child, args=(work, say, arguments))
    process.start()
    say.close()
    heard: list[Any] = []
    while hear.poll(_LIMIT_S):
        try:
            heard.append(hear.recv())
        except (EOFError, OSError):
            break
    process.join(_LIMIT_S)
    if process.is_alive():
        process.kill()
        heard.append("it did not end")
    return process.exitcode, heard


def _child(work: Callable[..., None], say: Connection, arguments: tuple[object, ...]) -> None:
    # Whatever was caught on standard error may be a file, and a file may be full.
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 1)
    os.dup2(nothing, 2)
    try:
        work(say, *arguments)
    except BaseException:
        say.send(traceback.format_exc())
        os._exit(_FAILED)
    os._exit(0)
