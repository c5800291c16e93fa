"""The processors' energy counters, as files like those of Linux."""

from __future__ import annotations

from pathlib import Path

import pytest

from rat_tracker.evaluation.machine import ProcessorEnergy


def write_counter(folder: Path, name: str, microjoules: int) -> None:
    (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / name / 'energy_uj').write_text(f'{microjoules}\n')
    (folder / name / 'max_energy_range_uj').write_text('10000000\n')


def test_energy_is_the_sum_over_the_processors_without_their_parts(tmp_path: Path) -> None:
    for name in ('intel-rapl:0', 'intel-rapl:1', 'intel-rapl:0:0'):
        write_counter(tmp_path, name, 1_000_000)
    energy = ProcessorEnergy(tmp_path)
    write_counter(tmp_path, 'intel-rapl:0', 3_000_000)
    write_counter(tmp_path, 'intel-rapl:1', 1_500_000)
    write_counter(tmp_path, 'intel-rapl:0:0', 2_000_000)

    assert energy.joules() == pytest.approx(2.5)


def test_counter_that_began_anew_is_understood(tmp_path: Path) -> None:
    write_counter(tmp_path, 'intel-rapl:0', 9_000_000)
    energy = ProcessorEnergy(tmp_path)
    write_counter(tmp_path, 'intel-rapl:0', 500_000)

    assert energy.joules() == pytest.approx(1.5)


def test_energy_is_unknown_where_there_is_no_counter(tmp_path: Path) -> None:
    assert ProcessorEnergy(tmp_path).joules() is None
    assert ProcessorEnergy(tmp_path / 'nowhere').joules() is None


def test_energy_is_unknown_where_counters_may_not_be_read(tmp_path: Path) -> None:
    write_counter(tmp_path, 'intel-rapl:0', 1)
    # What cannot be read, whoever we are.
    (tmp_path / 'intel-rapl:0' / 'energy_uj').unlink()
    (tmp_path / 'intel-rapl:0' / 'energy_uj').mkdir()

    assert ProcessorEnergy(tmp_path).joules() is None
