"""Each mistake, its place and its words. Samples stand in mistakes/*.txt: a title, a text with a mark, an answer."""

import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from engine.rulebook import Mistake, check
from engine.rulebook.collect import collect
from engine.rulebook.report import Report
from tests.rulebook.books import ORGANIZATION, PACK, marked, mistakes_of, rule, texts

SAMPLES = Path(__file__).parent / "mistakes"
ABOUT_ORGANIZATION = "organization"
ABOUT_SOURCES = "sources"


class Sample(msgspec.Struct):
    """One broken text and what is said about it."""

    file: str
    title: str
    text: str
    code: str
    said: str


def samples() -> Iterator[Sample]:
    for path in sorted(SAMPLES.glob("*.txt")):
        for part in path.read_text("utf-8").split("=== ")[1:]:
            title, _, rest = part.partition("\n")
            text, _, answer = rest.partition("\n--- ")
            code, _, said = answer.rstrip("\n").partition("\n")
            yield Sample(path.stem, title, text + "\n", code, said)


ALL = list(samples())


def mistakes_in(sample: Sample, text: str) -> tuple[Mistake, ...]:
    if sample.file == ABOUT_SOURCES:
        return check(texts() | {"sources/chat.toml": text}).mistakes
    return mistakes_of("", text) if sample.file == ABOUT_ORGANIZATION else mistakes_of(text)


@pytest.mark.parametrize("sample", ALL, ids=[f"{sample.file}: {sample.title}" for sample in ALL])
def test_a_mistake_is_told_once_at_its_place_with_its_cure(sample: Sample) -> None:
    text, line, column = marked(sample.text)

    found = mistakes_in(sample, text)

    assert [(m.line, m.column, m.code) for m in found] == [(line, column, sample.code)]
    assert found[0].render().split("  ", 1)[1] == sample.said


def test_every_mistake_says_what_is_expected_or_how_to_mend_it() -> None:
    for sample in ALL:
        assert "\n    " in sample.said or "Did you mean" in sample.said, sample.title


def test_no_word_of_a_library_is_shown() -> None:
    library = ("Expected", "Object", "`", "$.", "Traceback", "ERROR", "<input>", "at line", "Invalid", "NoneType")

    for sample in ALL:
        assert not any(word in sample.said for word in library), sample.said


def test_the_sample_of_a_choice_reads_as_designed() -> None:
    pack = "\n" * 11 + 'if.channel = [ "linkedn" ]'
    lines = ("[[rule]]", 'id = "share"', 'title = "Share"', 'on = "content.shared"', "points = 10")
    text = "\n".join(lines) + pack[len(lines) - 1 :].replace("= [ ", "= [")

    (found,) = check({"organization.toml": _all("sharing"), "sharing.toml": text}).mistakes

    assert found.render() == (
        'sharing.toml:12:15  "linkedn" is not a channel of content.shared.   Did you mean "linkedin"?\n'
        "    Channels: linkedin, x, bluesky, blog. Capitals count."
    )


def test_the_sample_of_a_fade_reads_as_designed() -> None:
    text = rule("\n" * 12 + 'fade = {per="week", percent = [1,0, 0,5] }')

    (found,) = check({"organization.toml": _all("sharing"), "sharing.toml": text}).mistakes

    assert found.render() == (
        "sharing.toml:18:31  fade.percent goes 1, 0, 0, 5: it rises. "
        "A comma separates two numbers; there are no decimals here.\n"
        "    Meant 100 %, 50 %? Write: percent = [100, 50]"
    )


def test_the_sample_of_a_formula_reads_as_designed() -> None:
    lines = "\n" * 14 + 'if.channel = ["linkedin", "bluesky"]\nformula=\'"blog"==event.channel\''
    text = rule(lines).replace("formula='", "formula  =        '")

    (found,) = check({"organization.toml": _all("sharing"), "sharing.toml": text}).mistakes

    assert found.render() == (
        "sharing.toml:21:20  This rule could never pay: if.channel allows linkedin and bluesky, "
        'the formula asks for "blog".\n'
        '    Add "blog" to line 20, or take it out of the formula.'
    )


def test_six_different_mistakes_of_one_file_are_told_at_once() -> None:
    text = (
        rule('if.channel = "linkedn"\nfade = { per = "week", percent = [50, 100] }', id_="a")
        + rule("pays = proposer", id_="b")
        + rule("ponts = 3", id_="c")
        + rule('limits = [{ per = "week" }]', id_="d", on="content.shard")
    )

    found = mistakes_of(text)

    assert [(m.line, m.code) for m in found] == [
        (6, "unknown-choice"),
        (7, "fade-rises"),
        (13, "syntax"),
        (19, "unknown-word"),
        (23, "unknown-event"),
        (25, "missing"),
    ]


