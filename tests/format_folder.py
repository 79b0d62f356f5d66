"""A folder of real-shaped files: what each must read as, or why it must be refused."""

import codecs
import io
import os
import zipfile
import zlib
from pathlib import Path

import docx

from tests.format_files import (
    BOLD,
    PdfPages,
    add_table,
    add_xml,
    docx_bytes,
    encrypted,
    repacked,
    tcvn3,
    torn,
    vni,
    windows_1258,
)

PROSE = (
    "Bệnh viện tiếp nhận người bệnh từ bảy giờ sáng.\n"
    "Người bệnh cần mang theo thẻ bảo hiểm y tế và giấy tờ tùy thân."
)
_NAVIGATION = (
    '<div id="cookie-bar" class="cookie-consent">Trang này dùng cookie. <a>Đồng ý</a></div>'
    '<header><nav><ul><li><a href="/">Trang chủ</a></li><li><a href="/d">Dịch vụ</a></li>'
    '<li><a href="/l">Liên hệ</a></li></ul></nav></header>'
    '<div class="breadcrumb"><a>Trang chủ</a> » <a>Tin</a></div>'
)
_FOOTER = (
    '<div class="share">Chia sẻ: <a>Facebook</a></div><aside class="sidebar"><h3>Tin khác</h3><ul>'
    "<li><a>Hội nghị khoa học</a></li><li><a>Tuyển dụng</a></li></ul></aside>"
    "<footer><p>© 2024 Bệnh viện Hòa Bình</p></footer><script>track()</script>"
)


def web_page(body: str, head: str = "", charset: str = "utf-8") -> str:
    """Return a saved page with a cookie bar, navigation, a side bar and a footer around a body."""
    return (
        f'<!DOCTYPE html><html><head><meta charset="{charset}"><title>Trang | BV</title>{head}'
        f"</head><body>{_NAVIGATION}<div>{body}</div>{_FOOTER}</body></html>"
    )


def texts() -> dict[str, tuple[bytes, str]]:
    """Return text files: what they hold and what they read as."""
    utf16 = PROSE.encode("utf-16-le")
    return {
        "utf8.txt": (PROSE.encode(), PROSE),
        "utf8-bom.txt": (codecs.BOM_UTF8 + PROSE.encode(), PROSE),
        "utf8-crlf.txt": (PROSE.replace("\n", "\r\n").encode(), PROSE),
        "utf16-le-bom.txt": (codecs.BOM_UTF16_LE + utf16, PROSE),
        "utf16-be-bom.txt": (codecs.BOM_UTF16_BE + PROSE.encode("utf-16-be"), PROSE),
        "utf16-le.txt": (utf16, PROSE),
        "utf16-be.txt": (PROSE.encode("utf-16-be"), PROSE),
        "utf32.txt": (PROSE.encode("utf-32"), PROSE),
        "windows-1258.txt": (windows_1258(PROSE), PROSE),
        "Hướng dẫn nhập viện.txt": (PROSE.encode(), PROSE),
        "tieng-anh.txt": (b"The hospital opens at seven.", "The hospital opens at seven."),
        "ghi-chu.md": (
            f"---\ntitle: Ghi chú: số 1\ndate: 2024-03-05\n---\n\n# Ghi chú\n\n{PROSE}".encode(),
            f"# Ghi chú\n\n{PROSE}",
        ),
    }


def word_files() -> dict[str, tuple[bytes, str]]:
    """Return Word files: what they hold and what they read as."""
    return {
        "quy-trinh.docx": (_procedure(), _PROCEDURE),
        "bang-gia.docx": (_prices(), _PRICES),
        "lich-kham.docx": (_schedule(), _SCHEDULE),
        "sua-doi.docx": (
            _revised(),
            "Giá mới là 150.000 đồng.\nTrong ô.\nCạnh khung.\nTrong khung.",
        ),
    }


_PROCEDURE = """\
# Quy trình nhập viện

## Giấy tờ
Người bệnh cần mang theo:
- Căn cước công dân
- Thẻ bảo hiểm y tế

### Các bước
1) Lấy số thứ tự.
2) Nộp giấy tờ.

#### Lưu ý chung
Khoa mở cửa hằng ngày."""


