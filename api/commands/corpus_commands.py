"""`coopqa corpus ...`."""

import typer
from rich.table import Table

from api.commands.terminal import AsJson, err, out, print_json
from corpus.folder import read_folder
from corpus.split import split
from qa.assemble import Parts
from qa.settings import read_settings

app = typer.Typer(help="The articles.", no_args_is_help=True)


@app.command("list")
def list_articles(as_json: AsJson = False) -> None:
    """List the articles in the store."""
    articles = Parts(read_settings()).store.articles()
    rows = [
        {
            "id": a.id,
            "version": a.version,
            "title": a.title,
            "organisation": a.organisation,
            "organisation_inferred": a.organisation_inferred,
            "date": a.date,
            "length_chars": len(a.text),
        }
        for a in articles
    ]
    if as_json:
        print_json(rows)
        return
    table = Table("id", "organisation", "title", "date", "characters")
    for row in rows:
        inferred = " (inferred)" if row["organisation_inferred"] else ""
        cells = (row["id"], f"{row['organisation']}{inferred}", row["title"], row["date"])
        table.add_row(*map(str, cells), str(row["length_chars"]))
    out.print(table)


@app.command()
def check(as_json: AsJson = False) -> None:
    """Read the corpus folder without changing anything; exit status 1 if a file is refused."""
    settings = read_settings()
    reading = read_folder(settings.corpus_dir)
    if as_json:
        print_json(
            {
                "articles": [{"id": a.id, "passages": len(split(a))} for a in reading.articles],
                "refused": [{"path": f.path, "reason": f.reason} for f in reading.failures],
            }
        )
    else:
        for article in reading.articles:
            inferred = " (inferred)" if article.organisation_inferred else ""
            named = article.organisation or "no organisation found"
            out.print(
                f"{article.id}: {len(split(article))} passages, {named}{inferred}", markup=False
            )
        for failure in reading.failures:
            err.print(f"refused {failure.path}: {failure.reason}", style="red", markup=False)
    if reading.failures:
        raise typer.Exit(1)
