import msgspec
import pytest

from engine.core.entries import Act, AnyEntry, Awarded, Corrected, MembershipChanged, VisibilityChosen
from engine.core.plan import Plan
from engine.core.receipts.amounts import Earlier
from engine.core.receipts.receipt import Beside, Receipt, Speaker
from engine.core.receipts.words import Language
from engine.core.rulebook import Removal
from tests.core.history import History, at
from tests.core.programme import DAY_BY_CHANNEL, rulebook

NOON = at("2026-11-23 12:00")
NAMELESS = Beside(names={})


def last_receipt(
    history: History, language: Language = "en", beside: Beside = NAMELESS, *, who: str = "anna"
) -> Receipt:
    logged = history.logged[-1]
    speaker = Speaker(history.plan, language)
    journal = history.journal_of(logged.position)
    return speaker.receipt(who, (logged.position, logged.recorded), logged.entry, journal, beside)


def test_a_receipt_says_what_was_paid_and_who_said_it() -> None:
    history = History()
    history.join("anna")
    history.share(when="2026-11-23 09:12")

    receipt = last_receipt(history)

    assert receipt.points == 10
    assert receipt.title == "Shared company content"
    assert receipt.sentences == ("Share in your own words: 10 points.", "Coins: 10.", "Said by hub.")


@pytest.mark.parametrize(
    ("amount", "language", "sentence"),
    [
        (1, "en", "Given by hand: +1 point."),
        (2, "en", "Given by hand: +2 points."),
        (1, "fi", "Annettu käsin: +1 piste."),
        (2, "fi", "Annettu käsin: +2 pistettä."),
    ],
)
def test_one_point_is_a_point(amount: int, language: Language, sentence: str) -> None:
    history = History()
    history.join("anna")
    history.add(Awarded("anna", NOON, points=amount))

    assert sentence in last_receipt(history, language).sentences


def test_a_receipt_shows_the_fade() -> None:
    history = History()
    history.join("anna")
    for day in (23, 24, 25):
        history.share(when=f"2026-11-{day} 09:12")

    assert "Share in your own words: 10 points, of which this one brings 50 %: 5." in last_receipt(history).sentences


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        (
            "en",
            (
                "Share in your own words: one a day counts (linkedin); yours of 9:12 was it.",
                "You did nothing wrong.",
                "The next one counts from Tue 24 Nov 00:00 (Helsinki).",
            ),
        ),
        (
            "fi",
            (
                "Jako omin sanoin: päivässä lasketaan yksi (linkedin); sinun kello 9.12 tehtysi oli se.",
                "Et tehnyt mitään väärin.",
                "Seuraava lasketaan alkaen ti 24.11. klo 0.00 (Helsinki).",
            ),
        ),
    ],
)
def test_a_receipt_says_when_the_next_one_counts(language: Language, sentences: tuple[str, ...]) -> None:
    history = History()
    history.join("anna")
    history.share(when="2026-11-23 09:12")
    history.share(when="2026-11-23 15:00")
    day = at("2026-11-23 12:00") // 86_400_000

    receipt = last_receipt(
        history, language, Beside(earlier=(Earlier(DAY_BY_CHANNEL.code, day, at("2026-11-23 09:12")),))
    )

    assert receipt.sentences[:3] == sentences
    assert receipt.points == 0


def test_what_a_removal_takes_back_says_so() -> None:
    book = msgspec.structs.replace(
        rulebook(), removals=(Removal(on="content.removed", within_days=30, badges_stay=False),)
    )
    shared = book.events["content.shared"]
    events = {**book.events, "content.removed": msgspec.structs.replace(shared, type="content.removed")}
    history = History(Plan(msgspec.structs.replace(book, events=events)))
    history.join("anna")
    history.share(when="2026-11-23 09:12", content="post")
    history.add(Act("content.removed", at("2026-11-24 09:00"), "hub", "anna", {"content": "post"}))

    assert "Share in your own words: -10 points, because the act was taken back." in last_receipt(history).sentences


def test_a_faded_share_says_from_when_the_next_one_counts() -> None:
    history = History()
    history.join("anna")
    for day in range(23, 28):
        history.share(when=f"2026-11-{day} 09:12")

    assert last_receipt(history).sentences[2] == "The next one counts from Mon 30 Nov 00:00 (Helsinki)."


@pytest.mark.parametrize(
    ("entry", "title", "sentence"),
    [
        (MembershipChanged("anna", "pause", NOON), "You paused", "Noted."),
        (VisibilityChosen("anna", boards=True, wall=False, badges=False), "Where you are shown", "Noted."),
        (Corrected("anna", NOON, amount=-5), "A correction", "Put right by hand: -5 points."),
        (Awarded("anna", NOON, points=5), "Given by hand", "Given by hand: +5 points."),
        (Awarded("anna", NOON, points=5, currency="coins"), "Given by hand", "Coins: +5."),
    ],
)
def test_a_receipt_is_called_after_what_it_is_about(entry: AnyEntry, title: str, sentence: str) -> None:
    history = History()
    history.join("anna")
    history.add(entry, NOON)

    receipt = last_receipt(history)

    assert (receipt.title, receipt.sentences) == (title, (sentence,))
