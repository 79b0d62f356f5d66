"""Every error that coop-qa raises on purpose, in one tree.

CoopQaError
├── InvalidRequest          what the caller sent cannot be processed
│   ├── InvalidQuestion     empty, too long, or not text
│   └── InvalidSetting      an environment variable is unknown or out of range
├── NotFound                the named thing does not exist
│   ├── ArticleNotFound
│   ├── ConversationNotFound
│   └── SnapshotMissing     nothing was published yet
├── ArticleGone             the article was removed for good
├── Refused                 a key, an origin or a limit forbids it
│   ├── Unauthorised        no key, or a wrong one
│   └── TooManyRequests     more than the limit a minute
├── ArticleError            an article cannot be taken into the corpus
│   ├── UnreadableArticle   undecodable, empty, unsupported or damaged file
│   ├── DuplicateArticle    two files claim one id
│   └── ArticleDiffers      the article is there with another text
├── DatabaseBusy            what was deleted could not be wiped from the file yet
├── PublicationBusy         somebody else is publishing
├── SnapshotDamaged         a snapshot's files do not match its manifest
├── IndexMismatch           an index was built with another model or format
├── ModelError              a model file is missing, damaged or foreign
├── TrainingError           the reader cannot be trained with what was given
│   └── ForeignCheckpoint   a checkpoint is of another recipe, other data or another network
└── QuestionSetError        a question set has broken lines or stale golds
"""


class CoopQaError(Exception):
    """Base of all; its text is fit to be shown to the person who asked."""


class InvalidRequest(CoopQaError):
    """What the caller sent cannot be processed."""


class InvalidQuestion(InvalidRequest):
    """A question that is empty, too long, or not text."""


class InvalidSetting(InvalidRequest):
    """A setting that is unknown or out of range."""


class NotFound(CoopQaError):
    """The named thing does not exist."""


class ArticleNotFound(NotFound):
    """No article, or no version of it, has this id."""


class ConversationNotFound(NotFound):
    """The conversation is unknown, expired or deleted."""


class SnapshotMissing(NotFound):
    """No snapshot was published yet, or the named one was dropped."""


class ArticleGone(CoopQaError):
    """The article was removed for good, with every version of it."""


class Refused(CoopQaError):
    """A key, an origin or a limit forbids it."""


class Unauthorised(Refused):
    """No key was given, or a wrong one."""


class TooManyRequests(Refused):
    """More requests than the limit allows."""


class ArticleError(CoopQaError):
    """An article cannot be taken into the corpus."""


class UnreadableArticle(ArticleError):
    """A file that is undecodable, empty, unsupported or damaged."""


class DuplicateArticle(ArticleError):
    """Two files that claim one article id."""


class ArticleDiffers(ArticleError):
    """An article that is there with another text, and was not to be replaced."""


class DatabaseBusy(CoopQaError):
    """The database could not be written anew because others use it all the time."""


class PublicationBusy(CoopQaError):
    """Somebody else is publishing; only one may at a time."""


class SnapshotDamaged(CoopQaError):
    """A snapshot whose files do not match its manifest."""


class IndexMismatch(CoopQaError):
    """An index that was built with another model or another format."""


class ModelError(CoopQaError):
    """A model file that is missing, damaged or foreign."""


class TrainingError(CoopQaError):
    """Data, a stage or memory that the training of the reader needs is missing."""


class ForeignCheckpoint(TrainingError):
    """A checkpoint that is damaged, or of another recipe, other data or another network."""


class QuestionSetError(CoopQaError):
    """A question set with broken lines or golds that do not fit the corpus."""
