"""How changes of the corpus are said, to people and to programs."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import PurePath

from api.commands.terminal import err, out, print_json
from corpus.article import Article
from corpus.flaws import Flaw
from corpus.folder import Failure
from corpus.intake import Change, Kind
from corpus.near_duplicates import Resemblance

_KINDS: tuple[Kind, ...] = ("added", "changed", "unchanged", "removed")


def show_changes(
    changes: Sequence[Change],
    refused: Sequence[Failure],
    absent: Sequence[str] = (),
    *,
    as_json: bool,
    dry_run: bool = False,
) -> None:
    """Print each change, what was refused and why, and what to do next."""
    if as_json:
        print_json({**changes_out(changes, refused), "absent": list(absent)})
        return
    print_changes(changes)
    print_absent(absent)
    print_refused(refused)
    counts = Counter(change.kind for change in changes)
    said = [f"{counts[kind]} {kind}" for kind in _KINDS if counts[kind]]
    out.print(", ".join([*said, f"{len(refused)} refused"]), markup=False)
    if dry_run:
        print_unchanged()
    elif len(changes) > counts["unchanged"]:
        out.print("Run `coopqa publish` to show the changes.", markup=False)


def changes_out(changes: Iterable[Change], refused: Iterable[Failure]) -> dict[str, object]:
    """Return changes and refusals for programs."""
    return {
        "changes": [asdict(change) for change in changes],
        "refused": [asdict(failure) for failure in refused],
    }


def print_changes(changes: Iterable[Change]) -> None:
    """Print one line for each change."""
    for change in changes:
        out.print(f"{change.kind} {change.article_id}{_about(change)}", markup=False)


def print_absent(absent: Iterable[str]) -> None:
    """Print what is in the store and not in the folder."""
    for article_id in absent:
        out.print(f"only in the store: {article_id}", markup=False)


def print_unchanged() -> None:
    """Print that the changes that were said are not made."""
    out.print("Nothing is changed yet.")


def print_refused(refused: Iterable[Failure]) -> None:
    """Print what was refused, on standard error."""
    for failure in refused:
        # A loader names the file at the head of its reason, too.
        why = failure.reason.removeprefix(f"{PurePath(failure.path).name}: ")
        err.print(f"refused {failure.path}: {why}", style="red", markup=False, soft_wrap=True)


def print_doubts(flaws: Iterable[Flaw], resemblances: Iterable[Resemblance]) -> None:
    """Print what the keeper should look at."""
    for flaw in flaws:
        out.print(f"look at {flaw.article_id}: {flaw.text}", markup=False)
    for pair in resemblances:
        much = "the same text" if pair.same_text else f"{pair.similarity:.0%} alike"
        out.print(f"look at {pair.first} and {pair.second}: {much}", markup=False)


def article_out(article: Article) -> dict[str, object]:
    """Return what is shown of an article to programs."""
    return {
        "version": article.version,
        "title": article.title,
        "organisation": article.organisation,
        "organisation_inferred": article.organisation_inferred,
        "date": article.date,
        "length_chars": len(article.text),
    }


def _about(change: Change) -> str:
    if change.kind == "added":
        return f": {change.title} ({change.length_chars:,} characters)"
    if change.kind == "changed":
        was, now = change.old_length_chars, change.length_chars
        length = f", {was:,} to {now:,} characters" if "text" in change.parts else ""
        return f": {', '.join(change.parts) or 'how its organisation or pages were found'}{length}"
    return ""
