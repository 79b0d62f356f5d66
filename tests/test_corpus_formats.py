"""Every file of a keeper's folder reads as it should, or is refused for the right reason."""

import json
import logging
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import docx
import pytest

from corpus.article import Article
from corpus.clean import clean
from corpus.database import open_database, sqlite_url
from corpus.errors import UnreadableArticle
from corpus.file_limits import MAX_FILE_BYTES
from corpus.folder import FolderReading, article_files, article_id, make_article, read_folder
from corpus.legacy_text import legacy_encoding
from corpus.loaders import LoadedText, Metadata, loader_for
from corpus.spelling import is_spelled
from corpus.split import split
from corpus.store import ArticleStore
from corpus.structure import Kind, outline
from corpus.table_rows import row_lines
from corpus.torn_words import is_torn, mend
from index.passage_table import PassageTable
from tests.format_files import PdfPages, add_xml, docx_bytes
from tests.format_folder import PROSE, fill, pdf_files, readable, refused, web_page, word_files

READABLE = readable()
REFUSED = refused()


@pytest.fixture(scope="module")
def reading(tmp_path_factory: pytest.TempPathFactory) -> FolderReading:
    folder = tmp_path_factory.mktemp("corpus") / "articles"
    folder.mkdir()
    fill(folder)
    return read_folder(folder)


def loaded(folder: Path, name: str, data: bytes) -> LoadedText:
    path = folder / name
    path.write_bytes(data)
    return loader_for(path).load(path)


def reason(reading: FolderReading, name: str) -> str:
    return next(failure.reason for failure in reading.failures if failure.path == name)


def outline_of(text: str) -> list[tuple[Kind, str, tuple[str, ...]]]:
    return [(b.kind, text[b.body : b.end], b.headings) for b in outline(text)]


def test_the_folder_holds_at_least_forty_files() -> None:
    assert len(READABLE) >= 25
    assert len(READABLE) + len(REFUSED) >= 40


@pytest.mark.parametrize("name", READABLE)
def test_a_readable_file_reads_as_it_should(reading: FolderReading, name: str) -> None:
    found = {article.id: article for article in reading.articles}
    assert found[article_id(Path(name))].text == READABLE[name][1]


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_cannot_be_read_is_refused_in_one_sentence(
    reading: FolderReading, name: str
) -> None:
    found = reason(reading, name)
    assert REFUSED[name][1] in found
    assert found.startswith(f"{name}: ") and found.endswith(".")
    assert "\n" not in found and len(found) < 300


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("ra-ngoai.txt", "leads out of the folder"),
        ("thu-muc-ngoai", "leads out of the folder or to a folder"),
        ("di-dau.txt", "leads nowhere"),
        ("vong.txt", "leads nowhere"),
        ("ben-canh.txt", "ben-canh.toml: is a link that leads out"),
        ("to.txt", "has 51,000,000 bytes, more than the 50,000,000 (50 MB)"),
        ("giờ khám.txt", "Giờ Khám.txt both become the article 'gio-kham'"),
        ("t\\xe9p.txt", "not valid UTF-8"),
    ],
)
def test_links_twins_and_huge_files_are_refused(
    reading: FolderReading, name: str, words: str
) -> None:
    assert words in reason(reading, name)


def test_nothing_else_is_refused_and_nothing_from_outside_is_read(reading: FolderReading) -> None:
    assert len(reading.failures) == len(REFUSED) + 8
    ids = {article.id for article in reading.articles}
    assert len(ids) == len(READABLE) + 2
    assert {"trong-kho", "gio-kham", "huong-dan-nhap-vien"} <= ids
    assert not any("Bí mật" in article.title for article in reading.articles)


def test_article_files_leaves_out_links_that_lead_away(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "out.txt").write_text(PROSE, encoding="utf-8")
    (tmp_path / "in" / "a.txt").symlink_to(tmp_path / "out.txt")
    (tmp_path / "in" / "b.txt").write_text(PROSE, encoding="utf-8")
    assert [path.name for path in article_files(tmp_path / "in")] == ["b.txt"]


def test_every_text_is_clean_and_pages_start_inside_it(reading: FolderReading) -> None:
    for article in reading.articles:
        assert clean(article.text) == article.text
        assert all(0 <= start <= len(article.text) for start in article.page_starts)


def test_loading_a_damaged_pdf_logs_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.WARNING), pytest.raises(UnreadableArticle):
        loaded(tmp_path, "a.pdf", b"%PDF-1.4\ntrailer << /Root 1 0 R >>\n")
    assert not caplog.records
    assert capfd.readouterr() == ("", "")


