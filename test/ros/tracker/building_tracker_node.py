"""The node with the real tracker, whose OpenVINO engine is built once a file is there."""

from __future__ import annotations

import argparse
from pathlib import Path
import threading
from unittest.mock import patch

import torch
from torch import nn

from rat_tracker.engines.background import BackgroundEngine
from rat_tracker.engines.creation import create_engine
from rat_tracker.engines.engine import Engine
from rat_tracker.ros.tracker.node import main


def create_in_background(
    network: nn.Module, patches: tuple[int, int, int, int], engine: str, device: str,
    precision: str, inputs: tuple[tuple[int, ...], ...],
) -> Engine:
    """Return what ``tensorrt`` gets on a GPU, whatever is asked: torch, until another is built."""
    def build(stop: threading.Event) -> Engine:
        while not options.build_when.exists():
            stop.wait(0.05)
        if options.fault:
            raise ValueError(options.fault)
        return create_engine(network, patches, 'openvino', 'cpu', 'float32', inputs)
    return BackgroundEngine(
        create_engine(network, patches, 'torch', 'cpu', inputs=inputs), build, 'openvino on cpu')


if __name__ == '__main__':
    parser = argparse.ArgumentParser()
    parser.add_argument('--build-when', type=Path)
    parser.add_argument('--fault', default='')
    options, _ = parser.parse_known_args()
    # As OpenVINO has it: torch's threads, which wait for each other, are slow on a busy machine.
    torch.set_num_threads(1)
    with patch('rat_tracker.trackers.rat.network.create_engine', create_in_background):
        main()
