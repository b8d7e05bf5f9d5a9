import pytest

from engine.core.receipts.receipt import Earlier, Receipt, Speaker
from engine.core.receipts.words import Language
from tests.core.history import History, at
from tests.core.programme import DAY_BY_CHANNEL


def last_receipt(history: History, language: Language = "en", earlier: tuple[Earlier, ...] = ()) -> Receipt:
    logged = history.logged[-1]
    speaker = Speaker(history.plan, language)
    journal = history.journal_of(logged.position)
    return speaker.receipt("anna", logged.position, logged.recorded, logged.entry, journal, earlier)


def test_a_receipt_says_what_was_paid_and_who_said_it() -> None:
    history = History()
    history.join("anna")
    history.share(when="2026-11-23 09:12")

    receipt = last_receipt(history)

    assert receipt.points == 10
    assert receipt.title == "Shared company content"
    assert receipt.sentences == ("Share in your own words: 10 points.", "Coins: 10.", "Said by hub.")


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

    receipt = last_receipt(history, language, (Earlier(DAY_BY_CHANNEL.code, day, at("2026-11-23 09:12")),))

    assert receipt.sentences[:3] == sentences
    assert receipt.points == 0
