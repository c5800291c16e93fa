"""Depth without loss, as RVL packs it.

A. D. Wilson, "Fast Lossless Depth Image Compression", ISS 2017, figure 2: runs of zeros and of
other values take turns. A run begins with its length; of a run of values the differences follow,
each to the value before it, whatever zeros lie between, with the sign in the lowest bit. Numbers
are written in nibbles, three bits each, the lowest first, and a fourth that says that more follow.
Eight nibbles fill a word, from its highest to its lowest, and words are little-endian.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

_MORE = 8  # the bit of a nibble that says that its number goes on
_LONGEST = 11  # nibbles of a number: 33 bits, more than any length or difference needs


def decode_rvl(data: bytes, pixels: int) -> npt.NDArray[np.uint16]:
    """Return the values, which are as many as are asked for; 0 where nothing was seen.

    Time and memory are bounded by the data and the number of pixels, whatever the data hold.

    :param data: without the sizes that compressedDepth writes before it
    :raises ValueError: the data do not hold so many values
    """
    numbers = _numbers(data)
    # Where each run of values begins in the image and in the numbers, and how long it is.
    starts, begins, lengths = [], [], []
    pixel = at = 0
    while pixel < pixels:
        if at + 2 > len(numbers):
            raise ValueError(f'RVL data end after {pixel} of {pixels} pixels')
        zeros, values = numbers.item(at), numbers.item(at + 1)
        at += 2
        pixel += zeros
        if values:
            starts.append(pixel)
            begins.append(at)
            lengths.append(values)
        pixel, at = pixel + values, at + values
    if pixel > pixels or at > len(numbers):
        raise ValueError(f'RVL data do not hold {pixels} pixels')
    depth = np.zeros(pixels, np.uint16)
    if lengths:
        differences = numbers[_runs(begins, lengths)]
        signed = (differences >> 1) ^ -(differences & 1)
        depth[_runs(starts, lengths)] = np.cumsum(signed) & 0xFFFF
    return depth


def _numbers(data: bytes) -> npt.NDArray[np.int64]:
    """Return all numbers that there are, whatever they mean."""
    words = np.frombuffer(data[:len(data) // 4 * 4], np.uint8).reshape(-1, 4)[:, ::-1]
    nibbles = np.empty((words.size, 2), np.uint8)
    nibbles[:, 0], nibbles[:, 1] = words.ravel() >> 4, words.ravel() & 15
    flat = nibbles.ravel()
    ends = np.flatnonzero(flat < _MORE)
    if not len(ends):
        return np.zeros(0, np.int64)
    flat = flat[:ends[-1] + 1]
    begins = np.concatenate([[0], ends[:-1] + 1])
    if (ends - begins).max() >= _LONGEST:
        raise ValueError('RVL data hold a number that is too large')
    position = np.arange(len(flat)) - np.repeat(begins, ends - begins + 1)
    parts = (flat & (_MORE - 1)).astype(np.int64) << (3 * position)
    return np.add.reduceat(parts, begins)


def _runs(begins: list[int], lengths: list[int]) -> npt.NDArray[np.int64]:
    """Return the indices of all elements of some runs."""
    many = np.array(lengths)
    before = np.cumsum(many) - many
    return np.arange(int(many.sum())) + np.repeat(np.array(begins) - before, many)
