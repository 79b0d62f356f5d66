"""The keeper's page: key, uploads, publication, refusal, the way back, removal; and access."""

import io
import os
import re
import shlex
import shutil
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import docx
import pytest
from playwright.sync_api import BrowserContext, FilePayload, Locator, Page, expect

from tests.browser.conftest import COMMAND, ROOT
from tests.browser.server import Server, free_port
from tests.browser.test_access import focused, tab_to, violations

pytestmark = pytest.mark.browser

KEY = "khoá của người giữ kho"
PATIENCE_MS = 270_000
RULES = (
    "Phòng khám đêm mở cửa từ 17 giờ đến 22 giờ các ngày trong tuần, kể cả ngày lễ.",
    "Người bệnh đăng ký tại quầy số 3, tầng trệt, nhà A, và mang theo thẻ bảo hiểm y tế.",
    "Bác sĩ trực khám tối đa bốn mươi người trong một buổi; người đến sau được hẹn hôm sau.",
    "Nhà thuốc của bệnh viện mở cửa cùng giờ với phòng khám đêm và đóng cửa sau 30 phút.",
)


@pytest.fixture(scope="module")
def admin_url(models_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server of a small corpus without golds, so that its evaluation is short."""
    folder = tmp_path_factory.mktemp("keeper")
    shutil.copytree(Path(__file__).parent / "articles", folder / "articles")
    (folder / "data").mkdir()
    (folder / "data" / "models").symlink_to(models_dir)
    environment = os.environ | {
        "COOPQA_CORPUS_DIR": str(folder / "articles"),
        "COOPQA_DATA_DIR": str(folder / "data"),
        "COOPQA_READER_MODEL": "sentence",
        "COOPQA_ADMIN_KEY": KEY,
    }
    server = Server(shlex.split(COMMAND), free_port(), environment, ROOT)
    server.start()
    yield server.base_url
    server.stop()


@pytest.fixture
def desk(page: Page, admin_url: str) -> Page:
    """The page after signing in."""
    page.goto(f"{admin_url}/admin")
    sign_in(page)
    return page


def sign_in(page: Page, key: str = KEY) -> None:
    page.get_by_label("Khoá quản lý").fill(key)
    page.get_by_role("button", name="Đăng nhập").click()


def night_clinic(sentences: int = len(RULES)) -> FilePayload:
    document = docx.Document()
    document.add_heading("Quy định <b>phòng khám đêm</b>", 1)
    for rule in RULES[:sentences]:
        document.add_paragraph(rule)
    file = io.BytesIO()
    document.save(file)
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    return {"name": "Phòng khám đêm.docx", "mimeType": kind, "buffer": file.getvalue()}


def upload(page: Page, *files: FilePayload) -> Locator:
    page.locator("#files").set_input_files(list(files))
    return page.locator("#uploads > li")


def test_a_keeper_adds_an_article_publishes_is_refused_and_goes_back(desk: Page) -> None:
    expect(desk.locator("#summary")).to_contain_text("2 bài viết")
    lines = upload(desk, night_clinic(), {"name": "x.csv", "mimeType": "text/csv", "buffer": b"1"})
    expect(lines.nth(1)).to_contain_text("Loại tệp này không đọc được")
    expect(lines.nth(0)).to_contain_text("Bài mới")
    expect(lines.nth(0)).to_contain_text("Quy định <b>phòng khám đêm</b>")
    expect(lines.nth(0)).to_contain_text("phong-kham-dem")
    lines.nth(0).get_by_text("Sửa thông tin").click()
    lines.nth(0).get_by_label("Ngày").fill("hôm qua")
    lines.nth(0).get_by_role("button", name="Kiểm tra lại").click()
    expect(lines.nth(0)).to_contain_text("2026-11-23")
    lines.nth(0).get_by_label("Ngày").fill("2026-11")
    lines.nth(0).get_by_role("button", name="Kiểm tra lại").click()
    lines.nth(0).get_by_role("button", name="Đưa vào kho").click()
    expect(lines.nth(0)).to_contain_text("Đã thêm vào kho")
    expect(desk.locator("#pending")).to_contain_text("Quy định <b>phòng khám đêm</b>")
    expect(desk.locator("#pending-count")).to_have_text("1")

    desk.get_by_role("button", name="Xuất bản", exact=True).click()
    expect(desk.locator("#job .steps [aria-current=step]")).to_be_visible()
    expect(desk.get_by_role("button", name="Xuất bản", exact=True)).to_be_disabled()
    desk.reload()  # takes up the key and the job
    outcome = desk.locator("#job .outcome")
    expect(outcome).to_contain_text("Đã xuất bản", timeout=PATIENCE_MS)
    expect(desk.locator("#summary")).to_contain_text("3 bài viết")
    expect(desk.locator("#pending")).to_contain_text("Không có gì chờ")
    with desk.expect_popup() as opened:
        desk.locator("#job").get_by_role("link", name="Xem báo cáo đánh giá").click()
    expect(opened.value.locator(".verdict")).to_be_visible()
    opened.value.close()

    lines = upload(desk, night_clinic(1))
    expect(lines).to_contain_text("Thay bài đang có")
    expect(lines).to_contain_text("Nội dung ngắn đi")
    lines.get_by_role("button", name="Đưa vào kho").click()
    expect(desk.locator("#pending .badge")).to_have_text("Sửa")
    desk.get_by_role("button", name="Xuất bản", exact=True).click()
    expect(outcome).to_contain_text("Không xuất bản vì:", timeout=PATIENCE_MS)
    expect(outcome).to_contain_text("phong-kham-dem")
    expect(desk.locator("#summary")).to_contain_text("3 bài viết")
    desk.get_by_role("button", name="Vẫn xuất bản…").click()
    desk.get_by_role("button", name="Vẫn xuất bản", exact=True).click()
    expect(desk.get_by_label("Họ tên của bạn")).to_be_focused()  # who and why are demanded
    desk.keyboard.press("Escape")
    desk.get_by_role("button", name="Bỏ thay đổi").click()
    expect(desk.locator("#pending")).to_contain_text("Không có gì chờ")

    desk.get_by_role("button", name=re.compile("Quay về bản")).last.click()
    dialog = desk.get_by_role("dialog")
    expect(dialog).to_contain_text("lần xuất bản tới sẽ đưa các thay đổi trở lại")
    dialog.get_by_role("button", name="Quay về bản này").click()
    expect(desk.locator("#summary")).to_contain_text("2 bài viết")
    expect(desk.locator("#pending .badge")).to_have_text("Thêm")
    expect(desk.locator("#record > li").first).to_contain_text("Quay về bản đã lưu")


def test_a_removal_is_confirmed_and_can_be_undone_until_it_is_published(desk: Page) -> None:
    row = desk.locator("#articles tr", has_text="may-in-mau")
    row.get_by_role("button", name=re.compile("^Gỡ bài")).click()
    dialog = desk.get_by_role("dialog")
    expect(dialog).to_contain_text("vĩnh viễn")
    desk.keyboard.press("Escape")
    expect(row).to_contain_text("Đang hiện")
    row.get_by_role("button", name=re.compile("^Gỡ bài")).click()
    dialog.get_by_role("button", name="Gỡ", exact=True).click()
    expect(row).to_contain_text("Sẽ gỡ")
    expect(desk.locator("#pending")).to_contain_text("Gỡ vĩnh viễn khi xuất bản")
    desk.get_by_role("button", name="Xuất bản", exact=True).click()
    expect(desk.get_by_role("dialog")).to_contain_text("gỡ vĩnh viễn 1 bài")
    desk.keyboard.press("Escape")
    desk.get_by_role("button", name=re.compile("^Bỏ thay đổi")).click()
    expect(row).to_contain_text("Đang hiện")


def test_the_key_is_asked_held_by_the_tab_only_and_forgotten(
    page: Page, context: BrowserContext, admin_url: str
) -> None:
    page.goto(f"{admin_url}/admin")
    expect(page.get_by_label("Khoá quản lý")).to_be_focused()
    sign_in(page, "khoá khác")
    expect(page.locator("#gate-error")).to_have_text("Khoá không đúng.")
    sign_in(page)
    expect(page.locator("#desk")).to_be_visible()
    assert page.evaluate("localStorage.length") == 0
    report = f"{admin_url}/admin/reports/none"
    assert context.request.get(report).status == 404
    page.get_by_role("button", name="Đăng xuất").click()
    expect(page.locator("#desk")).to_be_hidden()
    assert page.evaluate("sessionStorage.length") == 0
    assert context.request.get(report).status == 401
    page.reload()
    expect(page.get_by_label("Khoá quản lý")).to_be_visible()


def test_fifteen_minutes_without_use_sign_out(page: Page, admin_url: str) -> None:
    page.clock.install()
    page.goto(f"{admin_url}/admin")
    sign_in(page)
    expect(page.locator("#desk")).to_be_visible()
    page.clock.fast_forward("16:00")
    expect(page.locator("#gate-error")).to_contain_text("15 phút")
    assert page.evaluate("sessionStorage.length") == 0


def test_articles_are_filtered_by_what_is_typed_without_diacritics(desk: Page) -> None:
    rows = desk.locator("#articles tr")
    expect(desk.locator("#articles tr", has_text="may-in-mau")).to_be_visible()
    desk.get_by_label("Lọc theo").fill("may noi soi")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("khu-khuan-may-noi-soi")
    desk.get_by_label("Lọc theo").fill("không có gì như thế")
    expect(desk.get_by_text("Không có bài nào khớp.")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_has_no_violation_of_wcag(
    page: Page, admin_url: str, scheme: Literal["light", "dark"]
) -> None:
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{admin_url}/admin{'?lang=en' if scheme == 'dark' else ''}")
    assert violations(page) == []
    page.locator("#key").fill(KEY)
    page.keyboard.press("Enter")
    lines = upload(page, night_clinic(2), {"name": "x.csv", "mimeType": "", "buffer": b"1"})
    expect(lines.nth(0).locator(".found")).to_be_visible()
    lines.nth(0).locator("summary").last.click()
    assert violations(page) == []
    page.locator("#articles .remove").first.click()
    assert violations(page) == []
    page.keyboard.press("Escape")
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_keyboard_is_enough(page: Page, admin_url: str) -> None:
    # With a listener from the start Chromium holds choosers back before any key is pressed; keys
    # overtake the command that `expect_file_chooser` sends on a busy machine.
    page.on("filechooser", lambda _: None)
    page.goto(f"{admin_url}/admin")
    expect(page.locator("#key")).to_be_focused()
    page.keyboard.type(KEY)
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    expect(page.locator("#articles tr").first).to_be_visible()
    tab_to(page, lambda: focused(page) == "choose")
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Enter")
    chooser.value.set_files([night_clinic(3)])
    expect(page.locator("#live")).to_have_text("Đã kiểm tra Phòng khám đêm.docx.")
    tab_to(page, lambda: focused(page) == "Bỏ Phòng khám đêm.docx")
    page.keyboard.press("Enter")
    expect(page.locator("#uploads > li")).to_have_count(0)
    expect(page.locator("#choose")).to_be_focused()
    tab_to(page, lambda: focused(page).startswith("Gỡ bài"))
    at = focused(page)
    page.keyboard.press("Enter")
    expect(page.locator("#confirm-no")).to_be_focused()
    page.keyboard.press("Escape")
    assert focused(page) == at
    loud = page.locator("[aria-live]:not([aria-live=off]), [role=alert]")
    expect(loud).to_have_count(1)


def test_no_script_of_the_page_holds_the_key(admin_url: str) -> None:
    with urllib.request.urlopen(f"{admin_url}/admin") as response:
        page = response.read().decode()
    for address in re.findall(r'(?:src|href)="(/static/[^"]+)"', page):
        with urllib.request.urlopen(f"{admin_url}{address}") as response:
            page += response.read().decode()
    assert KEY not in page
