"""Recognitions, in their two forms: winners at the end of a board's period, and years with the organization."""

from typing import Final

from engine.core.periods import PeriodKind
from engine.core.questions import Test
from engine.core.rules import Anniversary, Board, Recognition
from engine.rulebook.collect import Entry
from engine.rulebook.conditions import SIGHT_OF_RECOGNITIONS, Sight, read_lines
from engine.rulebook.did_you_mean import listed, nearest, shown
from engine.rulebook.report import Place
from engine.rulebook.scope import Scope
from engine.rulebook.texts import read_text, read_title
from engine.rulebook.words.awards import Recognition as RecognitionWords

OF_A_BOARD: Final = ("at_end_of", "board", "places", "ties", "most", "at_least", "leave_out")
"""The words that say nothing on an anniversary."""


def read_recognition(
    entry: Entry[RecognitionWords], boards: dict[str, Board], scope: Scope
) -> Recognition | Anniversary | None:
    """The recognition; None where it can't name anybody."""
    words, place = entry.words, entry.place
    if words.anniversary_of is not None:
        return _anniversary(entry, scope)
    report = scope.report
    if words.years and report.was_read(place.at("anniversary_of")):
        inner = place.at("years")
        cure = 'Add anniversary_of = "member.started_on", or take years out.'
        report.wrong(inner, "says-nothing", "years says nothing without anniversary_of.", cure=cure, spot=inner.key)
    title = read_title(words.title, place.at("title"), scope.ground.languages, report)
    text = read_text(words.text, place.at("text"), scope.ground.languages, report)
    code = scope.names.code("recognition", words.id, title, words.formerly)
    were_read = report.was_read(place.at("most")) and report.was_read(place.at("places"))
    if words.most < words.places and were_read:
        found = f"most is {words.most}, and places are {words.places}."
        report.wrong(place.at("most"), "out-of-range", found, expected="most is at least the number of places.")
    sight = Sight(scope=scope, sees=SIGHT_OF_RECOGNITIONS, of="recognition")
    leave_out: tuple[Test, ...] = tuple(line.test for line in read_lines(words.leave_out, place.at("leave_out"), sight))
    were_read = report.was_read(place.at("board")) and report.was_read(place.at("at_end_of"))
    if were_read and not words.years and (words.board is None or words.at_end_of is None):
        cure = 'Add at_end_of = "month" and board = "…"; or anniversary_of = "member.started_on" and years.'
        report.wrong(
            place, "missing", "This recognition needs a board and the end of a period.", cure=cure, spot=place.key
        )
    board = _board_of(words, place, boards, scope)
    if board is None or words.at_end_of is None:
        return None
    return Recognition(
        code=code,
        id=words.id,
        title=title,
        text=text,
        at_end_of=PeriodKind(words.at_end_of),
        board=board,
        places=words.places,
        most=words.most,
        at_least=words.at_least,
        leave_out=leave_out,
        asks_first=words.ask_first,
    )


def _anniversary(entry: Entry[RecognitionWords], scope: Scope) -> Anniversary:
    """The other form: no board, no places, only years."""
    words, place = entry.words, entry.place
    report = scope.report
    title = read_title(words.title, place.at("title"), scope.ground.languages, report)
    said = _table_of(place)
    for name in OF_A_BOARD:
        if name in said:
            inner = place.at(name)
            found = f"{name} says nothing on an anniversary: nobody is ranked."
            cure = "Take it out, or write a second [[recognition]] for the board."
            report.wrong(inner, "says-nothing", found, cure=cure, spot=inner.key)
    if not words.years and report.was_read(place.at("years")):
        inner = place.at("anniversary_of")
        cure = "Add, for example: years = [1, 5, 10]"
        report.wrong(inner, "missing", "This anniversary does not say after how many years.", cure=cure, spot=inner.key)
    for number, years in enumerate(words.years):
        if years in words.years[:number]:
            found = f"{years} stands twice in years."
            report.wrong(place.at("years", number), "said-twice", found, cure="Take one out.")
    return Anniversary(
        code=scope.names.code("recognition", words.id, title, words.formerly),
        id=words.id,
        title=title,
        text=read_text(words.text, place.at("text"), scope.ground.languages, report),
        years=tuple(sorted(set(words.years))),
        asks_first=words.ask_first,
    )


def _table_of(place: Place) -> dict[str, object]:
    """The table as it stands in the file, so that a word is seen that only says what holds anyway."""
    word, number = place.path
    tables = place.file.document.values.get(str(word))
    return tables[number] if isinstance(tables, list) and isinstance(number, int) else {}


def _board_of(words: RecognitionWords, place: Place, boards: dict[str, Board], scope: Scope) -> Board | None:
    """The board that a recognition looks at; reported where it has not what the recognition needs."""
    report = scope.report
    if words.board is None:
        return None
    board = boards.get(words.board)
    if board is None:
        if words.board not in scope.boards:
            expected = (
                f"Leaderboards: {listed(sorted(scope.boards))}." if scope.boards else "There is no leaderboard yet."
            )
            found = f"{shown(words.board)} is not a leaderboard."
            near = nearest(words.board, scope.boards)
            report.wrong(place.at("board"), "unknown-board", found, near=near, expected=expected)
        return None
    if words.at_end_of is not None and words.at_end_of not in board.periods:
        found = f"The board {board.id} has no {words.at_end_of}: nobody could be named."
        expected = f"Its periods: {listed(board.periods)}."
        report.wrong(place.at("at_end_of"), "board-without-period", found, expected=expected)
    if "members" not in board.by:
        found = f"The board {board.id} ranks no members."
        report.wrong(place.at("board"), "board-without-members", found, cure='Add "members" to its by.')
    return board
