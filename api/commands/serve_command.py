"""`coopqa serve`."""

import errno
import logging
import socket
from contextlib import closing
from typing import Annotated

import typer
import uvicorn

from api.app import create_app
from api.commands.terminal import err, progress
from corpus.errors import InvalidSetting, UnreadableArticle
from eval.publish_lock import alone
from eval.removal import recover
from index.build import build_snapshot
from qa.assemble import Parts, seed_store
from qa.settings import read_settings


def serve(
    host: Annotated[str | None, typer.Option(help="Address; else COOPQA_HOST.")] = None,
    port: Annotated[int | None, typer.Option(help="Port; else COOPQA_PORT.")] = None,
) -> None:
    """Index the corpus if nothing is published yet, then answer over HTTP."""
    given = {"host": host, "port": port}
    settings = read_settings(**{k: v for k, v in given.items() if v is not None})
    logging.basicConfig(
        level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    # Our own packages speak at the level that was set, the libraries only when something is wrong.
    for package in ("api", "corpus", "eval", "index", "qa"):
        logging.getLogger(package).setLevel(settings.log_level.upper())
    listener = _listen(settings.host, settings.port)
    parts = Parts(settings)
    prepare(parts)
    recover(parts)
    port_taken = listener.getsockname()[1]
    err.print(f"coop-qa answers at http://{settings.host}:{port_taken}/")
    config = uvicorn.Config(
        create_app(parts),
        log_level=settings.log_level,
        access_log=False,
        timeout_graceful_shutdown=10,
    )
    uvicorn.Server(config).run(sockets=[listener])


def prepare(parts: Parts) -> None:
    """Fill an empty store from the corpus folder and publish a first snapshot.

    Raises:
        UnreadableArticle: the store is empty and no file of the folder could be read.
    """
    reading = seed_store(parts)
    for failure in reading.failures if reading else ():
        err.print(f"left out: {failure.reason}", style="yellow", markup=False)
    if reading and not reading.articles:
        raise UnreadableArticle(
            f"No article could be read from {parts.settings.corpus_dir}; add a .txt file there."
        )
    if parts.pointer.live():
        return
    # Of two that start at once the second waits, and finds what the first has published.
    with alone(parts.settings, wait=True):
        if parts.pointer.live():
            return
        err.print("indexing the corpus (the first start also unpacks the model)")
        with progress() as report, closing(parts.cache) as cache:
            built = build_snapshot(
                parts.store.articles(), parts.settings.snapshots_dir, parts.embedder, cache, report
            )
        parts.pointer.point(built)


def _listen(host: str, port: int) -> socket.socket:
    """Take the port before anything slow happens."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise InvalidSetting(
                f"Port {port} on {host} is in use; stop the other program or set COOPQA_PORT."
            ) from error
        raise InvalidSetting(
            f"COOPQA_HOST {host!r} with port {port} cannot be used ({error.strerror})."
        ) from error
    return listener
