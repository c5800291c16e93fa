"""What a network computes with; what engines take and give back is the same for all.

Rounding moves the features of the backbone of ``rat`` by 0.5 % in float16 and by 3 % in bfloat16
(root mean square of the differences over that of the features, test/engines/test_precision.py).
"""

from __future__ import annotations

from rat_tracker.engines import PRECISIONS

# The first is what ``auto`` stands for: the fastest. What bfloat16 costs in accuracy is less than
# can be told (docs/performance.md); what float16 does was not measured.
_OFFERED = {
    ('openvino', 'cpu'): ('bfloat16', 'float32'),
    ('torch', 'cpu'): ('float32',),
    ('torch', 'cuda'): ('float16', 'float32'),
    ('tensorrt', 'cuda'): ('float16', 'float32'),
    ('tensorrt_rtx', 'cuda'): ('float16', 'float32'),
}


def offered(engine: str, device: str) -> tuple[str, ...]:
    """Return the precisions that an engine computes with, on hardware that has all of them.

    The one of ``auto`` is the first; where the hardware lacks it, the next one.

    :param engine: an engine and device as ``choose_engine`` returns them
    """
    return _OFFERED[engine, device]


def choose_precision(precision: str, engine: str, device: str) -> str:
    """Return the precision that ``auto`` stands for.

    :param precision: one of ``PRECISIONS``
    :param engine: an engine and device as ``choose_engine`` returns them
    :raises ValueError: an unknown name, or a precision that this engine or CPU does not have
    """
    require_precision(precision)
    choices = offered(engine, device)
    if precision == 'auto':
        return choices[choices[0] == 'bfloat16' and not _has_bfloat16()]
    if precision not in choices:
        raise ValueError(f'engine {engine!r} on {device} does not compute in {precision}; '
                         f'choose precision {_listed(choices)}')
    if precision == 'bfloat16' and not _has_bfloat16():
        raise ValueError("precision 'bfloat16' needs a CPU with AVX512_BF16 or AMX, and this one "
                         "has neither, or ONEDNN_MAX_CPU_ISA forbids it: choose precision "
                         "'float32'")
    return precision


def require_precision(precision: str) -> None:
    """Refuse what is not one of ``PRECISIONS``.

    :raises ValueError: an unknown name
    """
    if precision not in PRECISIONS:
        raise ValueError(
            f'unknown precision {precision!r}; choose one of: {", ".join(PRECISIONS)}')


def _has_bfloat16() -> bool:
    # Only here is it certain that openvino is installed.
    from rat_tracker.engines.openvino import computes_bfloat16  # noqa: PLC0415

    return computes_bfloat16()


def _listed(choices: tuple[str, ...]) -> str:
    return ' or '.join(repr(choice) for choice in choices)
