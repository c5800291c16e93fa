"""What the outcome of a run depends on, in one short text: equal texts, equal outcome."""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from rat_tracker.datasets import Sequence
from rat_tracker.evaluation.machine import library_versions

_ROOT = Path(__file__).resolve().parents[2]
_BESIDE = ('ros', 'cli', 'evaluation/report')  # folders that no run depends on


@lru_cache(maxsize=1)
def code_digest() -> str:
    """Return a digest of this package's code and of the libraries' versions."""
    digest = sha256()
    for path in sorted(_ROOT.rglob('*.py')):
        name = path.relative_to(_ROOT).as_posix()
        if not name.startswith(_BESIDE):
            digest.update(f'{name}\0'.encode())
            digest.update(path.read_bytes())
    digest.update(repr(library_versions()).encode())
    return digest.hexdigest()[:16]


def fingerprint(
    tracker: str, sequence: Sequence, realtime: float | None, nano_models: Path | None,
) -> str:
    """Return a digest of all that a run is made of.

    Images count by where they lie, by their size, and by when they were changed.
    """
    digest = sha256(code_digest().encode())
    digest.update(repr((tracker, sequence.name, sequence.frames.signature(), realtime)).encode())
    digest.update(sequence.boxes[0].tobytes())
    for path in sorted(nano_models.glob('*.onnx')) if nano_models \
            and tracker.endswith('opencv:nano') else ():
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