def _procedure() -> bytes:
    file = docx.Document()
    file.core_properties.title = "Quy trình nhập viện nội trú"
    file.add_paragraph("Quy trình nhập viện", "Title")
    file.add_heading("Giấy tờ", 1)
    file.add_paragraph("Người bệnh cần mang theo:")
    for text in ("Căn cước công dân", "Thẻ bảo hiểm y tế"):
        file.add_paragraph(text, "List Bullet")
    file.add_heading("Các bước", 2)
    for text in ("Lấy số thứ tự.", "Nộp giấy tờ."):
        file.add_paragraph(text, "List Number")
    file.add_paragraph().add_run("Lưu ý chung").bold = True
    file.add_paragraph("Khoa mở cửa hằng ngày.")
    return docx_bytes(file)


_PRICES = """\
Bảng giá năm 2024

- Dịch vụ: Khám nội; Giá BHYT: 42.100; Giá yêu cầu: 150.000
- Dịch vụ: Siêu âm; Giá yêu cầu: 180.000

Liên hệ

- Địa chỉ: 12 Trần Phú
- Điện thoại: 024 1234"""


def _prices() -> bytes:
    file = docx.Document()
    file.add_paragraph("Bảng giá năm 2024")
    heads = ["Dịch vụ", "Giá BHYT", "Giá yêu cầu"]
    add_table(file, [heads, ["Khám nội", "42.100", "150.000"], ["Siêu âm", "", "180.000"]], True)
    file.add_paragraph("Liên hệ")
    add_table(file, [["Địa chỉ", "12 Trần Phú"], ["Điện thoại", "024 1234"]], False)
    return docx_bytes(file)


_SCHEDULE = """\
Lịch khám

- Khoa: Nội; Giờ / Sáng: 7-11; Giờ / Chiều: 13-16
- Khoa: Nội; Giờ / Sáng: 8-11; Giờ / Chiều: nghỉ"""


def _schedule() -> bytes:
    file = docx.Document()
    file.add_paragraph("Lịch khám")
    rows = [
        ["Khoa", "Giờ", ""],
        ["", "Sáng", "Chiều"],
        ["Nội", "7-11", "13-16"],
        ["", "8-11", "nghỉ"],
    ]
    table = file.add_table(4, 3)
    for row, cells in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            if text:
                cell.paragraphs[0].add_run(text).bold = True if row in table.rows[:2] else None
    for (row, column), (last_row, last_column) in (
        ((0, 1), (0, 2)), ((0, 0), (1, 0)), ((2, 0), (3, 0)),
    ):  # fmt: skip
        table.cell(row, column).merge(table.cell(last_row, last_column))
    for row_number, cells in enumerate(rows[:2]):
        for column, text in enumerate(cells):
            if text:
                table.cell(row_number, column).paragraphs[0].runs[0].bold = True
    return docx_bytes(file)


def _revised() -> bytes:
    file = docx.Document()
    add_xml(
        file,
        "<w:p><w:r><w:t xml:space='preserve'>Giá </w:t></w:r><w:del><w:r><w:delText>cũ</w:delText>"
        "</w:r></w:del><w:ins><w:r><w:t>mới</w:t></w:r></w:ins><w:r><w:rPr><w:vanish/></w:rPr>"
        "<w:t>ẩn</w:t></w:r><w:r><w:t xml:space='preserve'> là 150.000 đồng.</w:t></w:r></w:p>",
    )
    add_xml(
        file,
        "<w:sdt><w:sdtContent><w:p><w:r><w:t>Trong ô.</w:t></w:r></w:p></w:sdtContent></w:sdt>",
    )
    add_xml(
        file,
        "<w:p><w:r><w:pict><w:txbxContent><w:p><w:r><w:t>Trong khung.</w:t></w:r></w:p>"
        "</w:txbxContent></w:pict><w:t>Cạnh khung.</w:t></w:r></w:p>",
    )
    return docx_bytes(file)


