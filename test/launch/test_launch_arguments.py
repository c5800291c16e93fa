"""Every launch file says what can be told to it, and refuses what it does not understand."""

from __future__ import annotations

import os
from pathlib import Path
import re
import signal

from ament_index_python.packages import get_package_prefix
import pytest
from ros.leftovers import MARK
from ros.leftovers import nodes_of
from support_launch import arguments
from support_launch import FILES
from support_launch import included

from launch import LaunchContext
from launch import LaunchDescription
from launch import LaunchService


@pytest.mark.parametrize('file', FILES)
def test_every_argument_has_a_default_and_a_description_of_sentences(file: str) -> None:
    for argument in arguments(file):
        description, _, _ = argument.description.partition(' Valid choices are')
        assert argument.default_value is not None, argument.name
        assert description[0].isupper(), argument.name
        assert description.endswith('.'), argument.name


def test_what_follows_also_takes_the_arguments_of_the_tracker() -> None:
    of_tracker = {argument.name for argument in arguments('tracker.launch.py')}
    assert of_tracker < {argument.name for argument in arguments('follow.launch.py')}


@pytest.mark.parametrize('file', FILES)
def test_what_is_not_among_the_choices_is_refused_with_those_that_are(file: str) -> None:
    enumerated = [argument for argument in arguments(file) if argument.choices]
    assert enumerated
    for argument in enumerated:
        context = LaunchContext()
        context.launch_configurations[argument.name] = 'perhaps'
        with pytest.raises(RuntimeError, match=re.escape(
                f'"{argument.name}" provided value "perhaps" is not valid')) as refusal:
            argument.execute(context)
        assert str(argument.choices) in str(refusal.value)


def test_a_launch_with_a_wrong_choice_ends_at_once_and_says_so_by_its_exit_code() -> None:
    service = LaunchService()
    service.include_launch_description(LaunchDescription([
        included('tracker.launch.py', rviz='perhaps')]))
    assert service.run() == 1


@pytest.mark.parametrize(('file', 'wrong'), [
    ('demo.launch.py', {'video': '/nowhere.mp4'}),  # and no box
    ('follow.launch.py', {'rviz': 'true'}),         # and no rviz2
    ('tracker.launch.py', {'params_file': '/nowhere.yaml'}),
    ('follow.launch.py', {'follower_params_file': '/nowhere.yaml'}),
])
def test_what_cannot_be_started_starts_nothing(
    file: str, wrong: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv('AMENT_PREFIX_PATH', get_package_prefix('rat_tracker'))
    monkeypatch.setenv(MARK, str(tmp_path))
    service = LaunchService()
    service.include_launch_description(LaunchDescription([included(file, **wrong)]))
    assert service.run() == 1
    left_behind = nodes_of(tmp_path)
    for process in left_behind:
        os.kill(process, signal.SIGKILL)
    assert not left_behind
