"""The tables of an open-domain SQuAD run as Markdown."""

from collections.abc import Iterable, Sequence

from eval.squad_cell import SquadCell


def squad_lines(cells: Sequence[SquadCell]) -> tuple[str, ...]:
    """Return one table for each kind of measure: variants down, methods across."""
    lines: list[str] = []
    for table in _distinct(c.table for c in cells):
        own = [c for c in cells if c.table == table]
        for measure in _distinct(c.measure for c in own):
            lines += ["", *_table(f"{table}: {measure}", [c for c in own if c.measure == measure])]
    return tuple(lines[1:])


def _table(title: str, cells: Sequence[SquadCell]) -> list[str]:
    methods = _distinct(c.method for c in cells)
    found = {(c.variant, c.method): c.estimate for c in cells}
    lines = [
        "| " + " | ".join([title, "n", *methods]) + " |",
        "|---" * (len(methods) + 2) + "|",
    ]
    for variant in _distinct(c.variant for c in cells):
        row = [found.get((variant, method)) for method in methods]
        shown = [f"{e.value:.3f} [{e.low:.3f}, {e.high:.3f}]" if e else "" for e in row]
        n = next(str(e.n) for e in row if e)
        lines.append("| " + " | ".join([variant, n, *shown]) + " |")
    return lines


def _distinct(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))


def idle_lines(cells: Sequence[SquadCell]) -> tuple[str, ...]:
    """Return one line for each table of gains: the rows that nowhere earn anything for sure."""
    lines: list[str] = []
    for table in _distinct(c.table for c in cells):
        own = [c for c in cells if c.table == table and not c.variant.startswith("(")]
        rows = _distinct(c.variant for c in own)
        idle = [r for r in rows if all(c.estimate.low <= 0 for c in own if c.variant == r)]
        lines.append(f"{table}: not shown to earn anything: {', '.join(idle) or 'none'}")
    return tuple(lines)
