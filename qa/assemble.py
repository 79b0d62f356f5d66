"""The one place that chooses implementations."""

import logging
from dataclasses import dataclass, replace
from functools import cached_property

from sqlalchemy import Engine

from corpus.database import open_database
from corpus.errors import InvalidSetting, ModelError
from corpus.folder import FolderReading, read_folder
from corpus.store import ArticleStore
from index.embedder import load_embedder
from index.embedding_cache import EmbeddingCache
from index.pointer import SnapshotPointer
from index.protocols import Embedder
from index.retriever import Retriever
from qa.confidence import FittedConfidence, load_fitted
from qa.conversation_store import ConversationStore
from qa.feedback_store import FeedbackStore
from qa.live import LiveSnapshot, SnapshotSource
from qa.neural_reader import load_reader
from qa.pipeline import Pipeline
from qa.reader import Reader
from qa.sentence_reader import SentenceReader
from qa.settings import Settings

_log = logging.getLogger(__name__)

_UNFITTED_THRESHOLD = 0.8


@dataclass(frozen=True)
class Parts:
    """The parts of the product for one set of settings, each made when first needed."""

    settings: Settings

    @cached_property
    def engine(self) -> Engine:
        """The database."""
        _make_folder(self.settings)
        return open_database(self.settings.database)

    @cached_property
    def store(self) -> ArticleStore:
        """The articles."""
        return ArticleStore(self.engine)

    @cached_property
    def embedder(self) -> Embedder:
        """The embedding model."""
        _make_folder(self.settings)
        return load_embedder(
            self.settings.embedding_model, self.settings.models_dir, self.settings.threads
        )

    @cached_property
    def pointer(self) -> SnapshotPointer:
        """The snapshots."""
        _make_folder(self.settings)
        return SnapshotPointer(self.settings.snapshots_dir)

    @property
    def cache(self) -> EmbeddingCache:
        """The vectors computed before; a new connection each time."""
        return EmbeddingCache(self.settings.data_dir / "embeddings.db")

    @cached_property
    def retriever(self) -> Retriever:
        """Hybrid search."""
        return Retriever(self.embedder)

    @cached_property
    def _chosen_reader(self) -> tuple[Reader, str]:
        name = self.settings.reader_model
        if name == "sentence":
            return SentenceReader(), ""
        try:
            return load_reader(name, self.settings.models_dir, self.settings.threads), ""
        except ModelError as error:
            _log.error("reader %s not loaded, whole sentences are shown instead: %s", name, error)
            return SentenceReader(), f"The reader {name!r} was not loaded: {error}"

    @property
    def reader(self) -> Reader:
        """The reader that the settings name, or the sentence reader where it cannot be loaded."""
        return self._chosen_reader[0]

    @cached_property
    def confidence(self) -> FittedConfidence:
        """The fitted confidence, or careful thresholds when it was fitted for other models."""
        fitted = load_fitted()
        if fitted.fitted_for == self.fitted_for:
            return fitted
        return replace(fitted, answer_threshold=max(_UNFITTED_THRESHOLD, fitted.answer_threshold))

    @property
    def warnings(self) -> list[str]:
        """What the person who runs the service should know."""
        unfitted = f"The confidence was not fitted for {self.fitted_for}; run `coopqa eval fit`."
        is_fitted = load_fitted().fitted_for == self.fitted_for
        return [said for said in (self._chosen_reader[1], "" if is_fitted else unfitted) if said]

    @cached_property
    def conversations(self) -> ConversationStore:
        """The conversations."""
        return ConversationStore(self.engine, self.settings.conversation_days)

    @cached_property
    def feedback(self) -> FeedbackStore:
        """What staff said of answers."""
        return FeedbackStore(self.engine)

    @property
    def fitted_for(self) -> str:
        """The names of the models that fitted parts depend on."""
        return f"{self.embedder.name} + {self.reader.name}"

    @cached_property
    def live(self) -> LiveSnapshot:
        """The live snapshot."""
        return LiveSnapshot(self.pointer, self.embedder)

    def pipeline(self, source: SnapshotSource | None = None) -> Pipeline:
        """Return a pipeline over the live snapshot, or over another source of snapshots."""
        return Pipeline(source or self.live, self.retriever, self.reader, self.confidence)


def seed_store(parts: Parts) -> FolderReading | None:
    """Fill an empty store from the corpus folder; None when the store has articles already."""
    if parts.store.articles() or parts.store.removed():
        return None
    reading = read_folder(parts.settings.corpus_dir)
    for article in reading.articles:
        parts.store.put(article)
    return reading


def _make_folder(settings: Settings) -> None:
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        probe = settings.data_dir / ".writable"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise InvalidSetting(
            f"The data folder {settings.data_dir} cannot be written ({error.strerror}); "
            "set COOPQA_DATA_DIR to a folder that can."
        ) from error
