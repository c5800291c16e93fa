"""What goes wrong with bags."""

from __future__ import annotations


class BagError(RuntimeError):
    """A bag that cannot be read or written; the message says why and what to do, in one line."""


def in_one_line(error: BaseException) -> str:
    """Return the message of an error without its line breaks and its final stop.

    Nor does it ask to report what rosbags does not know yet: its user has a bag to read.
    """
    text = ' '.join(str(error).split()).rstrip('.').removesuffix('; please report issue')
    return text or type(error).__name__
