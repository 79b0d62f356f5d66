"""Why a snapshot should not be published, in words for the keeper."""

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

_WORDS = Path(__file__).with_name("report_words.toml")


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason: a code that programs can rely on, and what its sentence names."""

    code: str
    details: tuple[tuple[str, str], ...] = ()

    def text(self, lang: str = "vi") -> str:
        """Return the reason as a sentence in `vi` or `en`."""
        known = words(lang)
        details = {key: known.get(value, value) for key, value in self.details}
        return known[f"reason_{self.code}"].format(**details)

    def as_dict(self) -> dict[str, str]:
        """Return the reason for programs and records, in both languages."""
        return {"code": self.code, "text": self.text("en"), "text_vi": self.text("vi")}


def reason(code: str, **details: object) -> Reason:
    """Return a reason with its details; texts that `report_words.toml` knows are translated."""
    return Reason(code, tuple((key, _shown(value)) for key, value in details.items()))


@lru_cache(maxsize=2)
def words(lang: str) -> dict[str, str]:
    """Return the words of reports and reasons in `vi` or `en`."""
    return dict(tomllib.loads(_WORDS.read_text("utf-8"))[lang])


def _shown(value: object) -> str:
    return f"{value:.3f}" if isinstance(value, float) else str(value)
