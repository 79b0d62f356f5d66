from qa.enumeration import joined

TEXT = "tặng 13,5 triệu Euro, máy thở và xe"


def at(words: str) -> tuple[int, int]:
    return TEXT.index(words), TEXT.index(words) + len(words)


def test_members_with_nothing_between_them_are_one():
    members = [at("13,5"), at("triệu Euro"), at("máy thở")]
    assert joined(TEXT, members) == (at("13,5 triệu Euro"), at("máy thở"))


def test_a_comma_or_a_word_that_joins_keeps_members_apart():
    members = [at("triệu Euro"), at("máy thở"), at("xe")]
    assert joined(TEXT, members) == tuple(members)


def test_no_members_are_no_list():
    assert joined(TEXT, []) == ()
