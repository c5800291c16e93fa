"""While an engine is being built another serves; then the first takes over between two frames."""

from __future__ import annotations

from collections.abc import Callable
import gc
import logging
from pathlib import Path
import re
import subprocess
import sys
import threading
import weakref

import pytest
from support_engines import Edges
from support_engines import expected
from support_engines import patches
from support_engines import SHAPE
import torch

from rat_tracker.engines.background import BackgroundEngine
from rat_tracker.engines.creation import create_engine
from rat_tracker.engines.eager import EagerEngine
from rat_tracker.engines.engine import Engine

pytestmark = pytest.mark.needs('openvino')


WANTED = 'openvino on cpu'
PATIENCE = 100.0  # seconds, on a busy machine


class Site:
    """Where a real engine is built, as soon as it is let."""

    def __init__(self, failure: str = '') -> None:
        self.network = Edges()
        self.begun = threading.Event()
        self.permission = threading.Event()
        self.failure = failure

    def build(self, stop: threading.Event) -> Engine:
        self.begun.set()
        assert self.permission.wait(PATIENCE)
        if self.failure:
            raise RuntimeError(self.failure)
        return create_engine(self.network, SHAPE, 'openvino', 'cpu', 'float32')

    def engine(self) -> BackgroundEngine:
        return BackgroundEngine(EagerEngine(self.network, SHAPE, 'cpu'), self.build, WANTED)

    def finish(self) -> None:
        """Let the build go on, and wait for its end."""
        self.permission.set()
        for thread in threading.enumerate():
            if thread.name == f'build {WANTED}':
                thread.join(PATIENCE)
                assert not thread.is_alive()


@pytest.fixture
def make_site(request: pytest.FixtureRequest) -> Callable[..., Site]:
    def make(failure: str = '') -> Site:
        site = Site(failure)
        request.addfinalizer(site.finish)
        return site
    return make


@pytest.fixture
def site(make_site: Callable[..., Site]) -> Site:
    return make_site()


def test_torch_serves_while_the_engine_is_being_built(site: Site) -> None:
    engine = site.engine()
    assert site.begun.wait(PATIENCE)

    output = engine(patches(1))

    assert engine.swap_if_ready() == 0
    assert re.fullmatch(
        rf'torch on cpu, while {re.escape(WANTED)} is being built \(\d+ s\)', engine.name)
    for layer, wanted in zip(output, expected(site.network, patches(1)), strict=True):
        assert torch.equal(layer, wanted)


def test_engine_takes_over_when_it_is_asked_to_and_not_before(site: Site) -> None:
    engine = site.engine()
    before = [layer.clone() for layer in engine(patches(1))]
    site.finish()

    assert engine.name == 'torch on cpu'
    # OpenVINO lets torch compute in one thread from now on, which may sum in another order.
    for layer, wanted in zip(engine(patches(1)), before, strict=True):
        torch.testing.assert_close(layer, wanted, rtol=1e-5, atol=1e-3)

    assert [engine.swap_if_ready(), engine.swap_if_ready()] == [1, 1]
    assert engine.name == WANTED
    after = engine(patches(1))
    for layer, wanted in zip(after, before, strict=True):
        torch.testing.assert_close(layer, wanted, rtol=1e-4, atol=1e-2)


def test_take_over_is_reported(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, 'rat_tracker.engines')

    engine = site.engine()
    site.finish()
    engine.swap_if_ready()

    begun, ready, taken = caplog.messages
    assert begun == f'{WANTED} is being built; torch on cpu serves meanwhile'
    assert ready.startswith(f'{WANTED} is ready after ')
    assert taken == f'{WANTED} takes over from torch on cpu'


def test_torch_goes_on_serving_when_the_build_fails(
    make_site: Callable[..., Site], caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.WARNING, 'rat_tracker.engines')
    site = make_site('the moon\nis full')
    engine = site.engine()
    site.finish()

    assert engine.swap_if_ready() == 0
    assert engine.name == (
        f'torch on cpu, because {WANTED} could not be built: the moon is full')
    assert caplog.messages == [
        f'{WANTED} could not be built: the moon is full; torch on cpu goes on serving']
    for layer, wanted in zip(engine(patches(1)), expected(site.network, patches(1)), strict=True):
        assert torch.equal(layer, wanted)


def test_engine_that_is_not_wanted_any_more_is_let_go_while_its_successor_is_built(
    site: Site,
) -> None:
    engine = site.engine()
    gone = weakref.ref(engine)

    del engine
    gc.collect()

    assert gone() is None
    site.finish()


PROGRAM = """
import sys, threading
sys.path.insert(0, {folder!r})
from support_engines import Edges, SHAPE, patches
from rat_tracker.engines.creation import create_engine
from rat_tracker.engines.background import BackgroundEngine
from rat_tracker.engines.eager import EagerEngine

def wait(stop):
    stop.wait()
    raise RuntimeError('given up')

def build(stop):
    while not stop.is_set():
        engine = create_engine(Edges(), SHAPE, 'openvino', 'cpu', 'float32')
    return engine

engine = BackgroundEngine(EagerEngine(Edges(), SHAPE, 'cpu'), {build}, 'a better one')
engine(patches(1))
print('served', flush=True)
"""


@pytest.mark.parametrize('build', ['wait', 'build'])
def test_process_ends_well_during_a_build(build: str) -> None:
    folder = str(Path(__file__).parents[1])
    outcome = subprocess.run(
        [sys.executable, '-W', 'ignore', '-c', PROGRAM.format(folder=folder, build=build)],
        check=False, capture_output=True, text=True, timeout=PATIENCE)

    assert (outcome.returncode, outcome.stdout, outcome.stderr) == (0, 'served\n', '')
