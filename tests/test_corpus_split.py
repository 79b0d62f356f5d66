from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.article import Article
from corpus.clean import clean
from corpus.split import split
from corpus.structure import Kind, outline

BODY = "Bệnh viện đã ký thỏa thuận hợp tác với nhiều đối tác trong năm qua."


def article(text: str, title: str = "") -> Article:
    return Article(id="a", title=title, text=clean(text))


def test_a_passage_knows_its_place_and_its_headings():
    passages = split(article(f"Hợp tác\n\nKHÓ KHĂN\n{BODY}", "Hợp tác"))
    assert [(p.id, p.start, p.end, p.headings) for p in passages] == [
        ("a#0", 18, 85, ("KHÓ KHĂN",)),
    ]


def test_furniture_is_in_no_passage_even_between_two_of_its_paragraphs():
    texts = [p.text for p in split(article(f"Hợp tác\n{BODY}\nChia sẻ\n{BODY}", "Hợp tác"))]
    assert texts == [BODY, BODY]


def test_sections_of_one_name_stay_apart():
    texts = [p.text for p in split(article(f"Tin\nNHẬN XÉT\n{BODY}\nNHẬN XÉT\n{BODY}", "Tin"))]
    assert texts == [BODY, BODY]


def test_a_heading_that_gives_a_name_opens_its_passage():
    text = f"Danh mục\n\n1. Đại học Norrsund (Thụy Điển)\n{BODY}\n2. Những khó khăn chung\n{BODY}"
    passages = split(article(text, "Danh mục"))
    assert [p.text.split("\n")[0] for p in passages] == ["1. Đại học Norrsund (Thụy Điển)", BODY]
    assert passages[0].headings == ("Đại học Norrsund (Thụy Điển)",)


def test_a_table_stays_together_without_its_border_as_a_sentence():
    text = "# Tin\n\n| Nước | Máy |\n|---|---|\n| Đức | 2 |\n\nHết rồi."
    first = split(article(text, "Tin"))[0]
    assert first.text.startswith("| Nước | Máy |\n|---|---|\n| Đức | 2 |")
    assert [clean(text)[a:b] for a, b in first.sentences] == [
        "| Nước | Máy |",
        "| Đức | 2 |",
        "Hết rồi.",
    ]


def test_a_long_paragraph_is_cut_between_sentences():
    passages = split(article(f"Tin\n{' '.join([BODY] * 40)}", "Tin"), max_chars=300)
    assert all(len(p.text) <= 300 for p in passages)
    assert all(p.text == " ".join([BODY] * (len(p.text) // len(BODY))) for p in passages)


LINES = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        ["1. Đại học Oita", "- Đức:", "+ Máy thở", "Chia sẻ", "KHÓ KHĂN", "Hỏi: Ai?", "| a | b |"]
        + [
            "|---|---|",
            "Tin khác",
            "22/11/2018 12:06",
            "# Tin",
            "e\u0323\u0302\u200b 👩\u200d⚕️.",
            BODY,
        ]
    ),
)


@settings(deadline=None)
@given(st.lists(LINES, max_size=12), st.sampled_from(["\n", "\r\n", "\n\n", "\r"]))
def test_passages_reslice_exactly_and_hold_all_text_that_is_no_furniture(
    lines: list[str], line_end: str
):
    source = article(line_end.join(lines))
    passages = split(source, max_chars=80)
    for p in passages:
        assert source.text[p.start : p.end] == p.text
        assert all(p.start <= a < b <= p.end for a, b in p.sentences)
    assert all(a.end <= b.start for a, b in zip(passages, passages[1:], strict=False))
    held = {n for p in passages for a, b in p.sentences for n in range(a, b)}
    for block in outline(source.text):
        if block.kind in (Kind.PARAGRAPH, Kind.BULLET):
            visible = (n for n in range(block.body, block.end) if not source.text[n].isspace())
            assert all(n in held for n in visible)


@given(st.lists(LINES, max_size=12))
def test_the_blocks_of_a_page_hold_every_visible_character_once(lines: list[str]):
    text = clean("\n".join(lines))
    blocks = outline(text)
    assert all(b.start <= b.body <= b.end for b in blocks)
    assert "".join(text[b.start : b.end] for b in blocks).split() == text.split() or [
        c for b in blocks for c in text[b.start : b.end] if not c.isspace()
    ] == [c for c in text if not c.isspace()]
