"""Every setting of the product: environment variables `COOPQA_*` or `.env`, read once."""

import difflib
import os
from pathlib import Path
from typing import Any, Literal, Self

from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from corpus.database import sqlite_url
from corpus.errors import InvalidSetting

_PREFIX = "COOPQA_"


class Settings(BaseSettings):
    """The settings with their defaults; the descriptions make the table in docs/settings.md."""

    model_config = SettingsConfigDict(
        env_prefix=_PREFIX, env_file=".env", frozen=True, extra="ignore"
    )

    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8000, ge=0, le=65535, description="Port to listen on; 0 takes a free one.")
    data_dir: Path = Field(
        Path("var"), description="Folder for the database, snapshots, models and caches."
    )
    corpus_dir: Path = Field(
        Path("corpus/articles"), description="Folder whose articles seed an empty store."
    )
    database_url: str = Field(
        "",
        description="SQLite or PostgreSQL address (`postgresql://name:password@host/database`, "
        "with the extra `postgresql`); empty: a SQLite file in the data folder.",
    )
    embedding_model: str = Field(
        "bundled", description="`bundled`, or a sentence-transformers model by name or folder."
    )
    reader_model: str = Field(
        "bundled",
        description="`bundled`, `sentence` (no neural reader), or an extractive "
        "question-answering model by name or folder.",
    )
    index_backend: Literal["faiss"] = Field("faiss", description="Vector index.")
    threads: int = Field(
        2, ge=1, le=64, description="Processor threads for the models of one question."
    )
    admin_key: SecretStr = Field(
        SecretStr(""), description="Key of the admin routes, which are absent without one."
    )
    api_keys: str = Field(
        "", description="Keys for programs, separated by commas; empty: no key is asked."
    )
    allowed_origins: str = Field(
        "", description="Origins of pages that may embed the chat, separated by commas."
    )
    public_url: str = Field(
        "",
        description="Address under which staff reach the service; makes citation links absolute.",
    )
    requests_per_minute: int = Field(
        120, ge=1, description="Questions that one client may ask in a minute."
    )
    starters: str = Field(
        "", description="Questions offered at the start of a chat, separated by `|`."
    )
    keep_snapshots: int = Field(5, ge=2, le=1000, description="How many snapshots are kept.")
    keep_versions: int = Field(
        5,
        ge=1,
        le=1000,
        description="How many versions of an article are kept for old citations; those of kept "
        "snapshots always are.",
    )
    conversation_days: int = Field(
        30, ge=1, le=3650, description="Days without a message after which a conversation goes."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="How much is logged."
    )

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        if value and not value.startswith(("sqlite:", "postgresql")):
            raise ValueError("must begin with sqlite: or postgresql")
        return value

    @model_validator(mode="after")
    def _closed_origins(self) -> Self:
        if "*" in self.origins:
            raise ValueError(
                "COOPQA_ALLOWED_ORIGINS must name origins, such as https://intranet.example; "
                "* would open the chat to every page"
            )
        return self

    @property
    def origins(self) -> tuple[str, ...]:
        """The allowed origins, without a slash at the end."""
        parts = (part.strip().rstrip("/") for part in self.allowed_origins.split(","))
        return tuple(part for part in parts if part)

    @property
    def starter_questions(self) -> tuple[str, ...]:
        """The questions offered at the start of a chat."""
        return tuple(part.strip() for part in self.starters.split("|") if part.strip())

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys for programs."""
        return tuple(part.strip() for part in self.api_keys.split(",") if part.strip())

    @property
    def snapshots_dir(self) -> Path:
        """Folder of the snapshots."""
        return self.data_dir / "snapshots"

    @property
    def suites_dir(self) -> Path:
        """Folder of the snapshots that the evaluation makes of its own sets."""
        return self.data_dir / "suites"

    @property
    def evaluation_dir(self) -> Path:
        """Folder of what publications leave: lock, log, receipts, runs with their reports."""
        return self.data_dir / "evaluation"

    @property
    def publication_runs_dir(self) -> Path:
        """Folder of the runs that publications were judged by, by snapshot."""
        return self.evaluation_dir / "runs"

    @property
    def runs_dir(self) -> Path:
        """Folder of the runs that were asked for by command."""
        return self.data_dir / "runs"

    @property
    def models_dir(self) -> Path:
        """Folder of the unpacked models."""
        return self.data_dir / "models"

    @property
    def database(self) -> str:
        """Address of the database."""
        return self.database_url or sqlite_url(self.data_dir / "coopqa.db")


def read_settings(**overrides: Any) -> Settings:
    """Read the settings; InvalidSetting names what is wrong and how to mend it.

    An unknown `COOPQA_` name is an error that names the nearest known one.
    """
    known = {_PREFIX + name.upper() for name in Settings.model_fields}
    for name in sorted({*os.environ, *dotenv_values(".env")}):
        if name.upper().startswith(_PREFIX) and name.upper() not in known:
            near = difflib.get_close_matches(name.upper(), known, n=1, cutoff=0)
            raise InvalidSetting(f"There is no setting {name}; did you mean {near[0]}?")
    try:
        return Settings(**overrides)
    except ValidationError as error:
        first = error.errors()[0]
        name = _PREFIX + str(first["loc"][0]).upper() if first["loc"] else "settings"
        given = "" if "key" in name.lower() else f" (given: {first['input']!r})"
        raise InvalidSetting(f"{name}: {first['msg']}{given}.") from None


def settings_table() -> str:
    """Return the settings as the Markdown table of docs/settings.md."""
    rows = ["| variable | default | what it does |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        default = field.default
        shown = default.get_secret_value() if isinstance(default, SecretStr) else str(default)
        rows.append(
            f"| `{_PREFIX}{name.upper()}` | {f'`{shown}`' if shown else ''} | {field.description} |"
        )
    return "\n".join(rows) + "\n"