def web_pages() -> dict[str, tuple[bytes, str]]:
    """Return saved web pages: what they hold and what they read as."""
    prices = (
        "<h1>Bảng giá</h1><table><tr><th>Dịch vụ</th><th>Giá</th></tr>"
        "<tr><td>Khám nội</td><td>150.000</td></tr><tr><td>Siêu"
        " âm</td><td>180.000</td></tr></table>"
    )
    news = (
        "<main><article><h1>Hợp tác quốc tế</h1><p>Năm 2023, bệnh viện ký ba <a>thỏa thuận</a>.</p>"
        "<h2>Nhật Bản</h2><ul><li>Đào tạo<ul><li>Phẫu thuật nội soi</li></ul></li><li>Nghiên cứu"
        "</li></ul><ol><li>Ký kết</li><li>Triển khai</li></ol></article></main>"
    )
    notice = (
        "<div><h2>Nghỉ lễ</h2>Lịch nghỉ:<br>- Ngày 30/4: nghỉ.<br><br><b>Cấp cứu</b>"
        " trực 24/24 giờ."
        "</div>"
    )
    layout = (
        '<table width="100%"><tr><td><div class="menu"><a>Sơ đồ</a></div></td><td><p><b>Quyền lợi'
        "</b></p><p>Trẻ em được hưởng toàn bộ chi phí.</p></td></tr></table>"
    )
    questions = (
        "<h1>Hỏi đáp</h1><details><summary>Có khám thứ bảy không?</summary><p>Có, buổi sáng.</p>"
        "</details><dl><dt>BHYT</dt><dd>Bảo hiểm y tế</dd></dl>"
    )
    old = web_page("<h1>Nội quy</h1><p>Người nhà thăm bệnh từ 17 giờ.</p>", charset="windows-1258")
    return {
        "gia.html": (
            web_page(prices).encode(),
            "# Bảng giá\n\n- Dịch vụ: Khám nội; Giá: 150.000\n- Dịch vụ: Siêu âm; Giá: 180.000",
        ),
        "tin.html": (
            web_page(news).encode(),
            "# Hợp tác quốc tế\nNăm 2023, bệnh viện ký ba thỏa thuận.\n\n## Nhật Bản\n- Đào tạo\n"
            "  - Phẫu thuật nội soi\n- Nghiên cứu\n1) Ký kết\n2) Triển khai",
        ),
        "thong-bao.html": (
            web_page(notice).encode("utf-16"),
            "## Nghỉ lễ\nLịch nghỉ:\n- Ngày 30/4: nghỉ.\nCấp cứu trực 24/24 giờ.",
        ),
        "bo-cuc.htm": (
            web_page(layout).encode(),
            "#### Quyền lợi\nTrẻ em được hưởng toàn bộ chi phí.",
        ),
        "hoi-dap.html": (
            web_page(questions).encode(),
            "# Hỏi đáp\n\n#### Có khám thứ bảy không?\nCó, buổi sáng.\n- BHYT: Bảo hiểm y tế",
        ),
        "noi-quy.html": (windows_1258(old), "# Nội quy\nNgười nhà thăm bệnh từ 17 giờ."),
    }


