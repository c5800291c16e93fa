"""What is judged without ROS, and how it is told."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator
import io
import os
from pathlib import Path
import re
import subprocess
import sys

import pytest
from rich.console import Console

from rat_tracker.doctor.domains import domains_in_use
from rat_tracker.doctor.fastdds import our_profile
from rat_tracker.doctor.fastdds import profile_variable
from rat_tracker.doctor.fastdds import segment_size
from rat_tracker.doctor.finding import Finding
from rat_tracker.doctor.finding import Level
from rat_tracker.doctor.finding import run_checks
from rat_tracker.doctor.report import as_json
from rat_tracker.doctor.report import show
from rat_tracker.doctor.ros_environment import environment

ROOT = Path(__file__).parents[2]
FINE = Finding(Level.OK, 'a', 'all is well')
BAD = Finding(Level.ERROR, 'b', 'it is broken ' + 'and long ' * 20, 'run: mend --it ' + 'x' * 90)


def shown(width: int, terminal: bool) -> list[str]:
    output = io.StringIO()
    show([FINE, BAD], Console(file=output, width=width, force_terminal=terminal, no_color=True,
                              legacy_windows=False))
    return output.getvalue().splitlines()


def test_a_check_that_fails_is_a_finding_and_the_others_go_on() -> None:
    def broken_check() -> Iterator[Finding]:
        yield FINE
        raise RuntimeError('the\nroof is off')

    def sound_check() -> Iterator[Finding]:
        yield BAD

    first, failed, sound = run_checks([broken_check, sound_check])

    assert first is FINE
    assert failed.level is Level.WARNING
    assert 'broken check' in failed.text
    assert 'RuntimeError: the roof is off' in failed.text
    assert sound is BAD


def test_an_interruption_that_a_library_hid_ends_the_checks() -> None:
    """As numpy and torch do, interrupted while they are imported."""
    def interrupted_check() -> Iterator[Finding]:
        yield FINE
        try:
            raise KeyboardInterrupt
        except KeyboardInterrupt as error:
            raise ImportError('initialization failed') from error

    with pytest.raises(KeyboardInterrupt):
        run_checks([interrupted_check])


def test_where_it_is_piped_each_finding_is_a_line_the_worst_first() -> None:
    lines = shown(80, terminal=False)

    assert lines[0].startswith('error: b: it is broken')
    assert lines[0].endswith(f'-> {BAD.remedy}')
    assert lines[1] == 'ok: a: all is well'
    assert lines[2] == '1 error: tracking is blocked.'
    assert len(lines) == 3


@pytest.mark.parametrize('width', [80, 120])
def test_in_a_terminal_texts_are_folded_and_remedies_stay_whole(width: int) -> None:
    lines = shown(width, terminal=True)

    remedies = [line for line in lines if BAD.remedy in line]
    assert len(remedies) == 1  # it can be copied
    assert all(len(line) <= width + 8 for line in lines if line not in remedies)  # and the colour
    assert any('all is well' in line for line in lines)


def test_json_says_whether_anything_has_errors() -> None:
    written = as_json([FINE, BAD], [])

    assert written['ok'] is False
    assert [item['subject'] for item in written['findings']] == ['b', 'a']
    assert [Finding.from_dict(item) for item in written['findings']] == [BAD, FINE]
    assert as_json([FINE], [])['ok'] is True


def test_the_profile_that_we_ship_has_room_for_two_large_images() -> None:
    assert (segment_size(our_profile(os.environ)) or 0) >= 2 * 1920 * 1080 * 3


@pytest.mark.parametrize(('change', 'segment'), [
    (lambda text: text.replace(' xmlns="http://www.eprosima.com/XMLSchemas/fastRTPS_Profiles"',
                               ''), 12582912),
    (lambda text: re.sub(r'<segment_size>.*</segment_size>', '', text), None),
], ids=['no namespace', 'no size'])
def test_the_segment_is_what_the_profile_states(
    tmp_path: Path, change: Callable[[str], str], segment: int | None,
) -> None:
    file = tmp_path / 'profile.xml'
    file.write_text(change(our_profile(os.environ).read_text()))

    assert segment_size(file) == segment


@pytest.mark.parametrize(('change', 'problem'), [
    (lambda text: text.replace('</profiles>', ''), 'no element found'),
    (lambda text: text.replace('12582912', 'much'), "'much'"),
], ids=['cut off', 'no number'])
def test_a_profile_that_cannot_be_read_says_why(
    tmp_path: Path, change: Callable[[str], str], problem: str,
) -> None:
    file = tmp_path / 'profile.xml'
    file.write_text(change(our_profile(os.environ).read_text()))

    with pytest.raises(ValueError, match=problem):
        segment_size(file)


def test_each_fast_dds_has_a_variable_of_its_own() -> None:
    assert profile_variable({'ROS_DISTRO': 'jazzy'}) == 'FASTRTPS_DEFAULT_PROFILES_FILE'
    assert profile_variable({'ROS_DISTRO': 'kilted'}) == 'FASTDDS_DEFAULT_PROFILES_FILE'


def test_domains_are_told_by_the_pairs_of_ports_that_are_open(tmp_path: Path) -> None:
    ports = (7410, 7411,    # the first participant of domain 0
             8662, 8663,    # the second of domain 5
             9910,          # one alone
             5353, 68, 60000, 60001)
    table = tmp_path / 'udp'
    table.write_text('  sl  local_address rem_address\n' + ''.join(
        f'  {index}: 00000000:{port:04X} 00000000:0000 07\n' for index, port in enumerate(ports)))

    assert domains_in_use(table) == [0, 5]
    assert domains_in_use(tmp_path / 'missing') == []


@pytest.mark.parametrize(('name', 'value', 'level'), [
    ('ROS_DOMAIN_ID', 'abc', Level.ERROR),
    ('ROS_DOMAIN_ID', '300', Level.ERROR),
    ('ROS_DOMAIN_ID', '-1', Level.ERROR),
    ('ROS_AUTOMATIC_DISCOVERY_RANGE', 'OFF', Level.WARNING),
    ('ROS_AUTOMATIC_DISCOVERY_RANGE', 'EVERYWHERE', Level.ERROR),
])
def test_a_variable_that_cuts_us_off_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, level: Level,
) -> None:
    monkeypatch.setenv(name, value)

    (finding,) = [item for item in environment() if name in item.text]

    assert finding.level is level
    assert f'export {name}=' in finding.remedy


def test_a_middleware_that_is_not_there_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
) -> None:
    index = tmp_path / 'share' / 'ament_index' / 'resource_index' / 'rmw_typesupport'
    index.mkdir(parents=True)
    (index / 'rmw_fastrtps_cpp').touch()
    monkeypatch.setenv('AMENT_PREFIX_PATH', str(tmp_path))
    monkeypatch.setenv('RMW_IMPLEMENTATION', 'rmw_cyclonedds_cpp')

    (finding,) = environment()

    assert finding.level is Level.ERROR
    assert 'installed: rmw_fastrtps_cpp' in finding.text
    assert 'ros-jazzy-rmw-cyclonedds-cpp' in finding.remedy


def test_the_page_about_the_doctor_names_every_subject_and_no_other() -> None:
    sources = [ROOT / 'rat_tracker' / 'cli' / 'doctor.py',
               *(ROOT / 'rat_tracker' / 'doctor').rglob('*.py'),
               *(ROOT / 'rat_tracker' / 'ros' / 'doctor').rglob('*.py')]
    subjects = {subject for source in sources for subject in re.findall(
        r"Finding\(\s*[^,]+?,\s*'([a-z]+)'", source.read_text())}
    table = (ROOT / 'docs' / 'doctor.md').read_text().split('## What it finds')[1]
    rows = set(re.findall(r'^\| `([a-z]+)` \|', table.split('## JSON')[0], re.MULTILINE))

    assert len(subjects) > 10
    assert rows == subjects


def test_the_doctor_without_ros_does_not_import_it() -> None:
    code = ('import sys, pkgutil, importlib, rat_tracker.doctor as package\n'
            'for module in pkgutil.iter_modules(package.__path__):\n'
            '    importlib.import_module(f"rat_tracker.doctor.{module.name}")\n'
            'print(sorted({"rclpy", "torch"} & sys.modules.keys()))')
    outcome = subprocess.run(
        [sys.executable, '-c', code], check=True, capture_output=True, text=True, cwd=ROOT)

    assert outcome.stdout.strip() == '[]'
