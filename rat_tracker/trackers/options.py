"""Trackers with chosen parameters, as text: ``rat:attention_gain=0:filters.grid=1``.

A parameter of a part is written with a dot. Values are read by the parameter's type, and a name
that no parameter has is refused, so that a typing error never measures the wrong tracker.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import fields
from dataclasses import is_dataclass
from dataclasses import replace
import math
from typing import Any
from typing import get_type_hints
from typing import TypeVar

_Parameters = TypeVar('_Parameters')

_SWITCHES = {'true': True, 'false': False}


def with_options(parameters: _Parameters, options: str) -> _Parameters:
    """Return parameters with some of them changed.

    :param parameters: a frozen dataclass, whose fields may be such dataclasses again
    :param options: ``key=value`` pairs with colons between them; empty for no change
    :raises ValueError: a key that does not exist, or a value that its type does not allow
    """
    known = dict(_known(parameters))
    values: dict[str, object] = {}
    for option in filter(None, options.split(':')):
        key, equals, value = option.partition('=')
        if not equals:
            raise ValueError(f'{option!r} is not an option; write key=value')
        if key not in known:
            raise ValueError(f'unknown option {key!r}; choose from: {", ".join(known)}')
        values[key] = _read(key, value, known[key])
    return _changed(parameters, values)


def _known(parameters: object, prefix: str = '') -> Iterator[tuple[str, Any]]:
    """Yield the key and type of every parameter, those of the parts included."""
    types = get_type_hints(type(parameters))
    for field in fields(parameters):  # type: ignore[arg-type]
        value = getattr(parameters, field.name)
        if is_dataclass(value):
            yield from _known(value, f'{prefix}{field.name}.')
        else:
            yield prefix + field.name, types[field.name]


def _changed(parameters: Any, values: Mapping[str, object]) -> Any:
    """Change all at once: which values are allowed may depend on others."""
    changes: dict[str, object] = {}
    parts: defaultdict[str, dict[str, object]] = defaultdict(dict)
    for key, value in values.items():
        name, _, rest = key.partition('.')
        if rest:
            parts[name][rest] = value
        else:
            changes[name] = value
    for name, of_part in parts.items():
        changes[name] = _changed(getattr(parameters, name), of_part)
    return replace(parameters, **changes)


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


_READERS: dict[Any, tuple[Callable[[str], object], str]] = {
    bool: (lambda text: _SWITCHES[text], 'true or false'),
    int: (int, 'a whole number'),
    float: (_finite, 'a number'),
    str: (str, 'a word'),
    # A plus, because commas separate trackers and colons separate options.
    tuple[str, ...]: (lambda text: tuple(text.split('+')), 'words with + between them'),
}


def _read(key: str, value: str, kind: Any) -> object:
    read, expected = _READERS[kind]
    try:
        return read(value)
    except (ValueError, KeyError):
        raise ValueError(f'option {key} takes {expected}, not {value!r}') from None
