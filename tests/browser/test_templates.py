"""The pages as templates: every variable they use is one of those they name."""

import pytest
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from tests.browser.conftest import ROOT

TEMPLATES = Environment(
    loader=FileSystemLoader(ROOT / "api" / "static"), autoescape=True, undefined=StrictUndefined
)
ARTICLE = {"id": "a", "title": "Bài <b>1</b>", "organisation": None, "date": None, "source": None,
           "version": "sha256:0123456789abcdef"}  # fmt: skip
VARIABLES: dict[str, dict[str, object]] = {
    "chat.html": {},
    "about.html": {"articles": [ARTICLE]},
    "gone.html": {},
    "error.html": {"status": 404, "title": "<i>", "detail": None, "request_id": None},
    "article.html": {"article": ARTICLE, "text": "x", "before": "", "marked": "x", "after": "",
                     "current": True, "current_url": "/articles/a"},
}  # fmt: skip


def rendered(name: str, lang: str, **changes: object) -> str:
    variables = VARIABLES[name] | {"lang": lang, "base_url": "/hoi"} | changes
    return TEMPLATES.get_template(name).render(variables)


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("name", list(VARIABLES))
def test_a_page_names_its_language_and_runs_nothing_of_its_own(name: str, lang: str) -> None:
    page = rendered(name, lang)
    assert f'<html lang="{lang}">' in page
    assert "<b>1</b>" not in page
    assert " style=" not in page
    assert " onclick=" not in page
    assert "<script>" not in page
    assert '"/static/' not in page


def test_an_older_version_says_that_the_article_has_changed() -> None:
    changed = rendered("article.html", "vi", current=False)
    assert "Bài viết đã thay đổi từ phiên bản này" in changed
    assert 'href="/articles/a"' in changed
    assert "This article has changed since" in rendered("article.html", "en", current=False)
    assert "thay đổi" not in rendered("article.html", "vi")


def test_a_mark_over_several_lines_keeps_its_characters() -> None:
    page = rendered("article.html", "vi", before="một\n\nhai ", marked="ba\nbốn", after=" năm\n\n")
    assert 'hai <mark id="cited" tabindex="-1">ba\nbốn</mark> năm\n</p>' in page
