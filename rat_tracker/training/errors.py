"""What is wrong with a training."""

from __future__ import annotations


class TrainingError(RuntimeError):
    """A training that cannot begin, go on or be resumed; the message names the remedy."""