def pdf_files() -> dict[str, tuple[bytes, str]]:
    """Return PDF files: what they hold and what they read as."""
    return {
        "huong-dan.pdf": (
            PdfPages()
            .line(60, 80, "Hướng dẫn nhập viện", 20, BOLD)
            .line(60, 130, "Giấy tờ cần mang", 14, BOLD)
            .lines(60, 160, [
                "Người bệnh đến quầy tiếp đón số một ở tầng trệt để lấy số thứ tự rồi",
                "chờ gọi tên. Nhân viên hướng dẫn làm thủ tục.",
                "• Căn cước công dân",
                "• Thẻ bảo hiểm y tế còn hạn và giấy chuyển tuyến của nơi đăng",
                "ký khám ban đầu",
                "• Kết quả khám cũ",
            ]).done("Nhập viện nội trú"),
            "# Hướng dẫn nhập viện\n\n## Giấy tờ cần mang\nNgười bệnh đến quầy tiếp đón"
            " số một ở tầng"
            " trệt để lấy số thứ tự rồi chờ gọi tên. Nhân viên hướng dẫn làm thủ tục.\n• Căn cước"
            " công dân\n• Thẻ bảo hiểm y tế còn hạn và giấy chuyển tuyến của nơi đăng"
            " ký khám ban đầu"
            "\n• Kết quả khám cũ",
        ),
        "ban-tin.pdf": (
            PdfPages()
            .line(60, 60, "Bản tin nội bộ của bệnh viện trong tháng ba năm nay", 18, BOLD)
            .lines(60, 110, [
                "Khoa Nhi vừa nhận máy thở mới từ",
                "một tổ chức nước ngoài. Máy dùng cho",
                "trẻ sinh non và trẻ bị suy hô hấp nặng.",
                "Bác sĩ đã được tập huấn trong hai tuần.",
            ]).lines(310, 115, [
                "Khoa Ngoại thực hiện ca ghép thận",
                "thứ một trăm trong tháng này. Người",
                "bệnh hồi phục tốt và đã ra viện sau hai",
                "tuần điều trị.",
            ]).done(),
            "# Bản tin nội bộ của bệnh viện trong tháng ba năm nay\nKhoa Nhi vừa nhận"
            " máy thở mới từ"
            " một tổ chức nước ngoài. Máy dùng cho trẻ sinh non và trẻ bị suy hô hấp"
            " nặng. Bác sĩ đã"
            " được tập huấn trong hai tuần.\nKhoa Ngoại thực hiện ca ghép thận thứ một trăm trong"
            " tháng này. Người bệnh hồi phục tốt và đã ra viện sau hai tuần điều trị.",
        ),
        "rach-chu.pdf": (
            PdfPages().lines(60, 100, [
                torn("Bệnh viện tiếp nhận người bệnh từ bảy giờ sáng các ngày trong tuần."),
                torn("Người bệnh ở xa được ưu tiên khám trước và nhận kết quả trong ngày."),
                torn("Nhiều bệnh nhân hài lòng với việc điều trị tại khoa Nội tổng hợp."),
            ]).done(),
            "Bệnh viện tiếp nhận người bệnh từ bảy giờ sáng các ngày trong tuần. Người"
            " bệnh ở xa được"
            " ưu tiên khám trước và nhận kết quả trong ngày. Nhiều bệnh nhân hài lòng với việc điều"
            " trị tại khoa Nội tổng hợp.",
        ),
        "bang.pdf": (
            PdfPages()
            .line(60, 80, "Bảng giá", 18)
            .grid(60, 120, [160, 120, 120], [
                ["Dịch vụ", "Giá BHYT", "Giá yêu cầu"],
                ["Khám nội", "42.100", "150.000"],
                ["Siêu âm bụng", "49.300", "180.000"],
            ]).line(60, 200, "Giá áp dụng từ tháng một.").done(),
            "# Bảng giá\n- Dịch vụ: Khám nội; Giá BHYT: 42.100; Giá yêu cầu: 150.000\n-"
            " Dịch vụ: Siêu"
            " âm bụng; Giá BHYT: 49.300; Giá yêu cầu: 180.000\nGiá áp dụng từ tháng một.",
        ),
        "nhieu-trang.pdf": (
            _report(),
            "Đoạn một của báo cáo.\nChúng tôi hỗ trợ người bệnh trong suốt quá trình điều trị tại"
            " bệnh viện và tư vấn qua điện thoại hằng ngày.\nĐoạn bốn của báo cáo.",
        ),
        "gach-noi.pdf": (
            PdfPages().lines(60, 100, [
                "The patients are asked to bring their papers to the admission desk of the hospi-",
                "tal before eight in the morning, together with the insurance card. Xin gặp bác-",
                "sĩ trực.",
            ]).done(),
            "The patients are asked to bring their papers to the admission desk of the"
            " hospital before"
            " eight in the morning, together with the insurance card. Xin gặp bác-sĩ trực.",
        ),
        "khoa-chu.pdf": (
            encrypted(PdfPages().line(60, 100, "Tài liệu chỉ cấm in.").done(), "", "chu"),
            "Tài liệu chỉ cấm in.",
        ),
    }  # fmt: skip


def _report() -> bytes:
    """Return four pages with a running head, a page number, and a paragraph over two pages."""
    pages = PdfPages()
    bodies = [
        ["Đoạn một của báo cáo."],
        ["Chúng tôi hỗ trợ người bệnh trong suốt quá trình điều trị tại bệnh viện và"],
        ["tư vấn qua điện thoại hằng ngày."],
        ["Đoạn bốn của báo cáo."],
    ]
    for number, body in enumerate(bodies, 1):
        pages.line(200, 30, "BỆNH VIỆN ĐA KHOA HÒA BÌNH", 9).lines(60, 100, body)
        pages.line(280, 810, f"Trang {number}/4", 9).turn()
    return pages.done()