# What the formats say of an article.


def test_a_word_file_states_its_title(tmp_path: Path) -> None:
    found = loaded(tmp_path, "a.docx", word_files()["quy-trinh.docx"][0])
    assert found.metadata == Metadata(title="Quy trình nhập viện nội trú")


TEMPLATE_MADE = datetime(2013, 12, 23, 23, 15)


@pytest.mark.parametrize(
    ("created", "modified", "date"),
    [
        (datetime(2026, 11, 2), datetime(2026, 11, 9), "2026-11-09"),
        (datetime(2026, 11, 2), datetime(2019, 1, 1), "2026-11-02"),
        (TEMPLATE_MADE, datetime(2026, 11, 9), "2026-11-09"),
        (datetime(2026, 11, 2), TEMPLATE_MADE, "2026-11-02"),
        (TEMPLATE_MADE, TEMPLATE_MADE, ""),
        (datetime(2013, 12, 23, 8, 0), TEMPLATE_MADE, "2013-12-23"),
    ],
)
def test_the_date_of_a_word_file_is_its_latest_and_never_that_of_a_template(
    tmp_path: Path, created: datetime, modified: datetime, date: str
) -> None:
    file = docx.Document()
    file.core_properties.created, file.core_properties.modified = created, modified
    file.add_paragraph("Khoa Khám bệnh tiếp nhận người bệnh từ 6 giờ 30.")
    assert loaded(tmp_path, "a.docx", docx_bytes(file)).metadata.date == date


def test_a_title_that_a_program_filled_in_is_no_title(tmp_path: Path) -> None:
    file = docx.Document()
    file.core_properties.title = "Microsoft Word - Quy trinh.doc"
    file.add_paragraph("Quy trình nhập viện", "Title")
    found = loaded(tmp_path, "a.docx", docx_bytes(file))
    assert found.metadata.title == ""
    assert make_article("a", found, Metadata()).title == "Quy trình nhập viện"


def test_a_pdf_states_its_title(tmp_path: Path) -> None:
    found = loaded(tmp_path, "a.pdf", pdf_files()["huong-dan.pdf"][0])
    assert found.metadata.title == "Nhập viện nội trú"


def test_a_web_page_states_title_organisation_source_and_date(tmp_path: Path) -> None:
    head = (
        '<meta property="og:title" content="Quy trình nhập viện">'
        '<meta property="og:site_name" content="Bệnh viện Hòa Bình">'
        '<link rel="canonical" href="https://benhvien.example.vn/nhap-vien">'
        '<script type="application/ld+json">{"datePublished": "2024-03-05T08:00:00+07:00"}</script>'
    )
    found = loaded(tmp_path, "a.html", web_page(f"<p>{PROSE}</p>", head).encode())
    assert found.metadata == Metadata(
        title="Quy trình nhập viện",
        organisation="Bệnh viện Hòa Bình",
        source="https://benhvien.example.vn/nhap-vien",
        date="2024-03-05",
    )


def test_a_page_without_statements_is_named_by_its_heading_and_saved_address(
    tmp_path: Path,
) -> None:
    page = web_page(f"<h1>Nhập viện</h1><p>{PROSE}</p>")
    saved = "<!-- saved from url=(0031)https://benhvien.example.vn/nv -->" + page
    found = loaded(tmp_path, "a.html", saved.encode()).metadata
    assert (found.title, found.organisation) == ("Nhập viện", "")
    assert found.source == "https://benhvien.example.vn/nv"


def test_a_letter_cut_in_two_matters_only_inside_the_article(tmp_path: Path) -> None:
    cut = "bệnh".encode()[:3]
    head = web_page(f"<p>{PROSE}</p>", '<meta name="description" content="XX">').encode()
    assert loaded(tmp_path, "a.html", head.replace(b"XX", cut)).text == PROSE.replace("\n", " ")
    with pytest.raises(UnreadableArticle, match="not valid UTF-8; save the file as UTF-8"):
        loaded(tmp_path, "b.html", web_page(f"<p>XX {PROSE}</p>").encode().replace(b"XX", cut))


def test_a_sidecar_in_utf_16_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(PROSE, encoding="utf-8")
    (tmp_path / "a.toml").write_text('title = "Giờ khám"', encoding="utf-16")
    assert [article.title for article in read_folder(tmp_path).articles] == ["Giờ khám"]


