"""Counters and latencies of the node's work, for ``/diagnostics``."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
import math
import threading
import time

_WINDOW = 5.0  # seconds that the latencies and the rate cover


@dataclass(frozen=True, slots=True)
class Latency:
    """Percentiles of one latency in seconds; NaN while there is no sample."""

    p50: float
    p99: float


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The counters at one moment; the streaks end with the first image that is in order."""

    received: int = 0
    tracked: int = 0          # images with a result on the target topic
    dropped: int = 0          # passed over for a newer image, or came too late
    invalid: int = 0
    invalid_streak: int = 0
    unstamped_streak: int = 0
    last_error: str = ''
    last_received: float = -math.inf  # on the steady clock, in seconds
    last_processed: float = -math.inf
    rate: float = 0.0         # images tracked per second
    input_latency: Latency = Latency(math.nan, math.nan)     # stamp to arrival
    processing_time: Latency = Latency(math.nan, math.nan)   # begin to end of the tracking
    pipeline_latency: Latency = Latency(math.nan, math.nan)  # stamp to published


class Statistics:
    """Counters of images, and their latencies in seconds; all methods may be called in any thread.

    :param clock: a steady clock, in seconds
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._input, self._processing, self._pipeline = _Window(), _Window(), _Window()
        self._received = self._tracked = self._dropped = self._invalid = 0
        self._invalid_streak = self._unstamped_streak = 0
        self._last_sequence = 0
        self._last_error = ''
        self._last_received = self._last_processed = -math.inf

    def received(self, input_latency: float | None) -> int:
        """Count an image that came in, and return its number.

        :param input_latency: seconds; None where the image has no stamp
        """
        with self._lock:
            self._received += 1
            self._last_received = self._clock()
            if input_latency is None:
                self._unstamped_streak += 1
            else:
                self._unstamped_streak = 0
                self._input.add(self._last_received, input_latency)
            return self._received

    def processed(self, sequence: int, processing: float, pipeline: float | None) -> None:
        """Count an image whose result was published, and those that were passed over for it.

        :param sequence: the image's number, as ``received`` returned it
        :param processing: seconds that decoding and tracking took
        :param pipeline: seconds from the image's stamp to now; None where it has no stamp
        """
        with self._lock:
            if sequence <= self._last_sequence:
                return  # processed once more, after a selection
            self._pass(sequence)
            self._tracked += 1
            self._invalid_streak = 0
            self._last_processed = self._clock()
            self._processing.add(self._last_processed, processing)
            if pipeline is not None:
                self._pipeline.add(self._last_processed, pipeline)

    def invalid(self, sequence: int, reason: str) -> None:
        """Count an image that could not be read.

        :param sequence: the image's number, as ``received`` returned it
        """
        with self._lock:
            if sequence <= self._last_sequence:
                return
            self._pass(sequence)
            self._invalid += 1
            self._invalid_streak += 1
            self._last_error = reason

    def failed(self, reason: str) -> None:
        """Keep the reason of the newest failure."""
        with self._lock:
            self._last_error = reason

    def _pass(self, sequence: int) -> None:
        self._dropped += sequence - self._last_sequence - 1
        self._last_sequence = sequence

    def snapshot(self) -> Snapshot:
        """Return the counters, and the latencies of the last seconds."""
        with self._lock:
            now = self._clock()
            pipeline = self._pipeline.latency(now)
            return Snapshot(
                received=self._received, tracked=self._tracked, dropped=self._dropped,
                invalid=self._invalid, invalid_streak=self._invalid_streak,
                unstamped_streak=self._unstamped_streak, last_error=self._last_error,
                last_received=self._last_received, last_processed=self._last_processed,
                rate=self._processing.rate(now), input_latency=self._input.latency(now),
                processing_time=self._processing.latency(now), pipeline_latency=pipeline)


class _Window:
    """Samples of the last seconds."""

    def __init__(self) -> None:
        self._samples: deque[tuple[float, float]] = deque()

    def add(self, now: float, value: float) -> None:
        self._samples.append((now, value))
        self._forget(now)

    def _forget(self, now: float) -> None:
        while self._samples and self._samples[0][0] < now - _WINDOW:
            self._samples.popleft()

    def rate(self, now: float) -> float:
        self._forget(now)
        if len(self._samples) < 2:
            return 0.0
        return (len(self._samples) - 1) / max(self._samples[-1][0] - self._samples[0][0], 1e-9)

    def latency(self, now: float) -> Latency:
        self._forget(now)
        values = sorted(value for _, value in self._samples)
        return Latency(_percentile(values, 0.50), _percentile(values, 0.99))


def _percentile(ordered: list[float], share: float) -> float:
    """Return the nearest-rank percentile; NaN of no values."""
    if not ordered:
        return math.nan
    return ordered[max(math.ceil(share * len(ordered)) - 1, 0)]
