"""A short name keeps its weight as long as others do not use it for something else."""

import pytest

from corpus.article import Article
from qa.organisations import OrganisationDirectory

OWN = Article("own", "Tin", "Bệnh viện 108 khám bệnh.", "Bệnh viện Trung ương Quân đội 108")


def named(words: str, *others: str) -> list[str]:
    """Return what a question names where other organisations' articles say this."""
    strange = [
        Article(f"other-{n}", "Tin", text, f"Bệnh viện Sông {river}")
        for n, (text, river) in enumerate(zip(others, ("Lam", "Hồng", "Mã", "Đà"), strict=False))
    ]
    found = OrganisationDirectory([OWN, *strange]).named_in(words.split())
    return [o.name for o in found]


QUIET = ("Không có gì.", "Cũng không.", "Vẫn không.")


@pytest.mark.parametrize(
    "text",
    [
        "Gọi 0967 115 108 để hẹn.",
        "Gọi 108 115 0967 để hẹn.",
        "Gọi 0967-115-108 hoặc (024) 108.1234.",
        "Giá 1.108.000 đồng, ngày 10/8/108.",
    ],
)
def test_a_number_within_a_longer_number_is_no_mention(text: str):
    assert named("108", *(text for _ in range(4))) == [OWN.organisation]


def test_one_other_use_of_a_short_name_leaves_it_a_name():
    assert named("108", "Đoàn có 108 bác sĩ.") == [OWN.organisation]
    assert named("108", "Đoàn có 108 bác sĩ.", *QUIET) == [OWN.organisation]


def test_what_several_others_use_is_no_name():
    used = ("Đoàn có 108 bác sĩ.", "Có 108 giường bệnh.")
    assert named("108", *used) == []
    assert named("108", *used, *QUIET[:2]) == []
    assert named("benh vien 108", *used) == [OWN.organisation]
