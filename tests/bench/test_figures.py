"""Several rounds of a measurement give medians."""

import pytest

from bench.figures import Figure, cpu_in_words, row_of, rows_of


def figure(reached: float, floor: float = 100.0) -> Figure:
    return Figure(what="events/s", reached=(reached, 2 * reached), shape="{:,.0f}; {:.1f}", floor=(floor,), asked="7")


def test_one_round_is_told_as_it_was() -> None:
    assert row_of([figure(5_000)]) == ("events/s", "5,000; 10000.0", "100", "50.00", "7")


def test_rounds_give_the_median_of_each_number_and_how_far_the_first_one_went() -> None:
    row = row_of([figure(300, floor=100), figure(100, floor=300), figure(200, floor=50)])

    assert row == ("events/s", "200; 400.0 (100 to 300)", "100", "3.00", "7")


def test_a_figure_without_numbers_says_its_note_alone() -> None:
    assert row_of([Figure(what="verify", note="no difference")] * 2) == ("verify", "no difference", "", "", "")


def test_rounds_that_measured_other_things_are_no_rounds_of_one_measurement() -> None:
    with pytest.raises(ValueError, match="argument 2"):
        rows_of([[figure(1)], [figure(1), figure(2)]])


def test_processor_time_is_told_for_each_event() -> None:
    assert cpu_in_words({"api": 0.5, "load": 0.025}, 1_000) == "CPU, µs each: api 500, load 25"
