"""The store as it is, for commands that must leave no trace on a machine where nothing is yet."""

from pathlib import Path

from sqlalchemy.engine import make_url

from corpus.database import open_database
from corpus.store import ArticleStore
from qa.assemble import Parts
from qa.settings import Settings


def quiet_store(parts: Parts) -> ArticleStore:
    """Return the store, or an empty one in memory where no database was made yet."""
    if database_is_there(parts.settings):
        return parts.store
    return ArticleStore(open_database("sqlite://"))


def database_is_there(settings: Settings) -> bool:
    """Tell whether the database was made before; a server's is said to be there."""
    url = make_url(settings.database)
    if url.get_backend_name() != "sqlite" or not url.database:
        return True
    return Path(url.database).is_file()
