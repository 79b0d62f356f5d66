"""What a check of an installation found."""

from dataclasses import dataclass
from typing import Literal

Status = Literal["ok", "look", "broken"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found, and what to do next if it is not well."""

    check: str
    status: Status
    text: str
    next_step: str = ""
