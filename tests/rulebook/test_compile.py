import pytest

from engine.core.codes import Naming, assign
from engine.core.periods import PeriodKind
from engine.core.questions import FormulaFault, Operator, Reading, Scope
from engine.core.questions import Test as Line
from engine.core.rulebook import Rulebook
from engine.core.rules import Pays, Rule
from engine.core.windows import Window
from engine.rulebook import RulebookRefused, check, compile_rulebook, digest_of, namings
from tests.rulebook.books import ORGANIZATION, compiled, rule, texts

METRIC = '[[metric]]\nid = "shares"\non = "content.shared"\n'


def only_rule(pack: str) -> Rule:
    (found,) = compiled(pack).rules
    return found


def names_of(pack: str) -> list[str]:
    return [naming.name for naming in namings(check(texts(pack)))]


def test_lines_become_tests() -> None:
    lines = (
        'if.channel = ["x", "blog"]\nif.minutes.at_least = 5\n'
        'if.event.weekday = ["monday", "sunday"]\nunless.own_words = true'
    )

    condition = only_rule(rule(lines)).condition

    def event(name: str) -> Reading:
        return Reading(scope=Scope.EVENT, name=name)

    assert condition.all_of == (
        Line(reading=event("channel"), operator=Operator.ANY_OF, operand=("x", "blog")),
        Line(reading=event("minutes"), operator=Operator.AT_LEAST, operand=5),
        Line(reading=Reading(scope=Scope.CLOCK, name="weekday"), operator=Operator.ANY_OF, operand=(1, 7)),
    )
    assert condition.none_of == (Line(reading=event("own_words"), operator=Operator.IS, operand=True),)


def test_a_month_is_a_number_and_a_known_content_is_present() -> None:
    condition = only_rule(rule('if.member.started_on.at_most = "2026-03"\nif.content.present = false')).condition

    assert [(test.operator, test.operand) for test in condition.all_of] == [
        (Operator.AT_MOST, 2026 * 12 + 2),
        (Operator.ABSENT, True),
    ]


def test_rows_are_one_group_and_those_of_defaults_another() -> None:
    defaults = (
        '[defaults]\non = "content.shared"\n'
        'if_any = [{ own_words = true }, { channel = "x" }]\nunless.channel = "blog"\n'
    )

    condition = only_rule(defaults + rule("if_any = [{ minutes.at_least = 5, own_words = true }]")).condition

    assert [[len(row) for row in group] for group in condition.choices] == [[1, 1], [2]]
    assert len(condition.none_of) == 1


def test_defaults_hold_only_on_the_events_that_they_name() -> None:
    pack = '[defaults]\non = "content.shared"\nif.own_words = true\n' + rule(on="@acts")

    shared, joined = sorted(compiled(pack).rules, key=lambda found: found.on)

    assert (shared.on, joined.on) == (("content.shared",), ("planning.joined",))
    assert (len(shared.condition.all_of), len(joined.condition.all_of)) == (1, 0)
    assert (shared.code, shared.rank, shared.id) == (joined.code, joined.rank, joined.id)


def test_defaults_are_those_of_their_own_file() -> None:
    files = texts('[defaults]\non = "content.shared"\nif.own_words = true\n' + rule()) | {
        "starter/other.toml": rule(id_="other")
    }

    book = compile_rulebook(files, assign({}, namings(check(files))))

    assert [len(found.condition.all_of) for found in book.rules] == [0, 1]


def test_rules_are_ranked_by_id_across_files() -> None:
    files = texts(rule(id_="b") + rule(id_="d")) | {"starter/z.toml": rule(id_="a") + rule(id_="c")}

    book = compile_rulebook(files, assign({}, namings(check(files))))

    assert [(found.id, found.rank) for found in book.rules] == [("a", 0), ("b", 1), ("c", 2), ("d", 3)]


def test_a_limit_and_a_fade_of_one_period_share_a_count() -> None:
    found = only_rule(rule('fade = { per = "week", percent = [100, 50] }\nlimits = [{ times = 3, per = "week" }]'))

    assert found.fade is not None
    assert found.fade.use == found.limits[0].use
    assert len(found.counts) == 1


