"""One kept engine as a file: a line of JSON (format, key, size, checksum), then the engine."""

from __future__ import annotations

from dataclasses import asdict
from dataclasses import dataclass
import errno
import hashlib
import json
import os
import stat

# To be raised whenever the same key stands for another engine than before.
FORMAT = 2
SUFFIX = '.engine'
OTHERS_MAY_WRITE = stat.S_IWGRP | stat.S_IWOTH


class Unfit(Exception):
    """An entry that is not trusted; the message says why."""


@dataclass(frozen=True, slots=True)
class EngineKey:
    """Everything that a built engine depends on.

    :param engine: what runs it, a name from ``rat_tracker.engines.ENGINES``
    :param network: what people call the network; the digests tell networks apart
    :param weights: sha256 of the network's weights, hexadecimal
    :param graph: sha256 of the exported network, hexadecimal
    :param patches: N×H×W×3, the shape of the patches
    :param inputs: shapes of what else the network takes
    :param precision: one of ``rat_tracker.engines.PRECISIONS``
    :param gpu: a GPU's name, or the compute capability of all that it was built for
    :param versions: of the libraries that built it, such as ``('torch 2.13.0',)``
    """

    engine: str
    network: str
    weights: str
    graph: str
    patches: tuple[int, int, int, int]
    inputs: tuple[tuple[int, ...], ...]
    precision: str
    gpu: str
    versions: tuple[str, ...]

    @property
    def file_name(self) -> str:
        text = json.dumps({'format': FORMAT, **asdict(self)}, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest() + SUFFIX

    def __str__(self) -> str:
        shape = '×'.join(map(str, self.patches))
        return f'{self.engine}, {self.network} {shape} {self.precision}, {self.gpu}'


def written(key: EngineKey, engine: bytes) -> bytes:
    """Return what a file is to contain."""
    header = {'format': FORMAT, 'key': asdict(key), 'size': len(engine),
              'sha256': hashlib.sha256(engine).hexdigest()}
    return json.dumps(header).encode() + b'\n' + engine


def read(folder: int, name: str) -> tuple[EngineKey, bytes]:
    """Return an entry's key and engine, both as they were written.

    :raises Unfit: it is not what ``written`` says
    """
    # Without O_NONBLOCK, a named pipe in the place of an entry would block for ever.
    descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
    with os.fdopen(descriptor, 'rb') as file:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise Unfit('it is not a file')
        if status.st_uid != os.geteuid():
            raise Unfit('it belongs to another user')
        if status.st_mode & OTHERS_MAY_WRITE:
            raise Unfit('other users may write to it')
        line, _, engine = file.read().partition(b'\n')
    try:
        header = json.loads(line)
        if header['format'] != FORMAT:
            raise Unfit('another version of rat_tracker wrote it')
        fields = header['key']
        key = EngineKey(**{**fields, 'patches': tuple(fields['patches']),
                           'inputs': tuple(map(tuple, fields['inputs'])),
                           'versions': tuple(fields['versions'])})
        size, checksum = header['size'], header['sha256']
    except (ValueError, KeyError, TypeError):
        raise Unfit('its header is damaged') from None
    if key.file_name != name:
        raise Unfit('it was built for something else')
    if len(engine) != size:
        raise Unfit(f'it has {len(engine)} bytes instead of {size}')
    if hashlib.sha256(engine).hexdigest() != checksum:
        raise Unfit('its checksum is wrong')
    return key, engine


def reason(error: Exception) -> str:
    """Say in a few words why a file or folder cannot be used."""
    if isinstance(error, OSError):
        if error.errno == errno.ELOOP:
            return 'it is a symbolic link'
        return error.strerror or str(error)
    return str(error)
