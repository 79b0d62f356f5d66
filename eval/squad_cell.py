"""One number of an open-domain evaluation."""

from dataclasses import dataclass

from eval.bootstrap import Estimate


@dataclass(frozen=True, slots=True)
class SquadCell:
    """A measure of a variant of the questions by a method; `n` and interval are the estimate's.

    Tables are `retrieval`, `gold paragraph`, `open domain` and `refusal`.
    """

    table: str
    variant: str
    method: str
    measure: str
    estimate: Estimate