def test_mistakes_of_all_files_come_together_in_order() -> None:
    broken = ORGANIZATION.replace('"FI"', '"fi"')
    files = texts(rule('if.chanel = "x"'), broken) | {"starter/a.toml": rule("self_ok = 1", id_="other")}

    found = check(files).mistakes

    assert [(m.file, m.code) for m in found] == [
        ("organization.toml", "unknown-country"),
        ("starter/a.toml", "wrong-type"),
        (PACK, "unknown-field"),
    ]


def test_a_mistake_is_plain_data() -> None:
    (found,) = mistakes_of(rule('if.chanel = "x"'))

    assert msgspec.json.decode(msgspec.json.encode(found), type=Mistake) == found


@pytest.mark.parametrize(
    ("lines", "code"),
    [("text = '" + "x" * 501 + "'", "too-long"), ("once_per = [" + '"content",' * 11 + "]", "too-many")],
)
def test_strings_and_lists_have_an_end(lines: str, code: str) -> None:
    (found,) = mistakes_of(rule(lines))

    assert found.code == code


def test_a_file_has_at_most_a_mebibyte() -> None:
    (found,) = mistakes_of("#" * (2**20 + 1))

    assert (found.code, found.found) == ("too-long", "This file has 1,048,577 bytes.")


def test_there_are_at_most_two_hundred_files() -> None:
    found = check(texts() | {f"starter/{number}.toml": "" for number in range(199)}).mistakes

    assert [m.code for m in found] == ["too-many"]


def test_a_letter_that_is_not_utf_8_is_shown_where_it_stands() -> None:
    (found,) = mistakes_of("# ä\n# b\udcff")

    assert (found.code, found.line, found.column) == ("not-utf-8", 2, 4)


def _all(pack: str) -> str:
    return ORGANIZATION.replace('packs = ["starter"]', f'packs = ["{pack}"]')


def test_there_are_at_most_twenty_thousand_rules() -> None:
    many = '[[rule]]\nid = "a"\ntitle = "A"\non = "x.y"\npoints = 1\n' * 10_001
    report = Report()

    files = collect({"starter/a.toml": many, "starter/b.toml": many}, report)

    assert files == []
    assert [(m.file, m.code, m.found) for m in report.mistakes] == [
        ("starter/b.toml", "too-many", "There are 20002 rules.")
    ]


def test_a_field_is_of_one_type_in_all_events_that_are_asked() -> None:
    other = '\n[[event]]\ntype = "x.y"\ntitle = "X"\npurpose = "P"\nkeep = "9 days"\nseen_by = ["member"]\n'
    organization = ORGANIZATION + other + 'said_by = ["tool"]\ndata.channel = { type = "yes-no" }\n'
    pack = '[[rule]]\nid = "a"\ntitle = "A"\non = ["content.shared", "x.y"]\npoints = 1\nif.channel = true\n'

    (found,) = mistakes_of(pack, organization)

    assert (found.code, found.line, found.column) == ("field-differs", 6, 4)


def test_a_rulebook_without_its_organization_is_told_so() -> None:
    assert [m.code for m in check({PACK: ""}).mistakes] == ["missing-file"]
    assert [m.code for m in check({"organization.toml": ""}).mistakes] == ["missing"]


OTHERS = (
    'if.chanel = "x"\nif.channel = "linkedn"\nlimits = [{ times = 1, per = "fortnight" }]\npays = "nobody"\n'
    'fade = { per = "week", percent = [50, 100] }\nonce_per = ["bogus"]\n'
)
OTHER_CODES = ["unknown-field", "unknown-choice", "unknown-period", "pays-nobody", "fade-rises", "unknown-field"]


@pytest.mark.parametrize(
    ("right", "wrong", "code"),
    [
        ("points = 10", 'points = "ten"', "wrong-type"),
        ("points = 10\n", "", "missing"),
        ('title = "Share"', "title = 3", "wrong-type"),
        ('title = "Share"\n', "", "missing"),
        ('id = "share"', 'id = "Share me"', "wrong-id"),
        ('id = "share"\n', "", "missing"),
    ],
)
def test_a_rule_whose_own_words_can_t_be_read_is_looked_at_all_the_same(right: str, wrong: str, code: str) -> None:
    found = mistakes_of(rule(OTHERS).replace(right, wrong))

    assert [each.code for each in found] == [code, *OTHER_CODES]
    assert len({(each.line, each.column) for each in found}) == 7


def test_what_does_not_depend_on_the_event_is_looked_at_without_one() -> None:
    found = mistakes_of(rule(OTHERS).replace('on = "content.shared"', "on = 5"))

    assert [each.code for each in found] == ["wrong-type", "unknown-period", "fade-rises"]


