"""The metrics' own test passes on what data sets hold, and notices wrong metrics."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from support_metrics import box_rows
from support_metrics import NO_BOX
from support_metrics import sequence_of

from rat_tracker.datasets.sequence import Sequence
from rat_tracker.datasets.text import FARTHEST
from rat_tracker.datasets.text import THINNEST
from rat_tracker.evaluation.metrics.one_pass import compute_metrics
from rat_tracker.evaluation.metrics.one_pass import Metrics
from rat_tracker.evaluation.running import self_check as module
from rat_tracker.evaluation.running.self_check import self_check
from rat_tracker.evaluation.running.self_check import SelfCheckError
from rat_tracker.evaluation.sequence_run import SequenceRun

WALK = box_rows((10, 10, 20, 10), (12.3, 11, 20, 10), (-14, 12, 20.7, 10), (316, 13, 20, 10.1))
GAPS = np.vstack([WALK, box_rows(NO_BOX, (0, 0, 0, 0)), WALK])


@pytest.mark.parametrize('sequence', [
    sequence_of(WALK),
    sequence_of(GAPS),
    sequence_of(GAPS, counted=[True] * 4 + [False] * 2 + [True] * 4),
    sequence_of(GAPS, counted=[False] * 4 + [True] * 2 + [False] * 4),
    sequence_of(WALK, counted=[False] * 4),
    sequence_of(WALK[:1]),
    sequence_of(WALK - (500, 500, 0, 0)),
    sequence_of(WALK - (-5000, -5000, 0, 0)),
    sequence_of(WALK * (1, 1, 0, 0) + (FARTHEST - 400, FARTHEST - 400, THINNEST, THINNEST)),
], ids=['plain', 'counted gaps', 'gaps', 'gaps alone', 'nothing counted', 'one frame',
        'left of and above the image', 'far off', 'tiny and far off'])
def test_true_boxes_score_as_much_as_can_be_scored(sequence: Sequence) -> None:
    self_check([sequence])


def test_wrong_metric_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def lenient(sequence: Sequence, run: SequenceRun) -> Metrics:
        """Take an overlap at the threshold for one above it."""
        return replace(compute_metrics(sequence, run), auc=1.0)

    monkeypatch.setattr(module, 'compute_metrics', lenient)

    with pytest.raises(SelfCheckError, match=r'walk: its true boxes score auc 1\.0+ instead of 0'):
        self_check([sequence_of(WALK)])
