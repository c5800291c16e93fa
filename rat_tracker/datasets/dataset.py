"""A data set: the sequences that can be used, and what is wrong with the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Sequence as List
from dataclasses import dataclass
from dataclasses import replace
import os
from typing import overload

from rat_tracker.datasets.errors import DatasetError
from rat_tracker.datasets.sequence import Sequence


@dataclass(frozen=True, slots=True)
class Fault:
    """A sequence that cannot be used.

    :param name: what it is called
    :param reason: what is wrong, where, and what to do
    """

    name: str
    reason: str

    def __str__(self) -> str:
        return f'{self.name}: {self.reason}'


@dataclass(frozen=True, slots=True)
class Member:
    """A sequence that is there.

    :param load: reads all but its images, and raises ``DatasetError`` if it cannot be used
    """

    name: str
    load: Callable[[], Sequence]


@dataclass(frozen=True, eq=False)
class Dataset(List[Sequence]):
    """The sequences of a data set that can be used: as a list has them, in the order of folders.

    Who measures something on them looks at ``faults``, too, which names the others.

    :param layout: whose: OTB, VOT, GOT-10k, LaSOT, UAV123 or videos
    :param sequences: at least one
    """

    layout: str
    sequences: List[Sequence]
    faults: List[Fault] = ()

    def __len__(self) -> int:
        return len(self.sequences)

    def __iter__(self) -> Iterator[Sequence]:
        return iter(self.sequences)

    @overload
    def __getitem__(self, index: int) -> Sequence: ...

    @overload
    def __getitem__(self, index: slice) -> List[Sequence]: ...

    def __getitem__(self, index: int | slice) -> Sequence | List[Sequence]:
        return self.sequences[index]

    def of_those(self, require: Callable[[Sequence], None]) -> Dataset:
        """Return the data set with those sequences only that something can be done with.

        :param require: raises ``DatasetError`` for those that it cannot be done with
        :raises DatasetError: there is no other one
        """
        sequences, faults = [], list(self.faults)
        for sequence in self.sequences:
            try:
                require(sequence)
            except DatasetError as error:
                faults.append(Fault(sequence.name, str(error)))
            else:
                sequences.append(sequence)
        return _usable(self.layout, sequences, faults)


def load_members(
    layout: str, members: Iterable[Member], faults: Iterable[Fault] = (),
) -> Dataset:
    """Load sequences; one that cannot be used is a fault, and so is a second one of a name.

    :param faults: of members that were not even found
    :raises DatasetError: no sequence can be used
    """
    loaded: list[Sequence] = []
    found = list(faults)
    for member in members:
        name = _text(member.name)
        try:
            loaded.append(replace(member.load(), name=name))
        except DatasetError as error:
            found.append(Fault(name, str(error)))
    counts = Counter(sequence.name for sequence in loaded)
    sequences: dict[str, Sequence] = {}
    for sequence in loaded:
        if sequence.name in sequences:
            found.append(Fault(sequence.name, f'{counts[sequence.name]} sequences are called '
                               f'{sequence.name}; rename all but one'))
        sequences.setdefault(sequence.name, sequence)
    return _usable(layout, list(sequences.values()), found)


def _usable(layout: str, sequences: List[Sequence], faults: List[Fault]) -> Dataset:
    if sequences:
        return Dataset(layout, sequences, faults)
    others = f' (and {len(faults) - 1} more cannot be used)' if len(faults) > 1 else ''
    raise DatasetError(f'{faults[0].reason}{others}')


def _text(name: str) -> str:
    r"""Return a file's name as text that can be written: a byte that is no letter as ``\xe9``."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return os.fsencode(name).decode(errors='backslashreplace')
    return name
