"""`coopqa bench`."""

from api.commands.serve_command import prepare
from api.commands.terminal import out, progress
from eval.benchmark import benchmark_lines
from eval.question_set import read_questions
from eval.suites import COOPERATION, DATASETS
from qa.assemble import Parts
from qa.settings import read_settings


def bench() -> None:
    """Time answers step by step, indexing and memory on the live snapshot."""
    parts = Parts(read_settings())
    prepare(parts)
    with progress() as report:
        lines = benchmark_lines(parts, read_questions(DATASETS / f"{COOPERATION}.jsonl"), report)
    for line in lines:
        out.print(line, markup=False)
