"""An engine that serves while a better one is being built."""

from __future__ import annotations

import atexit
from collections.abc import Callable
import logging
import threading
import time

from torch import Tensor

from rat_tracker.engines.engine import Engine

# How long the end of the process waits for a build to notice it. A thread that is inside a
# library of C++ when Python ends could bring the process down.
_PATIENCE = 20.0  # seconds

Build = Callable[[threading.Event], Engine]
_LOG = logging.getLogger('rat_tracker.engines')


class BackgroundEngine:
    """Call one engine until another is built, which then takes over between two frames.

    The build runs in a thread. It goes on when nobody wants this engine any more, so that what it
    keeps is there the next time; it does not outlive the process.

    :param serving: runs meanwhile, and for good if the build fails
    :param build: returns the better engine, on the same device; it should give up, by raising
        anything, once the event that it is called with is set
    :param wanted: what is being built, in words
    """

    def __init__(self, serving: Engine, build: Build, wanted: str) -> None:
        self.device = serving.device
        self._engine = serving
        self._wanted = wanted
        self._generation = 0
        _LOG.info('%s is being built; %s serves meanwhile', wanted, serving.name)
        self._builder = _Builder(build, wanted, serving.name)
        self._builder.start()

    @property
    def name(self) -> str:
        builder, serving = self._builder, self._engine.name
        if builder.failure:
            return f'{serving}, because {self._wanted} could not be built: {builder.failure}'
        if builder.built is None:
            seconds = time.monotonic() - builder.begun
            return f'{serving}, while {self._wanted} is being built ({seconds:.0f} s)'
        return serving

    @property
    def capturable(self) -> bool:
        return self._engine.capturable

    def swap_if_ready(self) -> int:
        """Let the better engine take over if it is built; see ``Engine.swap_if_ready``."""
        built = self._builder.built
        if built is not None and built is not self._engine:
            _LOG.info('%s takes over from %s', built.name, self._engine.name)
            self._engine = built
            self._generation += 1
        return self._generation

    def __call__(self, patches: Tensor, *inputs: Tensor) -> tuple[Tensor, ...]:
        return self._engine(patches, *inputs)


class _Builder(threading.Thread):
    """Build; ``built`` and ``failure`` are written once, and read without a lock."""

    def __init__(self, build: Build, wanted: str, serving: str) -> None:
        super().__init__(name=f'build {wanted}', daemon=True)
        self.begun = time.monotonic()
        self.built: Engine | None = None
        self.failure = ''
        self._build: Build | None = build
        self._wanted = wanted
        self._serving = serving
        self._stop_building = threading.Event()
        atexit.register(self._end)

    def run(self) -> None:
        build, self._build = self._build, None  # it may hold much that is not needed any more
        assert build is not None
        try:
            built = build(self._stop_building)
        except Exception as error:  # noqa: BLE001 - the other engine goes on serving
            reason = ' '.join(str(error).split()) or type(error).__name__
            if not self._stop_building.is_set():
                _LOG.warning('%s could not be built: %s; %s goes on serving', self._wanted,
                             reason, self._serving)
            self.failure = reason
        else:
            _LOG.info('%s is ready after %.1f s', self._wanted, time.monotonic() - self.begun)
            self.built = built
        finally:
            atexit.unregister(self._end)

    def _end(self) -> None:
        self._stop_building.set()
        self.join(_PATIENCE)
