"""What a data set can have wrong with it."""

from __future__ import annotations


class DatasetError(RuntimeError):
    """A data set that is missing or not as it should be; the message says where and what to do."""