def test_rules_with_one_counter_use_up_all_its_counts() -> None:
    pack = rule('fade = { per = "week", percent = [100], counter = "c" }', id_="a") + rule(
        'limits = [{ times = 1, per = "day", by = "channel", counter = "c" }, { times = 9, per = "month" }]', id_="b"
    )

    a, b = compiled(pack).rules

    assert [(use.slot.per.kind, use.slot.by) for use in a.counts] == [("day", "channel"), ("week", None)]
    assert {use.slot.code for use in a.counts} < {use.slot.code for use in b.counts}
    assert len(b.counts) == 3


def test_counts_are_named_by_owner_period_and_field() -> None:
    pack = (
        rule(
            'limits = [{ times = 1, per = "day", by = "channel", counter = "c" }, { times = 9, per = "last_30_days" }]'
        )
        + '[[cap]]\non = "@acts"\npoints = 60\nper = "week"\n'
        + '[[currency]]\nid = "coins"\ntitle = "C"\nlimits = [{ amount = 5, per = "year" }]\n'
        + '[[thanks]]\nid = "t"\ntitle = "T"\ngiver = 2\nreceiver = 10\nsame_pair = { times = 1, per = "week" }\n'
    )

    assert names_of(pack) == [
        "currency:coins",
        "metric:points",
        "rule:share",
        "slot:cap:@acts/week",
        "slot:counter:c/day/channel",
        "slot:currency:coins/year",
        "slot:rule:share/last_30_days",
        "slot:thanks:t/week/receiver",
        "thanks:t",
    ]


def test_a_former_id_goes_with_the_name_and_its_counts() -> None:
    pack = rule('formerly = "old"\nlimits = [{ times = 1, per = "day" }, { times = 2, per = "day", counter = "c" }]')

    found = {naming.name: naming.formerly for naming in namings(check(texts(pack)))}

    assert found["rule:share"] == "rule:old"
    assert found["slot:rule:share/day"] == "slot:rule:old/day"
    assert found["slot:counter:c/day"] is None


def test_codes_are_those_that_are_handed_in() -> None:
    codes = {"rule:share": 7, "metric:points": 9}

    book = compile_rulebook(texts(rule()), codes)

    assert (book.rules[0].code, book.points.code) == (7, 9)
    assert {code: name.id for code, name in book.names.items()} == {7: "share", 9: "points"}


def test_a_name_without_a_code_is_an_error_of_the_caller() -> None:
    with pytest.raises(KeyError, match="rule:share"):
        compile_rulebook(texts(rule()), {})


def test_windows_of_a_metric_are_those_that_anything_reads() -> None:
    pack = (
        METRIC
        + rule("if.metrics.shares.last_30_days.at_least = 2\nif.metrics.shares.year.at_least = 1")
        + '[[badge]]\nid = "b"\ntitle = "B"\nof = { metric = "shares", per = "month" }\nat = 3\n'
        + '[[leaderboard]]\nid = "l"\ntitle = "L"\nof = { metric = "shares" }\nperiods = ["week"]\n'
    )

    book = compiled(pack)

    (shares,) = book.metrics
    assert {(window.kind, window.n) for window in shares.windows} == {
        ("last_days", 30),
        ("year", 1),
        ("month", 1),
        ("week", 1),
    }
    assert shares.keep_days == 45 + 30
    assert book.badges[0].metric == shares
    assert book.boards[0].metric == shares


def test_a_metric_read_in_months_needs_no_days() -> None:
    pack = METRIC + rule("if.metrics.shares.month.at_least = 2\nif.metrics.shares.ever.at_least = 2")

    assert compiled(pack).metrics[0].keep_days == 0


def test_months_are_kept_where_anything_reads_months_or_counts_what_they_add_up_to() -> None:
    years = METRIC + '[[metric]]\nid = "years"\non = "content.shared"\ndistinct = "year"\n'
    pack = years + rule("if.metrics.shares.year.at_least = 2\nif.metrics.years.ever.at_least = 2")
    board = '[[leaderboard]]\nid = "l"\ntitle = "L"\nof = { metric = "shares" }\nperiods = ["month"]\n'

    kept = [{metric.id: metric.keep_months for metric in compiled(text).metrics} for text in (pack, pack + board)]

    assert kept == [{"shares": False, "years": True}, {"shares": True, "years": True}]


