"""Parts vote for the target's centre, and the filters learn what the parts look like."""

from __future__ import annotations

import pytest
from support_maps import label
from support_maps import peak_of
import torch
from torch import Tensor
import torch.nn.functional as F

from rat_tracker.online.part_filters import part_offsets
from rat_tracker.online.part_filters import PartFilters
from rat_tracker.online.part_filters import PartVotes
from rat_tracker.trackers.rat.parameters import RatFilters

SIZE, CHANNELS = 24, 6
TARGET_ROWS, TARGET_COLUMNS = 12.0, 9.0
MIDDLE = torch.tensor([12.0, 12.0])


def test_parts_tile_the_target() -> None:
    assert part_offsets(3, TARGET_ROWS, TARGET_COLUMNS) == [
        (-4, -3), (-4, 0), (-4, 3),
        (0, -3), (0, 0), (0, 3),
        (4, -3), (4, 0), (4, 3)]


def test_one_part_is_the_whole_target() -> None:
    assert part_offsets(1, TARGET_ROWS, TARGET_COLUMNS) == [(0, 0)]


def combined(parts: Tensor, offsets: list[tuple[int, int]]) -> Tensor:
    """Return the votes on the whole map; parts beyond its edges have none."""
    votes = PartVotes(offsets)
    down, across = votes.reach
    return votes(F.pad(parts, (across, across, down, down)))


@pytest.mark.parametrize('grid', [1, 2, 3, 4])
def test_parts_at_their_positions_agree_on_the_centre(grid: int) -> None:
    """Each part's map, moved by its offset, is the same Gaussian at the centre."""
    offsets = part_offsets(grid, TARGET_ROWS, TARGET_COLUMNS)
    labels = torch.stack([
        label(SIZE, SIZE, 11 + down, 13 + across, 1.2) for down, across in offsets])

    vote = combined(labels[None], offsets)[0]

    assert vote.shape == (SIZE, SIZE)
    torch.testing.assert_close(vote, label(SIZE, SIZE, 11, 13, 1.2), atol=1e-5, rtol=0)


def test_combination_is_the_fixed_kernel_of_the_paper() -> None:
    """A convolution with one tap in each channel, at the part's offset."""
    offsets = part_offsets(3, TARGET_ROWS, TARGET_COLUMNS)
    parts = torch.randn(2, 9, SIZE, SIZE, generator=torch.Generator().manual_seed(0))
    kernel = torch.zeros(1, 9, 9, 9)
    for part, (down, across) in enumerate(offsets):
        kernel[0, part, 4 + down, 4 + across] = 1 / 9

    expected = F.conv2d(parts, kernel, padding=4)[:, 0]

    torch.testing.assert_close(combined(parts, offsets), expected)


@pytest.mark.parametrize('hidden', range(9))
def test_hidden_part_lowers_the_vote_and_does_not_move_it(hidden: int) -> None:
    offsets = part_offsets(3, TARGET_ROWS, TARGET_COLUMNS)
    labels = torch.stack([
        label(SIZE, SIZE, 11 + down, 13 + across, 1.2) for down, across in offsets])
    labels[hidden] = 0

    peak = peak_of(combined(labels[None], offsets)[0])

    assert (peak.row, peak.column) == pytest.approx((11, 13), abs=1e-3)
    assert peak.value == pytest.approx(8 / 9, abs=1e-4)


def scene(row: int, column: int, look: int = 0) -> Tensor:
    """Return features with a target of a certain look around a cell, on a weak random ground."""
    random = torch.Generator().manual_seed(100 + look)
    target = torch.randn(CHANNELS, int(TARGET_ROWS), int(TARGET_COLUMNS), generator=random)
    features = 0.1 * torch.randn(
        CHANNELS, SIZE, SIZE, generator=torch.Generator().manual_seed(1))
    top, left = row - int(TARGET_ROWS) // 2, column - int(TARGET_COLUMNS) // 2
    features[:, top:top + int(TARGET_ROWS), left:left + int(TARGET_COLUMNS)] = target
    return features


def filters(parameters: RatFilters | None = None) -> PartFilters:
    return PartFilters(
        parameters or RatFilters(), scene(12, 12)[None], MIDDLE[None],
        TARGET_ROWS, TARGET_COLUMNS)


@pytest.mark.parametrize('grid', [1, 3])
@pytest.mark.parametrize(('row', 'column'), [(12, 12), (9, 14), (15, 8)])
def test_target_is_found_where_it_went(grid: int, row: int, column: int) -> None:
    response = filters(RatFilters(grid=grid)).respond(scene(row, column)[None])

    peak = peak_of(response[0])
    assert (peak.row, peak.column) == pytest.approx((row, column), abs=0.3)
    assert peak.value > 0.6


def test_patches_of_a_batch_are_filtered_one_by_one() -> None:
    learned = filters()
    views = torch.stack([scene(12, 12), scene(9, 14)])

    together = learned.respond(views)

    for index in range(2):
        torch.testing.assert_close(together[index], learned.respond(views[index:index + 1])[0])


def test_response_within_a_part_of_the_map_is_that_of_the_map() -> None:
    learned, view = filters(), scene(12, 12)[None]
    down, across = learned.margin()
    whole = learned.respond(view)

    within = learned.respond_within(view)

    torch.testing.assert_close(within, whole[:, down:-down, across:-across])


def test_new_appearance_is_learned_and_the_first_one_is_not_forgotten() -> None:
    learned = filters(RatFilters(memory=10))
    changed = scene(12, 12, look=1)
    before = float(learned.respond(changed[None])[0, 12, 12])

    for _ in range(20):
        learned.learn(changed, MIDDLE)
        learned.update()

    assert float(learned.respond(changed[None])[0, 12, 12]) > before + 0.3
    first = peak_of(learned.respond(scene(9, 14)[None])[0])
    assert (first.row, first.column) == pytest.approx((9, 14), abs=0.5)


def test_nothing_is_learned_before_the_update() -> None:
    learned = filters()
    view = scene(12, 12)[None]
    before = learned.respond(view)

    learned.learn(scene(12, 12, look=1), MIDDLE)

    assert torch.equal(learned.respond(view), before)


def test_memory_does_not_grow() -> None:
    learned = filters(RatFilters(memory=4))
    before = learned.memory_bytes
    for _ in range(10):
        learned.learn(scene(12, 12), MIDDLE)
        learned.update()

    assert learned.memory_bytes == before
