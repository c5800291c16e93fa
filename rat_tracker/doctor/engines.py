"""Which engines can run the network here, and what the others lack."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from rat_tracker.doctor.finding import Finding
from rat_tracker.doctor.finding import Level

_NVIDIA = ('tensorrt', 'tensorrt_rtx')
_DRIVER = Path('/proc/driver/nvidia/version')


def engines() -> Iterator[Finding]:
    """Ask for every engine in turn."""
    # torch may be what is broken: that is a finding of its own then.
    import torch  # noqa: PLC0415

    from rat_tracker.engines import ENGINES  # noqa: PLC0415
    from rat_tracker.engines.choice import choose_engine  # noqa: PLC0415
    from rat_tracker.engines.choice import EngineUnavailable  # noqa: PLC0415
    from rat_tracker.engines.engine import named  # noqa: PLC0415
    from rat_tracker.engines.precision import choose_precision  # noqa: PLC0415

    able: dict[str, str] = {}
    wanted: tuple[str, ...] = ENGINES
    if not torch.cuda.is_available():
        # What else these lack would be no use.
        wanted = tuple(name for name in ENGINES if name not in _NVIDIA)
        yield _no_gpu()
    for name in wanted:
        try:
            engine, device = choose_engine(name)
            able[name] = named(engine, device, choose_precision('auto', engine, device))
        except EngineUnavailable as error:
            yield Finding(Level.ERROR if name == 'auto' else Level.NOTE, 'engine',
                          error.what, error.remedy)
    if 'auto' in able:
        chosen = able.pop('auto')
        others = ', '.join(words for words in able.values() if words != chosen)
        yield Finding(Level.OK, 'engine', f'engine auto stands for {chosen}'
                      + (f'; also here: {others}' if others else ''))


def _no_gpu() -> Finding:
    engines = ' and '.join(_NVIDIA)
    if _DRIVER.exists():
        return Finding(
            Level.WARNING, 'engine', 'an NVIDIA driver is installed, and torch finds no GPU',
            'install a CUDA build of torch that fits the driver (nvidia-smi tells its version)')
    return Finding(
        Level.NOTE, 'engine', f'torch finds no NVIDIA GPU; engines {engines} need one')