def test_two_weeks_are_kept_by_day_however_few_days_back_an_act_may_be_reported() -> None:
    pack = METRIC + '[[leaderboard]]\nid = "l"\ntitle = "L"\nof = { metric = "shares" }\nperiods = ["week"]\n'

    book = compiled(pack, ORGANIZATION.replace('country = "FI"', 'country = "FI"\ndays_back = 1'))

    assert book.metrics[0].keep_days == 14


def test_days_are_kept_180_at_most_and_different_weeks_need_them() -> None:
    pack = METRIC.replace('"shares"', '"weeks"') + 'distinct = "week"\n'

    kept = [
        compiled(pack + rule(f"if.metrics.weeks.{word}.at_least = 2")).metrics[0].keep_days
        for word in ("last_25_weeks", "quarter", "month")
    ]

    assert kept == [180, 45 + 92, 45 + 31]


def test_levels_and_boards_read_points() -> None:
    level = '[[level]]\nid = "a"\ntitle = "A"\nat = 50\n'
    pack = level + '[[leaderboard]]\nid = "l"\ntitle = "L"\nperiods = ["week"]\n'

    book = compiled(pack)

    assert book.points.windows == (Window("ever"), Window("week"))
    assert book.boards[0].metric == book.points
    assert book.boards[0].periods == (PeriodKind.WEEK,)


def test_money_of_a_limit_is_counted_in_the_currency() -> None:
    coin = '[[currency]]\nid = "coins"\ntitle = "C"\nworth = { eur = "0.03" }\nper_point = 1\n'
    pack = coin + 'limits = [{ eur = "96.00", per = "year" }]\n'

    (coins,) = compiled(pack).currencies

    assert [most for _, most in coins.limits] == [3_200]
    assert coins.worth == ("eur", "0.03")


def test_a_rule_names_amounts_of_currencies() -> None:
    book = compiled('[[currency]]\nid = "coins"\ntitle = "C"\n' + rule("coins = 5"))

    assert book.rules[0].also == ((book.currencies[0].code, 5),)


def test_who_is_paid() -> None:
    inviter = only_rule(rule('pays = "member.invited_by"\nsays_who = false'))
    proposer = only_rule(rule('pays = "proposer"\nself_ok = true', on="content.approved"))

    assert inviter.pays == Pays(who="invited_by", says_who=False)
    assert proposer.pays == Pays(who="field", field="proposer", self_ok=True)


def test_formulas_of_an_event_are_bound_together() -> None:
    pack = (
        METRIC
        + rule("formula = 'event.channel == \"x\"'", id_="a", points="{ formula = 'event.minutes / 10' }")
        + rule("formula = 'metrics.shares.week > 2'", id_="b")
    )

    book = compiled(pack)

    formulas = book.formulas["content.shared"]
    assert [reading.name for reading in formulas.readings] == ["channel", "minutes", "shares"]
    assert formulas.readings[2].metric == book.metrics[0].code
    bound = formulas.bind(["x", 35, 3])
    a, b = book.rules
    assert not isinstance(a.points, int)
    assert a.points.evaluate(bound) == 3
    assert b.condition.formula is not None
    assert b.condition.formula.evaluate(bound) is True
    assert isinstance(a.points.evaluate(formulas.bind(["x", None, 3])), FormulaFault)
    assert Window("week") in book.metrics[0].windows


def test_a_rulebook_with_mistakes_is_refused_with_all_of_them() -> None:
    with pytest.raises(RulebookRefused) as refused:
        compile_rulebook(texts(rule('if.chanel = "x"\nponts = 3')), {})

    assert [m.code for m in refused.value.mistakes] == ["unknown-field", "unknown-word"]


def off(pack: str) -> dict[str, str]:
    return texts(rule()) | {"extras/more.toml": pack}


def test_packs_that_are_off_are_checked_and_not_compiled() -> None:
    files = off(rule('if.chanel = "x"', id_="more"))

    book = compile_rulebook(files, assign({}, namings(check(texts(rule())))))

    assert [m.file for m in check(files).mistakes] == ["extras/more.toml"]
    assert [found.id for found in book.rules] == ["share"]


