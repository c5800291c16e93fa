"""Compressed files: what only metadata.yaml can tell of them, and what to do without it."""

from __future__ import annotations

from pathlib import Path
from shlex import quote
import shutil

import pytest
from support_bags import cut
from support_bags import read
from support_bags import refusal
from support_bags import spots
from support_bags import storage_file
from support_bags import write_bag

STORAGES = ('mcap', 'sqlite3')
UNPACKING = 'for f in {}/*.zstd; do zstd -dc "$f" > "${{f%.zstd}}"; done'


def test_compressed_files_without_metadata_have_to_be_unpacked(tmp_path: Path) -> None:
    bag = write_bag(tmp_path / 'my bag', spots(2), compression='file')
    (bag / 'metadata.yaml').unlink()

    message = refusal(bag)

    assert UNPACKING.format(quote(str(bag))) in message
    file = storage_file(bag)
    assert f"zstd -dc '{file}' > '{file.with_suffix('')}'" in refusal(file)


def test_compressed_files_beside_others_are_not_forgotten(tmp_path: Path) -> None:
    # A recorder that was killed had compressed all files but the last one.
    bag = write_bag(tmp_path / 'bag', spots(2), compression='file')
    plain = storage_file(write_bag(tmp_path / 'plain', spots(2)))
    shutil.copy(plain, bag / 'bag_1.mcap')
    (bag / 'metadata.yaml').unlink()

    assert UNPACKING.format(quote(str(bag))) in refusal(bag)

    shutil.copy(plain, bag / 'bag.mcap')
    assert len(read(bag)[0]) == 4


@pytest.mark.parametrize('storage', STORAGES)
def test_of_a_compressed_file_that_is_cut_off_what_is_left_can_be_unpacked_and_saved(
    tmp_path: Path, storage: str,
) -> None:
    whole = write_bag(tmp_path / 'whole' / 'bag', spots(30), storage=storage)
    bag = write_bag(tmp_path / 'bag', spots(30), storage=storage, compression='file')
    file = storage_file(bag)
    cut(file, 0.7)

    message = refusal(bag)
    assert 'cannot be read' in message
    assert UNPACKING.format(quote(str(bag))) in message

    unpacked = file.with_suffix('')  # zstd leaves as much as can be unpacked
    shutil.copy(storage_file(whole), unpacked)
    cut(unpacked, 0.6)
    assert f'{unpacked} cannot be read' in refusal(bag)
    assert 'to save what is left' in refusal(bag)


@pytest.mark.parametrize('storage', STORAGES)
def test_of_several_compressed_files_a_bad_one_is_left_out_and_named(
    tmp_path: Path, storage: str,
) -> None:
    messages = spots(9)
    bag = write_bag(tmp_path / 'bag', messages[:4], storage=storage, compression='file')
    rest = write_bag(tmp_path / 'bag_1', messages[4:], storage=storage, compression='file')
    first, second = storage_file(bag), bag / storage_file(rest).name
    shutil.copy(storage_file(rest), second)
    metadata = bag / 'metadata.yaml'
    metadata.write_text(metadata.read_text().replace(
        f'  - {first.name}\n', f'  - {first.name}\n  - {second.name}\n'))
    assert len(read(bag)[0]) == 9
    cut(second, 0.5)

    images, fault, _ = read(bag)

    assert len(images) == 4
    assert fault.startswith(f'{second} cannot be read: ')
    second.unlink()
    assert len(read(bag)[0]) == 4


def test_messages_of_another_compression_are_refused(tmp_path: Path) -> None:
    bag = write_bag(tmp_path / 'bag', spots(3), compression='message')
    metadata = bag / 'metadata.yaml'
    text = metadata.read_text()
    assert 'compression_format: zstd' in text
    metadata.write_text(text.replace('compression_format: zstd', 'compression_format: lz4'))

    assert "Compression format 'lz4' is not supported" in refusal(bag)