def test_rules_without_an_id_are_not_taken_for_one() -> None:
    nameless = rule().replace('id = "share"\n', "")

    assert [each.code for each in mistakes_of(nameless + nameless)] == ["missing", "missing"]


LESS_THAN_ALL = [
    (
        "a cap",
        '[[cap]]\non = "@nosuch"\npoints = "60"\nper = "fortnight"\n',
        [(2, "unknown-group"), (3, "wrong-type"), (4, "unknown-period")],
    ),
    (
        "a board",
        '[[leaderboard]]\nid = "b"\ntitle = { xx = "B" }\nof = { metric = "alsonot" }\nperiods = ["weak"]\n',
        [(3, "unknown-language"), (4, "unknown-metric"), (5, "unknown-value")],
    ),
    (
        "a badge",
        '[[badge]]\nid = "B"\ntitle = 5\nof = { metric = "alsonot", per = "fortnight" }\nat = "x"\nif.team = "a"\n',
        [
            (2, "wrong-id"),
            (3, "wrong-type"),
            (4, "unknown-metric"),
            (4, "unknown-period"),
            (5, "wrong-type"),
            (6, "not-seen-here"),
        ],
    ),
    (
        "two levels",
        '[[level]]\nid = "a"\ntitle = { xx = "A" }\nat = "x"\n[[level]]\nid = "b"\ntitle = "B"\nat = 0\n',
        [(3, "unknown-language"), (4, "wrong-type")],
    ),
    (
        "a recognition",
        (
            '[[recognition]]\nid = "r"\ntitle = 5\nat_end_of = "weak"\nboard = "nosuch"\nplaces = 5\nmost = 3\n'
            'leave_out.member.leader = true\ntext = { xx = "T" }\n'
        ),
        [
            (3, "wrong-type"),
            (4, "unknown-value"),
            (5, "unknown-board"),
            (7, "out-of-range"),
            (8, "unknown-name"),
            (9, "unknown-language"),
        ],
    ),
    (
        "a currency",
        (
            '[[currency]]\nid = "c"\ntitle = 5\nworth = 2\n'
            'limits = [{ eur = "96.00", per = "year" }, { per = "fortnight" }]\n'
        ),
        [(3, "wrong-type"), (4, "wrong-type"), (5, "only-one"), (5, "unknown-period")],
    ),
    (
        "thanks",
        (
            '[[thanks]]\nid = "t"\ntitle = { xx = "T" }\ngiver = -2\nreceiver = 10\n'
            'allowance = { times = 5, per = "fortnight" }\nmutual = { within = "7 moons", percent = 50 }\n'
        ),
        [(3, "unknown-language"), (4, "out-of-range"), (6, "unknown-period"), (7, "wrong-duration")],
    ),
    (
        "a removal",
        '[[removal]]\non = "content.removd"\nwithin = "30 moons"\nbadges = "go"\n',
        [(2, "unknown-event"), (3, "wrong-duration"), (4, "unknown-value")],
    ),
    ("a removal without words", "[[removal]]\non = 5\nwithin = 5\n", [(2, "wrong-type"), (3, "wrong-type")]),
    (
        "a metric",
        '[[metric]]\nid = "m"\ntitle = { xx = "M" }\non = "content.shared"\nsum = "channel"\nif = 5\n',
        [(3, "unknown-language"), (5, "wrong-field"), (6, "wrong-type")],
    ),
    (
        "defaults",
        '[defaults]\non = 5\nif.member.country = "xx"\n',
        [(2, "wrong-type"), (3, "unknown-country")],
    ),
]


@pytest.mark.parametrize(("pack", "expected"), [each[1:] for each in LESS_THAN_ALL], ids=[n for n, *_ in LESS_THAN_ALL])
def test_all_that_is_wrong_with_one_word_is_told_at_once(pack: str, expected: list[tuple[int, str]]) -> None:
    found = mistakes_of(pack)

    assert [(each.line, each.code) for each in found] == expected


METRIC = '[[metric]]\nid = "m"\non = "content.shared"\n'
BADGE = '[[badge]]\nid = "b"\ntitle = "B"\nof = { metric = "m", per = "ever" }\n'
BOARD = '[[leaderboard]]\nid = "l"\ntitle = "L"\nperiods = ["week"]\n'
RECOGNITION = '[[recognition]]\nid = "r"\ntitle = "R"\nat_end_of = "week"\nboard = "l"\n'
BADGE_CASE = (
    '[[case]]\nsays = "S"\ngiven = [{ day = "monday", type = "planning.joined" }]\nexpect = { badges = ["b"] }\n'
)


