"""What the embedding model in 8 bits loses to the same model in 32 bits, question by question."""

from collections.abc import Iterator, Mapping

from corpus.progress import Progress
from eval.bootstrap import mean_estimate, paired_difference
from eval.squad_cell import SquadCell
from eval.squad_file import SquadFile
from eval.squad_run import ENGLISH, OURS, TYPED, search_all, variants
from qa.assemble import Parts
from qa.live import Live

COMPARED = (TYPED, "no_marks", ENGLISH)
METHODS = ("dense", OURS)


def precision_cells(
    file: SquadFile,
    products: tuple[tuple[Live, Parts], tuple[Live, Parts]],
    english: Mapping[str, str],
    seed: int,
    progress: Progress,
) -> Iterator[SquadCell]:
    """Yield R@1 of both and the paired difference; `products` are int8 and fp32."""
    answerable = [q for q in file.questions if q.answerable]
    asked = variants(answerable, english, seed)
    for variant in (v for v in COMPARED if v in asked):
        int8, fp32 = (
            search_all(f"{variant}, {name}", asked[variant], live, parts, progress)
            for name, (live, parts) in zip(("int8", "fp32"), products, strict=True)
        )
        facts = file.titles(asked[variant])
        for method in METHODS:
            a, b = int8.right(method, 1), fp32.right(method, 1)
            for name, estimate in (
                ("int8", mean_estimate(a, facts)),
                ("fp32", mean_estimate(b, facts)),
                ("int8 above fp32", paired_difference(b, a, facts)),
            ):
                yield SquadCell("embedding", variant, name, f"R@1 {method}", estimate)