# Structure.


def test_headings_and_lists_of_a_word_file_are_recognised(tmp_path: Path) -> None:
    text = loaded(tmp_path, "a.docx", word_files()["quy-trinh.docx"][0]).text
    title = "Quy trình nhập viện"
    assert outline_of(text)[:9] == [
        (Kind.HEADING, title, ()),
        (Kind.HEADING, "Giấy tờ", (title,)),
        (Kind.PARAGRAPH, "Người bệnh cần mang theo:", (title, "Giấy tờ")),
        (Kind.BULLET, "Căn cước công dân", (title, "Giấy tờ", "Người bệnh cần mang theo")),
        (Kind.BULLET, "Thẻ bảo hiểm y tế", (title, "Giấy tờ", "Người bệnh cần mang theo")),
        (Kind.HEADING, "Các bước", (title, "Giấy tờ")),
        (Kind.BULLET, "Lấy số thứ tự.", (title, "Giấy tờ", "Các bước")),
        (Kind.BULLET, "Nộp giấy tờ.", (title, "Giấy tờ", "Các bước")),
        (Kind.HEADING, "Lưu ý chung", (title, "Giấy tờ", "Các bước")),
    ]


@pytest.mark.parametrize("name", ["bang-gia.docx", "lich-kham.docx", "gia.html", "bang.pdf"])
def test_each_row_of_a_table_is_a_bullet(name: str) -> None:
    text = READABLE[name][1]
    rows = [line.removeprefix("- ") for line in text.split("\n") if line.startswith("- ")]
    bullets = [words for kind, words, _ in outline_of(text) if kind is Kind.BULLET]
    assert bullets == rows and len(rows) >= 2


def test_the_numbers_that_word_draws_are_counted(tmp_path: Path) -> None:
    file = docx.Document()
    levels = "".join(
        f'<w:lvl w:ilvl="{n}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>'
        f'<w:lvlText w:val="{pattern}"/></w:lvl>'
        for n, (form, pattern) in enumerate(
            [("upperRoman", "%1."), ("lowerLetter", "%2)"), ("decimal", "%2.%3")]
        )
    )
    numbering = docx.oxml.parse_xml(
        f"<w:abstractNum {docx.oxml.ns.nsdecls('w')} w:abstractNumId='77'>{levels}</w:abstractNum>"
    )
    root = file.part.numbering_part.element
    root.insert(0, numbering)
    root.append(
        docx.oxml.parse_xml(
            f"<w:num {docx.oxml.ns.nsdecls('w')} w:numId='77'><w:abstractNumId w:val='77'/></w:num>"
        )
    )
    for depth, words in (
        (0, "Một."),
        (1, "Hai."),
        (2, "Ba."),
        (1, "Bốn."),
        (0, "Năm."),
        (1, "Sáu."),
    ):
        add_xml(
            file,
            f"<w:p><w:pPr><w:numPr><w:ilvl w:val='{depth}'/><w:numId w:val='77'/></w:numPr></w:pPr>"
            f"<w:r><w:t>{words}</w:t></w:r></w:p>",
        )
    assert loaded(tmp_path, "a.docx", docx_bytes(file)).text == (
        "- I. Một.\n  a) Hai.\n    - a.1 Ba.\n  b) Bốn.\n- II. Năm.\n  a) Sáu."
    )


def test_a_caption_over_a_table_leads_its_rows() -> None:
    rows = [["Khoa Nội", "", ""], ["Ngày", "Sáng", "Chiều"], ["Hai", "Lan", "Minh"]]
    assert row_lines(rows) == ["Khoa Nội:", "- Ngày: Hai; Sáng: Lan; Chiều: Minh"]


# Pages.


def test_passages_of_a_pdf_name_the_page_that_they_start_on(tmp_path: Path) -> None:
    found = loaded(tmp_path, "a.pdf", pdf_files()["nhieu-trang.pdf"][0])
    assert [found.text[start:][:10] for start in found.page_starts] == [
        "Đoạn một c", "Chúng tôi ", "tư vấn qua", "Đoạn bốn c",
    ]  # fmt: skip
    passages = split(make_article("a", found, Metadata()), max_chars=60)
    assert [(passage.text[:10], passage.page) for passage in passages] == [
        ("Đoạn một c", 1), ("Chúng tôi ", 2), ("tại bệnh v", 2), ("Đoạn bốn c", 4),
    ]  # fmt: skip


