"""``rat_tracker train``: what it writes, how it ends, and what it refuses."""

from __future__ import annotations

import os
from pathlib import Path
import signal
import subprocess
import sys

from click.testing import CliRunner
from click.testing import Result
import pytest
from support_recipes import small_recipe

from rat_tracker.cli import main
from rat_tracker.training import recipes
from rat_tracker.training.check import write_check_data
from rat_tracker.training.checkpoints import NAME
from rat_tracker.training.checkpoints import read_checkpoint
from rat_tracker.training.loop import Training
from rat_tracker.weights.trained import TrainedWeights

pytestmark = pytest.mark.needs('matplotlib', 'tomli_w')


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder of clips for a recipe that is cut down to them."""
    monkeypatch.setitem(recipes._LOADERS, 'box_head', small_recipe)
    write_check_data(tmp_path / 'data')
    return tmp_path / 'data'


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ['train', *map(str, arguments)])


def test_it_leaves_a_checkpoint_curves_and_a_log_and_exports_weights(
    data: Path, tmp_path: Path,
) -> None:
    output = tmp_path / 'out'
    outcome = run('box_head', '--data', data, '--output', output, '--steps', '4', '--pool', '0')

    assert outcome.exit_code == 0, outcome.output
    assert 'best weights at step ' in outcome.stdout
    assert (output / 'curves.png').read_bytes().startswith(b'\x89PNG')
    header, *rows = (output / 'log.csv').read_text().splitlines()
    assert header.startswith('step,rate,loss_box,loss_quality,held_back_loss_box,')
    assert [row.partition(',')[0] for row in rows] == ['2', '4']

    exported = run('export', output / NAME, '--name', 'mine', '--output', tmp_path / 'weights')

    assert exported.exit_code == 0, exported.output
    weights = TrainedWeights('mine', tmp_path / 'weights')
    assert weights.load().keys() == small_recipe().build().state_dict().keys()
    manifest = weights.manifest()
    assert (manifest['recipe'], manifest['version'], manifest['seed']) == ('box_head', 1, 0)
    assert manifest['data']['learnt from'][0]['clips'] == 3
    assert manifest['figures']['step'] in (2, 4)


def test_an_interrupt_ends_it_with_a_checkpoint_from_which_it_goes_on(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    command = ('box_head', '--data', data, '--output', tmp_path / 'out', '--steps', '2',
               '--pool', '0')
    prepare = Training.prepare

    def interrupted(*arguments: object) -> None:
        prepare(*arguments)  # type: ignore[arg-type]
        os.kill(os.getpid(), signal.SIGINT)
    with monkeypatch.context() as patched:
        patched.setattr(Training, 'prepare', interrupted)
        outcome = run(*command)

    assert outcome.exit_code == 130, outcome.output
    assert 'interrupted after 1 steps; the same command with --resume goes on' in outcome.stderr
    assert read_checkpoint(tmp_path / 'out' / NAME).step == 1

    assert run(*command, '--resume').exit_code == 0
    assert read_checkpoint(tmp_path / 'out' / NAME).step == 2


@pytest.mark.parametrize(('arguments', 'message'), [
    ('--output OUT', 'there is nothing to learn from; name folders with --data'),
    ('--data /nowhere --output OUT', '/nowhere does not exist'),
    ('--data DATA --output OUT --steps 1 --minutes 1', 'leave one away'),
    ('--data DATA --output OUT --resume', 'there is nothing to go on from'),
    ('--data DATA --output FILE', 'name another folder with --output'),
    ('--data EMPTY --output OUT', 'EMPTY'),
    ('--data DATA --output OUT --device tpu', "unknown device 'tpu'"),
])
def test_what_cannot_work_is_refused_in_one_line(
    data: Path, tmp_path: Path, arguments: str, message: str,
) -> None:
    (tmp_path / 'EMPTY').mkdir()
    (tmp_path / 'FILE').touch()
    places = {'DATA': data, **{name: tmp_path / name for name in ('OUT', 'FILE', 'EMPTY')}}

    outcome = run('box_head', *(places.get(word, word) for word in arguments.split()))

    assert outcome.exit_code == 2, outcome.output
    assert message in outcome.stderr
    assert outcome.stderr.count('\n') == 1


@pytest.mark.parametrize(('name', 'message'), [
    ('folder/mine', 'is no name of a file'), ('mine', 'is no checkpoint, or was cut off')])
def test_what_is_no_checkpoint_makes_no_weights(tmp_path: Path, name: str, message: str) -> None:
    (tmp_path / NAME).write_bytes(b'cut off')

    outcome = run('export', tmp_path / NAME, '--name', name, '--output', tmp_path)

    assert outcome.exit_code == 2
    assert message in outcome.stderr
    assert outcome.stderr.count('\n') == 1
    assert [path.name for path in tmp_path.iterdir()] == [NAME]


_TRAIN = """
from support_recipes import small_recipe
from rat_tracker.cli import main
from rat_tracker.training import recipes
recipes._LOADERS['box_head'] = small_recipe
main()
"""


@pytest.mark.whole
def test_two_processes_train_one_network(data: Path, tmp_path: Path) -> None:
    """Each learns from its part of every batch, and the first alone writes."""
    (tmp_path / 'train_small.py').write_text(_TRAIN, encoding='utf-8')
    command = ['train', 'box_head', '--data', str(data), '--steps', '4',
               '--pool', '0', '--device', 'cpu', '--output']
    paths = os.pathsep.join([str(Path(__file__).parents[1]), os.environ.get('PYTHONPATH', '')])

    def launch(output: Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, '-m', 'torch.distributed.run', '--standalone',
             '--nproc-per-node', '2', str(tmp_path / 'train_small.py'), *command, str(output)],
            check=False, capture_output=True, text=True,
            env={**os.environ, 'PYTHONPATH': paths, 'OMP_NUM_THREADS': '1'})
    first = launch(tmp_path / 'first')
    assert first.returncode == 0, first.stderr
    assert first.stdout.count('best weights at step ') == 1
    assert launch(tmp_path / 'second').returncode == 0

    checkpoint, again = (read_checkpoint(tmp_path / name / NAME) for name in ('first', 'second'))
    assert checkpoint.settings['processes'] == 2
    assert checkpoint.step == 4
    assert all((tensor == again.network[name]).all()
               for name, tensor in checkpoint.network.items())
    refused = CliRunner().invoke(main, [*command, str(tmp_path / 'first'), '--resume'])
    assert refused.exit_code == 2
    assert 'was begun with processes 2, not 1' in refused.stderr
