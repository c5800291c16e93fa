"""Lines of the TraX protocol: what is written can be read, and what others write, too."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
import pytest

from rat_tracker.evaluation.trax.errors import TraxError
from rat_tracker.evaluation.trax.messages import decode
from rat_tracker.evaluation.trax.messages import encode
from rat_tracker.evaluation.trax.messages import Message

# Line ends, quotes, backslashes and equals signs more often than chance would have it.
TEXTS = st.text(st.one_of(st.characters(codec='utf-8'), st.sampled_from('"\\\n\r= :n')))
KEYS = st.text('abcXYZ019._', min_size=1, max_size=64)


@given(st.lists(TEXTS), st.dictionaries(KEYS, TEXTS))
def test_what_is_written_is_read_again(arguments: list[str], properties: dict[str, str]) -> None:
    message = Message('state', tuple(arguments), properties)

    line = encode(message)

    assert line.count(b'\n') == 1
    assert line.endswith(b'\n')
    assert decode(line) == message


@given(st.binary())
def test_no_line_of_bytes_breaks_the_reader(line: bytes) -> None:
    """It is no message, or it is one, or the fault is named."""
    try:
        message = decode(b'@@TRAX:frame ' + line.replace(b'\n', b''))
    except TraxError:
        return
    assert message is not None
    assert message.name == 'frame'


def test_path_with_every_odd_byte_survives() -> None:
    path = b'/data/\xff \xc3\xa9/"1"\\=.jpg'.decode('utf-8', 'surrogateescape')

    found = decode(encode(Message('frame', (path,))))

    assert found is not None
    assert found.arguments == (path,)


LINES = {
    'quoted words': (
        b'@@TRAX:initialize "1,2,3,4" "time=0.5" \n',
        Message('initialize', ('1,2,3,4',), {'time': '0.5'})),
    'words without quotes': (
        b'@@TRAX:frame file:///a.jpg time=0.5\n',
        Message('frame', ('file:///a.jpg',), {'time': '0.5'})),
    'nothing after the name': (b'@@TRAX:quit\n', Message('quit')),
    'a space after the name': (b'@@TRAX:quit \n', Message('quit')),
    'the line end of Windows': (b'@@TRAX:frame "a"\r\n', Message('frame', ('a',))),
    'large letters': (b'@@TRAX:QUIT\n', Message('quit')),
    'escapes': (br'@@TRAX:frame "a\"b\\c\nd"', Message('frame', ('a"b\\c\nd',))),
    'an equals sign after what is no key': (
        b'@@TRAX:frame "data:image/png;aGk="\n', Message('frame', ('data:image/png;aGk=',))),
    'an equals sign in a value': (b'@@TRAX:frame "a=b=c"\n', Message('frame', (), {'a': 'b=c'})),
    "the stream's last line": (b'@@TRAX:quit', Message('quit')),
}


@pytest.mark.parametrize('kind', LINES)
def test_what_others_write_is_read(kind: str) -> None:
    line, message = LINES[kind]

    assert decode(line) == message


@pytest.mark.parametrize('line', [
    b'', b'\n', b'loading the network\n', b'@@TRA:quit\n', b' @@TRAX:quit\n'])
def test_line_without_the_prefix_is_no_message(line: bytes) -> None:
    assert decode(line) is None


@pytest.mark.parametrize('line', [
    b'@@TRAX:frame "a\n', b'@@TRAX:frame "a"b\n', b'@@TRAX:frame a\\\n', b'@@TRAX:frame "a"" \n'])
def test_message_that_cannot_be_read_is_refused_with_its_position(line: bytes) -> None:
    with pytest.raises(TraxError, match=r'cannot be read from character \d+ on'):
        decode(line)


@pytest.mark.parametrize('line', [b'@@TRAX:\n', b'@@TRAX: frame\n', b'@@TRAX:fr-me "a"\n'])
def test_message_without_a_name_is_refused(line: bytes) -> None:
    with pytest.raises(TraxError, match='has no name'):
        decode(line)


@pytest.mark.parametrize('key', ['', 'a b', 'a=b', 'a' * 65])
def test_key_that_nobody_could_read_is_not_written(key: str) -> None:
    with pytest.raises(ValueError, match='is not a key'):
        encode(Message('state', (), {key: '1'}))