def test_a_passage_of_an_article_without_pages_has_page_zero() -> None:
    assert [p.page for p in split(Article("a", "Tiêu đề", PROSE))] == [0]


def test_an_empty_page_starts_where_the_next_one_does(tmp_path: Path) -> None:
    pages = PdfPages().line(60, 300, "Trang đầu.").turn().turn().line(60, 300, "Trang ba.")
    found = loaded(tmp_path, "a.pdf", pages.done())
    assert (found.text, found.page_starts) == ("Trang đầu.\nTrang ba.", (0, 11, 11))


def test_page_starts_survive_the_store_and_the_snapshot(tmp_path: Path) -> None:
    article = Article("a", "Tiêu đề", "Một.\nHai.", page_starts=(0, 5))
    store = ArticleStore(open_database(sqlite_url(tmp_path / "a.sqlite")))
    assert store.put(article) and not store.put(article)
    assert store.get("a") == article
    PassageTable.write(tmp_path / "b.sqlite", [article], split(article))
    assert PassageTable(tmp_path / "b.sqlite").article("a") == article


# Encodings and spelling.


@pytest.mark.parametrize(
    "text",
    [
        PROSE,
        "L'élève naïf est né à Noël, où êtes-vous ? Ça va très bien, merci à l'hôpital français.",
        "Die Häuser für Ärzte können größer sein; schön, natürlich und früher.",
        "El niño español cumple años mañana en la montaña; el dueño está aquí.",
    ],
)
def test_text_in_unicode_is_no_legacy_text(text: str) -> None:
    assert legacy_encoding(text) == ""


@pytest.mark.parametrize("word", ["nghiêng", "quốc", "giếng", "khuỷu", "Ở", "ĐƯỜNG", "thuở", "ừ"])
def test_syllables_are_spelled(word: str) -> None:
    assert is_spelled(word)


@pytest.mark.parametrize("word", ["bệ1", "nh", "vieän", "việnn", "các̀", "cac", "Noël"])
def test_other_words_are_not(word: str) -> None:
    assert not is_spelled(word)


def test_a_whole_text_is_not_torn_and_stays_as_it_is() -> None:
    lines = [*PROSE.split("\n"), "Viêm gan B ở trẻ em, vitamin C, y tế, TP Ở đây.", "BS Ấn, KCB"]
    assert not is_torn(lines)


def test_words_are_mended_only_where_a_syllable_comes_out() -> None:
    assert mend("b ệ nh vi ệ n ở Th ị xã") == "bệnh viện ở Thị xã"
    assert mend("viêm gan B ở tr ẻ em y tế") == "viêm gan B ở trẻ em y tế"


# Bounds.


def test_a_file_that_grows_while_it_is_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    with path.open("wb") as file:
        file.truncate(MAX_FILE_BYTES + 1)
    with pytest.raises(UnreadableArticle, match="50,000,001 bytes"):
        loader_for(path).load(path)


def test_pictures_inside_a_web_page_do_not_count(tmp_path: Path) -> None:
    page = web_page(f'<img src="data:image/png;base64,{"QUJD" * 3_000_000}"><p>{PROSE}</p>')
    assert loaded(tmp_path, "a.html", page.encode()).text == PROSE.replace("\n", " ")


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.html", b"<p>a</p>" * 1_300_000, "10,400,000 characters, more than the 10,000,000"),
        ("a.txt", b"bac si " * 800_000, "5,600,000 characters, more than the 5,000,000"),
    ],
)
def test_what_would_take_too_much_memory_is_refused(
    tmp_path: Path, name: str, data: bytes, words: str
) -> None:
    with pytest.raises(UnreadableArticle, match=words):
        loaded(tmp_path, name, data)


def test_a_long_pdf_is_read_in_bounded_memory(tmp_path: Path) -> None:
    pages = PdfPages()
    for number in range(40):
        pages.lines(
            60, 80, [f"Dòng {n} của trang {number} trong sổ tay." for n in range(45)]
        ).turn()
    (tmp_path / "a.pdf").write_bytes(pages.done())
    script = (
        "import json, resource, sys; from pathlib import Path;"
        "from corpus.loaders import loader_for; path = Path(sys.argv[1]);"
        "peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss;"
        "before = peak(); text = loader_for(path).load(path).text;"
        "print(json.dumps([len(text), (peak() - before) // 1024]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, tmp_path / "a.pdf"], capture_output=True, check=True
    )
    length, megabytes = json.loads(done.stdout)
    assert length > 50_000
    assert megabytes < 60
