"""A domain set of three small articles, in the form of `eval/datasets/domain`."""

import json
from pathlib import Path

from corpus.article import Article
from corpus.folder import read_folder
from eval.question import Alternative, Conversation, GoldItem, Near, Question, Turn
from eval.question_set import write_set

ARTICLES = {
    "nui-xanh": """Bệnh viện Đa khoa Núi Xanh đón đoàn Kitahama
Chiều 12/5/2023, Bệnh viện tiếp đoàn Đại học Y Kitahama. Trưởng đoàn là GS. Kenji Mori. Hai bên ký \
biên bản ghi nhớ 4 năm về đào tạo điều dưỡng. Bệnh viện được tặng 2 máy siêu âm. Đoàn thăm khoa \
Nhi và khoa Mắt trước khi ra về.
Năm 2024, Quỹ Saerom tài trợ 13,5 tỷ đồng cho khoa Sản. Lớp học đầu tiên có 48 điều dưỡng.
""",
    "bien-bac": """Bệnh viện Mắt Biển Bạc và các đối tác
Tháng 9/2022, Bệnh viện ký với Viện Netra Jyoti. Mỗi năm 6 bác sĩ sang Ấn Độ học 8 tuần. Trưởng \
đoàn Ấn Độ là TS. Ramesh Rao.
""",
    "doi-cat": """Viện Tim Đồi Cát ký kết với Montclair
Ngày 3/4/2021, Viện ký với Đại học Montclair của Pháp. Thời hạn là 5 năm.
""",
}
NAMES = {
    "nui-xanh": ("train", "Bệnh viện Đa khoa Núi Xanh"),
    "bien-bac": ("train", "Bệnh viện Mắt Biển Bạc"),
    "doi-cat": ("dev", "Viện Tim Đồi Cát"),
}


def write_domain_set(folder: Path) -> Path:
    (folder / "articles").mkdir(parents=True)
    for name, text in ARTICLES.items():
        (folder / "articles" / f"{name}.txt").write_text(text, "utf-8")
    cards = [
        {"id": name, "split": split, "organisation": organisation, "furniture": []}
        for name, (split, organisation) in NAMES.items()
    ]
    lines = (json.dumps(card, ensure_ascii=False) + "\n" for card in cards)
    (folder / "articles.jsonl").write_text("".join(lines), "utf-8")
    found = {a.id: a for a in read_folder(folder / "articles").articles}
    north, south = found["nui-xanh"], found["doi-cat"]
    write_set(
        folder / "train.jsonl",
        [
            _question("q-1", "Ai dẫn đầu đoàn Nhật tới Núi Xanh?", _gold(north, "Kenji Mori")),
            _question("q-2", "Núi Xanh được cho bao nhiêu tiền?", _gold(north, "13,5 tỷ đồng")),
            _question("q-3", "Núi Xanh được tặng mấy máy thở?", near="nui-xanh"),
        ],
    )
    write_set(
        folder / "dev.jsonl",
        [
            _question("d-1", "Đồi Cát ký với trường nào?", _gold(south, "Đại học Montclair")),
            _question("d-2", "Đồi Cát cử mấy bác sĩ đi Pháp?", near="doi-cat"),
        ],
    )
    turn = Turn("Mấy năm?", "Núi Xanh ký mấy năm?", "first", (_gold(north, "4 năm"),), ())
    write_set(folder / "train_conversations.jsonl", [Conversation("c-1", "train", (turn,))])
    write_set(folder / "dev_conversations.jsonl", [])
    return folder


def _question(name: str, text: str, *gold: GoldItem, near: str = "") -> Question:
    tempting = Near("missing_detail", "no word of it", near) if near else None
    return Question(name, text, "vi", "other", (), name, gold, (), near=tempting)


def _gold(article: Article, answer: str) -> GoldItem:
    start = article.text.index(answer)
    begins = article.text.rfind("\n", 0, start) + 1
    for sentence in article.text[begins:].splitlines()[0].split(". "):
        if answer in sentence:
            evidence = article.text.index(sentence, begins)
            place = (evidence, evidence + len(sentence))
            break
    alternative = Alternative(start, start + len(answer), answer)
    return GoldItem(article.id, article.version, (alternative,), place)
