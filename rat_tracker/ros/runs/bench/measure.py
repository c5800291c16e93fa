"""Run configurations one after the other; one that fails does not end the others."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterable
from dataclasses import asdict
import json
import os
from pathlib import Path
import tempfile

from rat_tracker.doctor.fastdds import our_profile
from rat_tracker.doctor.fastdds import profile_variable
from rat_tracker.evaluation.clips.card_loop import Clip
from rat_tracker.evaluation.clips.card_loop import write_clip
from rat_tracker.ros.runs.bench.configuration import Configuration
from rat_tracker.ros.runs.bench.configuration import Figures
from rat_tracker.ros.runs.bench.configuration import Result
from rat_tracker.ros.runs.bench.trial import TrialSettings
from rat_tracker.ros.runs.processes.domain import reserved_domain
from rat_tracker.ros.runs.processes.node_process import PythonProcess

_TRIAL = 'rat_tracker.ros.runs.bench.trial'
_PATIENCE = 400.0  # seconds; a trial gives up by itself before
_KEPT = 0.98  # of the rate that was asked of the player; below, a note says so
_DISTURBED = 0.2  # CPU seconds of others per second, above which a note says so
# Both names of the variable: Fast DDS was renamed with version 3.
_PROFILES = ('FASTRTPS_DEFAULT_PROFILES_FILE', 'FASTDDS_DEFAULT_PROFILES_FILE')


def measure(
    configurations: Iterable[Configuration], seconds: float, tracker: str, engine: str,
    folder: Path, report: Callable[[Result], None],
) -> None:
    """Measure every configuration.

    :param seconds: how long to measure each, after the start
    :param folder: for the logs, a folder for each configuration
    :param report: is told each result when it is there
    """
    clips: dict[tuple[int, int], Clip] = {}
    with tempfile.TemporaryDirectory(prefix='bench_ros_') as name:
        for number, configuration in enumerate(configurations, 1):
            size = configuration.width, configuration.height
            if size not in clips:
                clips[size] = write_clip(Path(name) / f'{size[0]}x{size[1]}', *size)
            logs = folder / f'{number:02d}'
            logs.mkdir(parents=True, exist_ok=True)
            clip = clips[size]
            with reserved_domain() as domain:
                report(_run(TrialSettings(
                    video=str(clip.folder), boxes=[box.values for box in clip.boxes],
                    rate=configuration.rate, encoding=configuration.encoding, tracker=tracker,
                    engine=engine, seconds=seconds, domain=domain, folder=str(logs),
                    viewers=str(configuration.viewers or 'none')), configuration, logs))


def _run(settings: TrialSettings, configuration: Configuration, folder: Path) -> Result:
    """Run one trial in its process."""
    settings_file, result_file = folder / 'settings.json', folder / 'result.json'
    settings_file.write_text(json.dumps(asdict(settings)), encoding='utf-8')
    result_file.unlink(missing_ok=True)
    with PythonProcess(_TRIAL, [str(settings_file), str(result_file)], folder / 'trial.log',
                       environment(configuration, settings.domain)) as process:
        if process.wait(settings.seconds + _PATIENCE) is None:
            return Result(configuration, fault=f'it does not end; see the logs in {folder}')
        if not result_file.exists():
            end_of_log = process.last_words().strip().rpartition('\n')[2]
            return Result(configuration, fault=(
                f'it ended with exit code {process.exit_code}; see the logs in {folder}'
                + (f': {end_of_log}' if end_of_log else '')))
    found = json.loads(result_file.read_text(encoding='utf-8'))
    if 'fault' in found:
        return Result(configuration, fault=found['fault'])
    figures = Figures(**found['figures'])
    return Result(configuration, figures, notes=tuple(_notes(configuration, figures)))


def environment(configuration: Configuration, domain: int) -> dict[str, str]:
    """Return the variables of a trial and its nodes."""
    variables = {name: value for name, value in os.environ.items() if name not in _PROFILES}
    variables['ROS_DOMAIN_ID'] = str(domain)
    if configuration.transport == 'profile':
        variables[profile_variable(variables)] = str(our_profile(variables))
    return variables


def _notes(configuration: Configuration, figures: Figures) -> Iterable[str]:
    if figures.camera_hz < _KEPT * configuration.rate:
        yield f'the camera kept only {figures.camera_hz:.1f} Hz'
    if figures.others_cpu > _DISTURBED:
        yield f'disturbed: other processes used {figures.others_cpu:.2f} of the cores'
    if figures.late:
        yield f'{figures.late} results came after those of newer frames'
