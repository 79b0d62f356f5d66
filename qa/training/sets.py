"""The sets that a stage draws from, found by name in folders."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from corpus.errors import TrainingError
from qa.training.examples import Example, across_languages, read_examples

_ENDINGS = (".jsonl", ".jsonl.gz")


def find_sets(folders: Sequence[Path]) -> dict[str, Path]:
    """Return the files `NAME.jsonl` and `NAME.jsonl.gz` of all folders by name.

    Raises:
        TrainingError: a folder is missing, or two files have one name.
    """
    found: dict[str, Path] = {}
    for folder in folders:
        if not folder.is_dir():
            raise TrainingError(f"There is no folder {folder}; give folders of sets with --data.")
        for path in sorted(p for p in folder.iterdir() if p.name.endswith(_ENDINGS)):
            name = path.name.split(".")[0]
            if name in found:
                raise TrainingError(
                    f"{found[name]} and {path} are both the set {name!r}; drop one."
                )
            found[name] = path
    return found


def read_sets(files: dict[str, Path], mixture: Iterable[str]) -> dict[str, list[Example]]:
    """Read the sets of a mixture; `A>B` asks the questions of A over the contexts of B.

    Raises:
        TrainingError: a set is missing or broken.
    """
    needed = sorted({name for pair in mixture for name in pair.split(">")})
    if missing := [name for name in needed if name not in files]:
        raise TrainingError(
            f"The recipe draws from sets that are in no folder: {', '.join(missing)}; give their "
            "folder with --data, or a recipe without them with --recipe."
        )
    single = {name: read_examples(files[name]) for name in needed}
    if empty := [name for name in needed if not single[name]]:
        raise TrainingError(f"{files[empty[0]]} holds no examples.")
    return {pair: _joined([single[name] for name in pair.split(">")]) for pair in mixture}


def _joined(sets: Sequence[list[Example]]) -> list[Example]:
    return across_languages(*sets) if len(sets) > 1 else sets[0]
