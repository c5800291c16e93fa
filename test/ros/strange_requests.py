"""Requests of any content: for each field what is usual, extreme, wrong or not there."""

from __future__ import annotations

from importlib import import_module
import math
from random import Random
from typing import Any

import numpy as np
from rosidl_parser.definition import AbstractNestedType
from rosidl_parser.definition import AbstractString
from rosidl_parser.definition import Array
from rosidl_parser.definition import BasicType
from rosidl_parser.definition import NamespacedType

_TEXTS = ('', ' ', '.', '/', 'a' * 100_000, 'é\n\x1b[31m☂', '\x00', '%s{}', '-1', 'use_sim_time')
_INTEGERS = (0, 1, 2, 3, 4, 5, 8, 9, 42, 97, 255, -1, 2**31 - 1, -2**31, 2**63 - 1, -2**63)
_FLOATS = (0.0, -0.0, 1.0, 20.0, 100.5, -1.0, 1e-300, 3e38, 1e308, math.nan, math.inf, -math.inf)
_LENGTHS = (0, 1, 1, 2, 3)
_LONGEST = 3000


class StrangeRequests:
    """Make requests, the same ones for one seed."""

    def __init__(self, seed: int, words: list[str]) -> None:
        """Begin.

        :param words: texts that mean something to the node, such as its parameters' names
        """
        self.random = Random(seed)
        self._texts = [*_TEXTS, *words, *words, *words]

    def make(self, kind: Any) -> Any:
        """Return a message of this class."""
        message = kind()
        for name, slot in zip(kind.get_fields_and_field_types(), kind.SLOT_TYPES, strict=True):
            if isinstance(slot, NamespacedType):  # a goal's is in no module
                setattr(message, name, self.make(type(getattr(message, name))))
            else:
                setattr(message, name, self._value(slot))
        return message

    def _value(self, slot: Any) -> Any:
        if isinstance(slot, BasicType):
            return self._basic(slot.typename)
        if isinstance(slot, AbstractString):
            return self.random.choice(self._texts)
        if isinstance(slot, AbstractNestedType):
            return self._values(slot)
        return self.make(getattr(import_module('.'.join(slot.namespaces)), slot.name))

    def _values(self, slot: Any) -> Any:
        if isinstance(slot, Array):
            length = slot.size
        else:
            length = self.random.choice(_LENGTHS)
            if self.random.random() < 0.02:
                length = _LONGEST
        if isinstance(slot, Array) and isinstance(slot.value_type, BasicType):
            # One value for all makes the same goal's id come again.
            return np.full(length, self._basic(slot.value_type.typename),
                           dtype=slot.value_type.typename.replace('double', 'float64'))
        return [self._value(slot.value_type) for _ in range(length)]

    def _basic(self, name: str) -> Any:
        if name == 'boolean':
            return self.random.random() < 0.5
        if name == 'octet':
            return bytes([self.random.randrange(256)])
        if name in ('float', 'double'):
            return self.random.choice(_FLOATS)
        bits = int(name.removeprefix('u').removeprefix('int'))
        low, high = (0, 2**bits - 1) if name[0] == 'u' else (-2**(bits - 1), 2**(bits - 1) - 1)
        return self.random.choice([value for value in _INTEGERS if low <= value <= high])
