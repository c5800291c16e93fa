"""The token is known or it is not; guessing takes long, and costs no memory."""

from __future__ import annotations

import time

import pytest

from rat_tracker.console.options import ConsoleOptions
from rat_tracker.console.tokens import Guesses
from rat_tracker.console.tokens import Token


@pytest.mark.parametrize(
    'guess', ['', 'Secret-1234', 'secret-123', 'secret-12345', 'sécret', '\ud800'])
def test_only_the_token_itself_is_right(guess: str) -> None:
    token = Token('secret-1234')
    assert token.is_right('secret-1234')
    assert not token.is_right(guess)
    assert not token.is_cookie(guess)


def test_cookie_does_not_hold_the_token_and_outlives_the_server() -> None:
    assert 'secret' not in Token('secret-1234').cookie
    assert Token('secret-1234').is_cookie(Token('secret-1234').cookie)
    assert not Token('another-1234').is_cookie(Token('secret-1234').cookie)


def test_a_cookie_is_no_quick_way_to_guess_the_token() -> None:
    """Cookies are not counted as guesses, so each has to cost something."""
    begin = time.process_time()
    Token('secret-1234')
    assert time.process_time() - begin > 0.01


def test_whoever_guesses_has_to_wait_and_others_have_not() -> None:
    guesses = Guesses()
    for _ in range(20):
        guesses.was_wrong('10.0.0.1', 0.0)
    assert not guesses.allows('10.0.0.1', 1.0)
    assert guesses.allows('10.0.0.2', 1.0)
    assert guesses.allows('10.0.0.1', 100.0)


def test_addresses_of_one_owner_count_as_one() -> None:
    guesses = Guesses()
    for host in range(20):
        guesses.was_wrong(f'2001:db8::{host:x}%eth0', 0.0)
    assert not guesses.allows('2001:db8::ffff', 0.0)
    assert guesses.allows('2001:db8:0:1::1', 0.0)


def test_guesses_of_many_addresses_are_not_all_remembered() -> None:
    guesses = Guesses()
    for number in range(10_000):
        guesses.was_wrong(f'10.0.{number // 256}.{number % 256}', 0.0)
    assert len(guesses) <= 256


@pytest.mark.parametrize(
    'host', ['0.0.0.0', '', '::', '192.168.1.7', 'robot.local', 'localhost.evil'])
def test_other_than_loopback_needs_a_token(host: str) -> None:
    with pytest.raises(ValueError, match='set a token, or listen on 127'):
        ConsoleOptions(host=host)
    assert ConsoleOptions(host=host, token='secret-1234').token == 'secret-1234'


@pytest.mark.parametrize('host', ['127.0.0.1', 'localhost', '::1', '127.1.2.3'])
def test_loopback_needs_none(host: str) -> None:
    assert ConsoleOptions(host=host).token is None


@pytest.mark.parametrize('token', ['', 'short', 'with space', 'tab\tbed-1', 'umläut-12'])
def test_weak_token_is_refused(token: str) -> None:
    with pytest.raises(ValueError, match='8 or more letters'):
        ConsoleOptions(token=token)


def test_token_is_not_printed() -> None:
    assert 'secret' not in repr(ConsoleOptions(token='secret-1234'))


@pytest.mark.parametrize(('name', 'value'), [
    ('port', -1), ('port', 65536), ('viewers', 0), ('viewers', 1000),
    ('pictures_per_second', 0.0), ('pictures_per_second', float('nan')),
    ('pictures_per_second', 1000.0)])
def test_value_out_of_range_is_refused_and_named(name: str, value: float) -> None:
    with pytest.raises(ValueError) as refused:
        ConsoleOptions(**{name: value})  # type: ignore[arg-type]
    assert f'{value:g}' in str(refused.value)
