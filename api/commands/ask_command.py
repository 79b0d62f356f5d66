"""`coopqa ask`."""

from typing import Annotated

import typer

from api.commands.serve_command import prepare
from api.commands.terminal import AsJson, out, print_json
from api.responses import answer_out
from qa.answer import Answer, Citation, Status
from qa.assemble import Parts
from qa.messages import Language
from qa.pipeline import Request
from qa.settings import read_settings


def ask(
    question: Annotated[str, typer.Argument(help="The question, with or without diacritics.")],
    lang: Annotated[Language, typer.Option(help="Language of messages.")] = "vi",
    article: Annotated[
        list[str] | None, typer.Option(help="Read only this article; may be given several times.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Answer one question with the passage that answers, word for word, and its source."""
    parts = Parts(read_settings())
    prepare(parts)
    request = Request(
        question,
        article_ids=frozenset(article) if article else None,
        lang=lang,
    )
    answer = parts.pipeline().answer(request)
    if as_json:
        print_json(answer_out(answer, parts.settings.public_url))
    else:
        _show(answer)


def _show(answer: Answer) -> None:
    if answer.status is not Status.ANSWERED:
        out.print(answer.message, markup=False)
        for near in answer.suggestions:
            out.print(f"  · {near.organisation}, {near.title}: {near.quote}", markup=False)
        return
    for span in answer.spans:
        out.print(f"{span.text} [{span.citation}]", style="bold", markup=False)
    out.print()
    for citation in answer.citations:
        out.print(f"[{citation.number}] “{citation.quote}”", markup=False)
        out.print(f"    {_place(citation)}", style="dim", markup=False)
    out.print(f"\nconfidence {answer.confidence:.2f}, {answer.timing.total:.0f} ms", style="dim")


def _place(citation: Citation) -> str:
    named = (citation.organisation, citation.title, citation.heading, citation.date)
    where = " · ".join(filter(None, named))
    return f"{where} ({citation.article_id}, {citation.start}-{citation.end})"