@pytest.mark.parametrize(
    "pack",
    [
        METRIC + BADGE + 'at = "x"\n',
        METRIC + BADGE + "at = ten\n",
        METRIC + BADGE + 'tiers = [{ name = "a", at = "x" }]\n',
        METRIC + BADGE.replace('"m"', "5") + "at = 3\n",
        METRIC + BADGE.replace('"ever"', "5") + "at = 3\n",
        METRIC + BADGE.replace('{ metric = "m", per = "ever" }', "ever") + "at = 3\n",
        METRIC + BADGE.replace('title = "B"', "title = 5") + "at = 3\n" + BADGE_CASE,
        METRIC.replace('on = "content.shared"', "on = 5") + BADGE + "at = 3\n" + BADGE_CASE,
        BOARD + 'of = { metric = "nosuch" }\n' + RECOGNITION,
        BOARD.replace('["week"]', '["weak"]') + RECOGNITION,
        BOARD.replace('["week"]', "week") + RECOGNITION,
        BOARD + 'by = ["member"]\n' + RECOGNITION,
        BOARD + RECOGNITION.replace('"week"', '"weak"'),
        BOARD + RECOGNITION.replace('"week"', "week"),
        BOARD + RECOGNITION.replace('"l"', "5"),
        BOARD + RECOGNITION + 'places = "12"\n',
        BOARD + RECOGNITION + 'places = 12\nmost = "20"\n',
        rule('once_per = "channel"\nonce_per_forget_after = "90 days"'),
        rule('limits = [{ times = three, per = "week" }]'),
        rule('limits = [{ times = "three", per = "week" }]'),
        '[[currency]]\nid = "c"\ntitle = "C"\nworth = { eur = "2" }\nlimits = [{ eur = 96, per = "year" }]\n',
        '[[cap]]\non = 5\npoints = 1\nper = "week"\n[[cap]]\non = "*"\npoints = 1\nper = "week"\n',
        '[[currency]]\nid = "c"\ntitle = "C"\nworth = { eur = 2 }\nlimits = [{ eur = "96.00", per = "year" }]\n',
        '[[level]]\nid = "a"\ntitle = "A"\nat = 5\n[[level]]\nid = "b"\ntitle = "B"\nat = "x"\n',
    ],
)
def test_what_was_wrong_is_not_called_missing_or_unknown_elsewhere(pack: str) -> None:
    found = mistakes_of(pack)

    assert len(found) == 1, [each.render() for each in found]


COINS = '[[currency]]\nid = "coins"\ntitle = "Coins"\n'


def test_a_pack_in_force_can_not_pay_a_currency_of_one_that_is_off() -> None:
    files = texts(rule("coins = 5")) | {"extras/coins.toml": COINS + rule("coins = 5", id_="other")}

    assert [(each.file, each.line, each.found) for each in check(files).mistakes] == [
        (PACK, 6, "coins is a currency of a pack that is off.")
    ]


def test_what_is_wrong_in_a_pack_that_is_off_is_in_nobody_s_way() -> None:
    files = texts(rule("ponts = 3")) | {"extras/wrong.toml": rule("ponts = 3", id_="other")}

    found = check(files)

    assert [each.file for each in found.mistakes] == ["extras/wrong.toml", PACK]
    assert [each.file for each in found.in_the_way] == [PACK]


def test_of_two_with_one_id_the_one_that_is_off_gives_way() -> None:
    (found,) = check(texts(rule()) | {"extras/same.toml": rule()}).mistakes

    assert (found.file, found.code) == ("extras/same.toml", "duplicate-id")


def test_nothing_is_called_off_where_nobody_knows_what_is_in_force() -> None:
    found = check(texts(rule("ponts = 3"), ORGANIZATION.replace("[organization]", "[organisation]")))

    assert found.in_the_way == found.mistakes
    assert {each.file for each in found.mistakes} >= {PACK}


def test_nothing_is_called_off_where_not_all_could_be_told() -> None:
    many = "".join(rule("ponts = 3", id_=f"r{number}") for number in range(1_001))

    found = check(texts(rule("ponts = 3")) | {"extras/wrong.toml": many})

    assert found.in_the_way == found.mistakes
    assert found.in_the_way


def test_what_stands_in_for_an_id_is_shown_to_nobody() -> None:
    nameless = [METRIC, BADGE + "at = 3\n", BOARD, rule(id_="m"), '[[level]]\nid = "m"\ntitle = "L"\nat = 5\n' * 2]
    pack = "".join(re.sub('(?m)^id = "[a-z]"\n', "", text) for text in nameless)
    case = BADGE_CASE.replace('says = "S"', 'says = "S"\nrules = ["unreadable"]').replace('"b"', '"unreadable"')
    asking = RECOGNITION.replace('"l"', '"unreadable"')

    found = mistakes_of(pack + case + asking)

    assert {each.code for each in found} == {
        "missing",
        "unknown-metric",
        "unknown-rule",
        "unknown-badge",
        "unknown-board",
    }
    assert [each.render() for each in found if "unreadable-" in each.render()] == []
