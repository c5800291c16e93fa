"""The ring of past images: what it keeps, what it finds, what it says when it does not."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies
import pytest

from rat_tracker.pipeline.frame import Frame
from rat_tracker.pipeline.frame import LateImage
from rat_tracker.pipeline.frame_buffer import FrameBuffer

MILLISECOND = 1_000_000
SECOND = 1000 * MILLISECOND


def frame(sequence: int, stamp: int, size: int = 100) -> Frame:
    return Frame(sequence, stamp, None, size)


def filled(count: int, seconds: float = 2.0, max_bytes: int = 10**9) -> FrameBuffer:
    """Return a buffer that was given images 1 to ``count``, a tenth of a second apart."""
    buffer = FrameBuffer(seconds, max_bytes)
    for sequence in range(1, count + 1):
        buffer.append(frame(sequence, sequence * 100 * MILLISECOND))
    return buffer


def test_it_keeps_the_seconds_that_it_was_given() -> None:
    buffer = filled(50)
    assert [kept.sequence for kept in buffer.after(0)] == list(range(30, 51))
    buffer.resize(0.5, 10**9)
    buffer.append(frame(51, 5100 * MILLISECOND))
    assert [kept.sequence for kept in buffer.after(0)] == list(range(46, 52))


@given(strategies.lists(strategies.integers(0, 1000), max_size=50), strategies.integers(0, 2000))
def test_it_never_keeps_more_bytes_than_it_may_but_for_the_newest_image(
    sizes: list[int], max_bytes: int,
) -> None:
    buffer = FrameBuffer(1e6, max_bytes)
    for sequence, size in enumerate(sizes, 1):
        buffer.append(frame(sequence, sequence * SECOND, size))
        assert buffer.bytes <= max_bytes or len(buffer) == 1
        assert buffer.bytes == sum(kept.size for kept in buffer.after(0))
        assert buffer.newest is not None
        assert buffer.newest.sequence == sequence


def test_it_finds_the_image_of_a_stamp_and_the_newest_for_none() -> None:
    buffer = filled(20)
    assert buffer.at(700 * MILLISECOND).sequence == 7
    assert buffer.at(0).sequence == 20
    # Clients whose stamps are floats are off by some hundred nanoseconds.
    assert buffer.at(700 * MILLISECOND + 300).sequence == 7


@pytest.mark.parametrize(('stamp', 'words'), [
    (1 * SECOND, '1.000000000 is older than the images that are kept, 3.000000000 to 5.0'),
    (7 * SECOND, '7.000000000 is newer than the images that are kept, 3.000000000 to 5.0')])
def test_it_names_its_span_when_a_stamp_is_outside(stamp: int, words: str) -> None:
    with pytest.raises(ValueError) as refusal:
        filled(50).at(stamp)
    assert words in str(refusal.value)


def test_it_says_when_an_image_was_never_received() -> None:
    buffer = FrameBuffer(10.0, 10**9)
    buffer.append(frame(1, 1 * SECOND))
    buffer.append(frame(2, 3 * SECOND))
    with pytest.raises(ValueError) as refusal:
        buffer.at(2 * SECOND)
    assert 'missing from the images that are kept' in str(refusal.value)
    with pytest.raises(ValueError) as refusal:
        FrameBuffer(10.0, 10**9).at(0)
    assert 'no image was received yet' in str(refusal.value)


def test_a_late_image_is_refused_and_a_jump_back_begins_anew() -> None:
    buffer = filled(30)
    with pytest.raises(LateImage):
        buffer.append(frame(31, 2950 * MILLISECOND))
    assert len(buffer) == 21
    assert buffer.append(frame(32, 1 * SECOND)) == 2.0
    assert [kept.sequence for kept in buffer.after(0)] == [32]


def test_of_images_without_a_stamp_only_the_newest_is_kept() -> None:
    buffer = FrameBuffer(2.0, 10**9)
    for sequence in range(1, 5):
        assert buffer.append(frame(sequence, 0)) == 0
        assert [kept.sequence for kept in buffer.after(0)] == [sequence]


@given(strategies.lists(strategies.integers(0, 10**10), min_size=1, max_size=60))
def test_whatever_the_stamps_it_stays_in_order(stamps: list[int]) -> None:
    buffer = FrameBuffer(2.0, 10**9)
    for sequence, stamp in enumerate(stamps, 1):
        try:
            buffer.append(frame(sequence, stamp))
        except LateImage:
            continue
        kept = buffer.after(0)
        assert kept[-1].sequence == sequence
        stamped = [item.stamp for item in kept if item.stamp]
        assert stamped == sorted(stamped)
