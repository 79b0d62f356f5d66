import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from api.markdown import escaped, unescaped

READER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
HOSTILE = [
    "[x](javascript:alert(1))",
    "![x](http://evil.example/p.png)",
    "`code` and ``` fence",
    "<script>alert(1)</script>",
    "<https://evil.example>",
    "&lt;b&gt; &amp; R&D",
    "*a* _b_ __c__ ~~d~~ $e$ |f|",
    "# Heading",
    "> quote",
    "- item",
    "+ item",
    "1. item",
    "12) item",
    "---",
    "===",
    "[^1]: a footnote",
    "back\\slash \\[x](y)",
]


def shown(markdown: str) -> str:
    page = READER.render(markdown).strip()
    assert not re.search(r"<(?!/?p>)", page), page
    return html.unescape(page.removeprefix("<p>").removesuffix("</p>"))


@pytest.mark.parametrize("text", HOSTILE)
def test_what_looks_like_markdown_shows_as_it_stands(text: str):
    assert shown(escaped(text)) == text
    assert shown(f"Trước {escaped(text)} sau") == f"Trước {text} sau"
    assert shown(f"[^1]: “{escaped(text)}” — Viện") == f"[^1]: “{text}” — Viện"


@given(st.text(st.sampled_from("[]()<>!`*_~&;#-+=.:|$\\^ \n\t1aấ\"'/"), max_size=30))
def test_any_text_shows_as_it_stands_on_one_line(text: str):
    line = " ".join(text.split())
    assert shown(escaped(text)) == line
    assert unescaped(escaped(text)) == line


def test_ordinary_sentences_stay_readable():
    text = "Dự án (2019-2021), 13,5 triệu Euro: 50% vốn vay; Ths. Mai - 12 người/năm."
    assert escaped(text) == text


def test_letters_that_turn_the_direction_of_others_are_left_out():
    assert escaped("\u202etxt\u202c \u2067a\u2069") == "txt a"


def test_an_answer_is_read_back_without_its_footnote_marks():
    assert unescaped(f"{escaped('a_b [c]')} [^1]\nd [^2]") == "a_b [c]\nd"
