"""Distractors are followed by their places, and count for little where they are expected."""

from __future__ import annotations

import numpy as np
import pytest

from rat_tracker.geometry import Box
from rat_tracker.geometry import SearchRegion
from rat_tracker.online.distractors import DistractorParameters
from rat_tracker.online.distractors import Distractors
from rat_tracker.online.distractors import highest_peaks
from rat_tracker.online.distractors import PEAKS

SIZE = 32
PARAMETERS = DistractorParameters(
    suppression=0.9, reach=0.5, least_peak=0.1, apart=0.5, step=0.8, hidden_below=0.3)
TARGET = Box.from_center(200, 200, 40, 40)
REGION = SearchRegion.around(200, 200, 160, 160, 256)  # a cell is 5 image pixels
OWN = 16, 16  # the cells of the target and of something 40 pixels, its side, right of it
BESIDE = 16, 24

Cell = tuple[int, int]


def peaks(*cells: Cell, value: float = 0.8) -> list[list[float]]:
    """Return the target's peak of 1 and some of others, the highest first."""
    return [[*OWN, 1.0], *([*cell, value] for cell in cells)]


def follow(distractors: Distractors, *frames: list[list[float]]) -> None:
    for frame in frames:
        distractors.follow(frame, 1.0, REGION, TARGET, trusted=True)


def made() -> Distractors:
    return Distractors(PARAMETERS, SIZE)


def weight(distractors: Distractors, cell: Cell) -> float:
    weights = distractors.weights(REGION, TARGET)
    return 1.0 if weights is None else float(weights[cell])


def test_place_of_a_peak_that_was_seen_twice_counts_for_little() -> None:
    distractors = made()

    follow(distractors, peaks(BESIDE), peaks(BESIDE))

    assert weight(distractors, BESIDE) == pytest.approx(0.1, abs=0.02)
    assert weight(distractors, OWN) == 1
    assert weight(distractors, (16, 4)) == 1


@pytest.mark.parametrize('frames', [
    [], [peaks()], [peaks(BESIDE)], [peaks(BESIDE), peaks(), peaks(BESIDE)],
])
def test_what_was_not_seen_again_and_again_counts_like_anything(
    frames: list[list[list[float]]],
) -> None:
    distractors = made()

    follow(distractors, *frames)

    assert distractors.weights(REGION, TARGET) is None


def test_low_peak_is_no_distractor() -> None:
    distractors = made()

    follow(distractors, *[peaks(BESIDE, value=0.05)] * 4)

    assert distractors.weights(REGION, TARGET) is None


def test_peak_on_the_target_is_the_target() -> None:
    distractors = made()

    follow(distractors, *[peaks((16, 19))] * 4)

    assert distractors.weights(REGION, TARGET) is None


def test_cells_nearer_to_the_target_than_to_a_distractor_are_not_touched() -> None:
    distractors = made()
    follow(distractors, *[peaks((16, 20))] * 3)

    weights = distractors.weights(REGION, TARGET)

    assert weights is not None
    assert (weights[16, :18] == 1).all()
    assert (weights[16, 19:22] < 0.5).all()


def test_distractor_is_followed_where_it_goes() -> None:
    distractors = made()

    follow(distractors, *[peaks((16, 28 - step)) for step in range(6)])

    assert weight(distractors, (16, 23)) < 0.2
    assert weight(distractors, (16, 28)) > 0.5


def test_peak_too_far_from_a_distractor_is_another_one() -> None:
    distractors = made()

    follow(distractors, peaks((6, 26)), peaks((26, 26)))

    assert distractors.weights(REGION, TARGET) is None


def test_neighbours_side_by_side_are_two() -> None:
    distractors = made()

    follow(distractors, *[peaks((16, 24), (16, 29))] * 3)

    assert weight(distractors, (16, 24)) < 0.2
    assert weight(distractors, (16, 29)) < 0.2


def test_walkers_neighbour_is_apart_where_their_widths_are() -> None:
    """Tall and narrow: beside it another one has room where above it there is still itself."""
    walker = Box.from_center(200, 200, 20, 80)
    distractors = made()
    for _ in range(3):
        distractors.follow(peaks((16, 20), (21, 16)), 1.0, REGION, walker, trusted=True)

    weights = distractors.weights(REGION, walker)

    assert weights is not None
    assert weights[16, 20] < 0.3
    assert weights[21, 16] == 1


def test_distractor_that_is_gone_is_forgotten_after_some_frames() -> None:
    distractors = made()
    follow(distractors, *[peaks(BESIDE)] * 20)

    follow(distractors, *[peaks()] * 5)
    assert weight(distractors, BESIDE) < 0.2

    follow(distractors, *[peaks()] * 5)
    assert distractors.weights(REGION, TARGET) is None


def test_distractors_are_forgotten_on_request() -> None:
    distractors = made()
    follow(distractors, *[peaks(BESIDE)] * 3)

    distractors.forget()

    assert distractors.weights(REGION, TARGET) is None


def test_target_is_hidden_where_only_a_distractor_answers() -> None:
    distractors = made()
    follow(distractors, *[peaks(BESIDE)] * 3)

    assert distractors.hidden([[*BESIDE, 0.8]], 0.1)
    assert not distractors.hidden([[*OWN, 0.5], [*BESIDE, 0.4]], 0.5)


def test_target_that_looks_different_is_not_hidden() -> None:
    """The response is as low as behind something, but nothing else answers higher."""
    distractors = made()
    follow(distractors, *[peaks(BESIDE)] * 3)

    assert not distractors.hidden([[*OWN, 0.1], [*BESIDE, 0.05]], 0.1)


def test_nothing_is_hidden_before_the_target_was_seen() -> None:
    assert not made().hidden([[*BESIDE, 0.8]], 0.1)


def test_kept_distractors_do_not_grow() -> None:
    random = np.random.default_rng(0)
    distractors = made()
    counts = []
    for _ in range(300):
        cells = random.integers(0, SIZE, (PEAKS - 1, 2))
        follow(distractors, peaks(*map(tuple, cells.tolist())))
        counts.append(len(distractors._distractors))

    assert max(counts) <= 50


def test_highest_peaks_are_the_maxima_of_their_surroundings() -> None:
    response = np.zeros((SIZE, SIZE), np.float32)
    response[4, 5], response[4, 6], response[20, 31], response[9, 9] = 0.5, 0.25, 0.75, -0.5

    assert highest_peaks(response) == [(20, 31, 0.75), (4, 5, 0.5)]


def test_no_more_than_the_highest_peaks_are_looked_at() -> None:
    response = np.zeros((SIZE, SIZE), np.float32)
    response[::6, ::6] = np.arange(1, 37).reshape(6, 6)

    values = [value for _, _, value in highest_peaks(response)]

    assert values == [36, 35, 34, 33, 32][:PEAKS]


def test_response_that_is_nowhere_positive_has_no_peak() -> None:
    assert highest_peaks(np.full((SIZE, SIZE), -1, np.float32)) == []
    assert not made().hidden([], 0.0)