def test_a_pack_that_is_off_may_build_on_what_is_in_force_and_clashes_in_no_id() -> None:
    reads = off(METRIC + rule("if.metrics.shares.ever = 1", id_="more"))
    clashes = off(rule())

    assert check(reads).mistakes == ()
    assert [m.code for m in check(clashes).mistakes] == ["duplicate-id"]


def test_what_is_in_force_builds_on_nothing_that_is_off() -> None:
    files = texts(rule("if.metrics.shares.ever = 1")) | {"extras/more.toml": METRIC}

    assert {m.code for m in check(files).mistakes} == {"unknown-metric"}


def test_a_pack_is_a_folder_or_a_file() -> None:
    in_force = ORGANIZATION.replace('"starter"', '"starter", "extras/more"')
    files = texts(rule(), in_force) | {"extras/more.toml": rule(id_="more"), "extras/less.toml": rule(id_="less")}

    book = compile_rulebook(files, assign({}, namings(check(files))))

    assert [found.id for found in book.rules] == ["more", "share"]


def test_the_digest_covers_every_byte_in_force_and_nothing_else() -> None:
    plain = digest_of(texts(rule()))

    assert len(plain) == 16
    assert digest_of(off(rule(id_="more"))) == plain
    assert digest_of(texts(rule() + "#")) != plain
    assert digest_of(texts(rule(), ORGANIZATION + "#")) != plain
    renamed = {"organization.toml": ORGANIZATION, "starter/other.toml": rule()}
    assert digest_of(renamed) != plain
    assert compiled(rule()).digest == plain


def test_the_order_of_files_changes_nothing() -> None:
    files = texts(rule(id_="b") + METRIC) | {"starter/a.toml": rule("if.metrics.shares.week = 1", id_="a")}
    codes = assign({}, namings(check(files)))

    def book(names: list[str]) -> Rulebook:
        return compile_rulebook({name: files[name] for name in names}, codes)

    assert book(sorted(files)) == book(sorted(files, reverse=True))


def test_every_name_of_the_rulebook_has_a_naming() -> None:
    checked = check(texts(METRIC + rule('limits = [{ times = 1, per = "day" }]')))
    codes = assign({}, namings(checked))

    book = compile_rulebook(texts(METRIC + rule('limits = [{ times = 1, per = "day" }]')), codes)

    assert {f"{name.kind}:{name.id}": code for code, name in book.names.items()} == codes
    assert Naming("metric:shares") in namings(checked)


def test_defaults_that_hold_for_no_rule_and_missing_translations_are_noticed() -> None:
    pack = '[defaults]\non = "link.clicked"\nif.human = true\n' + rule('text = { en = "Thanks" }')

    found = check(texts(pack))

    assert found.mistakes == ()
    assert [notice.code for notice in found.notices] == ["defaults-unused", "not-translated"]


def test_years_and_the_end_of_a_currency_are_compiled() -> None:
    book = compiled(
        '[[recognition]]\nid = "years"\ntitle = "Y"\nanniversary_of = "member.started_on"\nyears = [5, 1]\n'
        "ask_first = true\n"
        '[[currency]]\nid = "coins"\ntitle = "C"\nexpires = "2 years"\nlast_day = 1970-01-31\n'
        '[[currency]]\nid = "gold"\ntitle = "G"\n'
    )

    (years,), (coins, gold) = book.anniversaries, book.currencies
    assert (years.years, years.asks_first, book.recognitions) == ((1, 5), True, ())
    assert (coins.expires_months, coins.last_day, coins.announce_days, coins.runs_out) == (24, 30, 60, True)
    assert (gold.expires_months, gold.last_day, gold.announce_days, gold.runs_out) == (None, None, 0, False)


def test_winners_may_be_asked_first() -> None:
    board = '[[leaderboard]]\nid = "l"\ntitle = "L"\nperiods = ["week"]\n'
    best = '[[recognition]]\nid = "r"\ntitle = "R"\nat_end_of = "week"\nboard = "l"\n'

    assert [each.asks_first for each in compiled(board + best + "ask_first = true\n").recognitions] == [True]
    assert [each.asks_first for each in compiled(board + best).recognitions] == [False]
