"""The energy that the processors take, by the counters that Intel's and AMD's have (RAPL).

Linux shows them as files (its documentation: power/powercap). They count for the whole machine.
"""

from __future__ import annotations

from pathlib import Path
import re

_COUNTERS = Path('/sys/class/powercap')
_PACKAGE = re.compile(r'intel-rapl:\d+')  # one for each processor; its parts are intel-rapl:0:1


class ProcessorEnergy:
    """Counts from when it is made.

    :param folder: where Linux shows the counters
    """

    def __init__(self, folder: Path = _COUNTERS) -> None:
        self._packages = sorted(
            path for path in folder.glob('intel-rapl:*') if _PACKAGE.fullmatch(path.name))
        self._began = self._microjoules('energy_uj')
        self._ranges = self._microjoules('max_energy_range_uj')

    def joules(self) -> float | None:
        """Return the energy so far; None where there is no counter or it may not be read."""
        now = self._microjoules('energy_uj')
        if not (now and self._began and self._ranges):
            return None
        # At the end of its range a counter begins anew.
        return sum((after - before) % span for after, before, span in zip(
            now, self._began, self._ranges, strict=True)) / 1e6

    def _microjoules(self, file: str) -> list[int] | None:
        try:
            return [int((package / file).read_text()) for package in self._packages]
        except OSError:  # usually only root may read them
            return None
