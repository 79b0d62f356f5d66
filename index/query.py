"""What the retriever is asked: a question prepared for each of the indexes."""

from collections.abc import Mapping
from dataclasses import dataclass, field

WeightedTerms = tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class FusionWeights:
    """How much each list counts in the fused one."""

    passage: float
    sentence: float
    marked: float
    folded: float

    @property
    def total(self) -> float:
        """The unit in which a bonus is stated."""
        return self.passage + self.sentence + self.marked + self.folded


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """A question as text for the embedding model and as weighted terms for keyword search.

    `article_bonus` raises the passages of articles that the question points to, in the unit of
    the fused scores (standard deviations).
    """

    text: str
    marked: WeightedTerms
    folded: WeightedTerms
    weights: FusionWeights
    article_bonus: Mapping[str, float] = field(default_factory=dict)