def refused() -> dict[str, tuple[bytes, str]]:
    """Return files that cannot be read: what they hold and words of the reason."""
    word, pdf = _procedure(), PdfPages().line(60, 100, "Nội dung của bệnh viện.").done()
    old_office = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    scan = PdfPages().picture().line(60, 780, "Ký bởi: Nguyễn Văn A", 8).turn().picture().done()
    many = PdfPages()
    for _ in range(1001):
        many.turn()
    locked_word = old_office + "EncryptedPackage".encode("utf-16-le")
    legacy_word = docx.Document()
    legacy_word.add_paragraph(tcvn3(PROSE).decode("latin-1"))
    return {
        "tcvn3.txt": (tcvn3(PROSE), "legacy encoding TCVN3"),
        "tcvn3-utf8.txt": (tcvn3(PROSE).decode("latin-1").encode(), "legacy encoding TCVN3"),
        "vni.txt": (vni(PROSE), "legacy encoding VNI"),
        "vni-utf8.md": (vni(PROSE).decode("cp1252").encode(), "legacy encoding VNI"),
        "vntime.docx": (docx_bytes(legacy_word), "legacy encoding TCVN3"),
        "hong-ma.txt": (PROSE.encode().decode("latin-1").encode(), "garbled: UTF-8 was read"),
        "latin.txt": ("Où êtes-vous, élève naïf ?".encode("latin-1"), "not valid UTF-8"),
        "nhi-phan.txt": (bytes(range(256)) * 4, "not valid UTF-8"),
        "so-khong.txt": (b"abc\0\0\0def", "zero bytes"),
        "rong.txt": (b"", "the file is empty"),
        "rong.docx": (b"", "the file is empty"),
        "rong.pdf": (b"", "the file is empty"),
        "trang.html": (b"<html><body><nav>Menu</nav></body></html>", "no article text"),
        "chi-so.txt": (b"12345 67890", "holds no letters"),
        "bang-tinh.xlsx": (b"PK", "'.xlsx' is not one of"),
        "cu.docx": (old_office, "Word 97-2003"),
        "mat-khau.docx": (locked_word, "protected by a password"),
        "cat.docx": (word[: len(word) // 2], "the file is damaged"),
        "gia-mao.docx": (b"Xin chao", "the file is damaged or no Word file"),
        "nen.docx": (_archive({"a.txt": b"x"}), "the file is damaged or no Word file"),
        "hong-xml.docx": (repacked(word, {"word/document.xml": b"<w:document"}), "is damaged"),
        "bom.docx": (repacked(word, {"word/document.xml": bytes(40_000_000)}), "unpack to 40,"),
        "bom-anh.docx": (repacked(word, {"word/media/a.png": bytes(210_000_000)}), "unpack to 21"),
        "quet.pdf": (scan, "2 of 2 pages are scanned pictures"),
        "khoa.pdf": (encrypted(pdf, "bimat", "chu"), "protected by a password"),
        "cat.pdf": (pdf[: len(pdf) // 3], "the file is damaged or no PDF"),
        "gia-mao.pdf": (b"Xin chao", "the file is damaged or no PDF"),
        "dai.pdf": (many.done(), "has 1,001 pages, more than the 1,000"),
        "bom.pdf": (_pdf_bomb(), "unpacks to more than 30,000,000 bytes"),
        "---.txt": (b"abc", "no letter or digit"),
    }


def _archive(members: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


def _pdf_bomb() -> bytes:
    packed = zlib.compress(b"BT (a) Tj ET " * 3_000_000)
    head = b"%PDF-1.4\n4 0 obj\n<< /Filter /FlateDecode >>\nstream\n"
    return head + packed + b"\nendstream\nendobj\n"


def readable() -> dict[str, tuple[bytes, str]]:
    """Return every file that can be read."""
    return {**texts(), **word_files(), **web_pages(), **pdf_files()}


def fill(folder: Path) -> None:
    """Write every file into a folder, with what no bytes describe: links, a huge file, twins."""
    for name, (data, _) in {**readable(), **refused()}.items():
        (folder / name).write_bytes(data)
    outside = folder.parent / "outside"
    outside.mkdir()
    (outside / "secret.txt").write_text(PROSE, encoding="utf-8")
    (outside / "secret.toml").write_text('title = "Bí mật"', encoding="utf-8")
    (folder / "ra-ngoai.txt").symlink_to(outside / "secret.txt")
    (folder / "thu-muc-ngoai").symlink_to(outside)
    (folder / "di-dau.txt").symlink_to(folder / "khong-co.txt")
    (folder / "vong.txt").symlink_to(folder / "vong.txt")
    (folder / "ben-canh.txt").write_text(PROSE, encoding="utf-8")
    (folder / "ben-canh.toml").symlink_to(outside / "secret.toml")
    (folder / "trong-kho.txt").symlink_to(folder / "utf8.txt")
    with (folder / "to.txt").open("wb") as file:
        file.truncate(51_000_000)
    (folder / "Giờ Khám.txt").write_text(PROSE, encoding="utf-8")
    (folder / "giờ khám.txt").write_text(PROSE, encoding="utf-8")
    (folder / "tin_files").mkdir()
    (folder / "tin_files" / "menu.html").write_text("<p>Thực đơn</p>", encoding="utf-8")
    (folder / "~$quy-trinh.docx").write_bytes(b"lock")
    (folder / ".an.txt").write_text(PROSE, encoding="utf-8")
    with open(os.fsencode(folder) + b"/t\xe9p.txt", "wb") as file:
        file.write("Où êtes-vous, élève naïf ?".encode("latin-1"))
