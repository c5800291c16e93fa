"""What Torch-TensorRT is given computes what the network computes, in types that it can take."""

from __future__ import annotations

import pytest
from support_engines import expected
from support_engines import patches
import torch
from torch._ops import OpOverload

from rat_tracker.engines.exported_program import exported_program
from rat_tracker.engines.workload import noting_workloads
from rat_tracker.trackers import create_tracker
from rat_tracker.trackers import TRACKERS

aten = torch.ops.aten
# Torch-TensorRT 2.13.0 has converters for these, or takes them out.
CONVERTED = {
    aten._assert_tensor_metadata.default, aten._to_copy.default, aten.add.Tensor,
    aten.constant_pad_nd.default, aten.convolution.default, aten.div.Tensor, aten.flip.default,
    aten.hardtanh.default, aten.permute.default, aten.sub.Tensor}
DEVIATIONS = {'float32': 1e-5, 'float16': 0.01}


@pytest.mark.parametrize('tracker', TRACKERS)
@pytest.mark.parametrize('precision', ['float32', 'float16'])
def test_program_computes_what_the_network_computes(precision: str, tracker: str) -> None:
    with noting_workloads() as workloads:
        create_tracker(tracker, engine='torch', device='cpu')
    for workload in workloads:
        program, (example,) = exported_program(
            workload.network, workload.patches, precision, 'cpu')
        assert all(isinstance(node.target, OpOverload) for node in program.graph.nodes
                   if node.op == 'call_function'), 'a region of autocast was left'
        program = program.run_decompositions()  # as Torch-TensorRT does

        calls = [node for node in program.graph.nodes if node.op == 'call_function']
        assert {node.target for node in calls} <= CONVERTED
        # No operation mixes types, which TensorRT refuses.
        for node in calls:
            assert len({value.meta['val'].dtype for value in node.all_input_nodes}) <= 1, node
        assert example.dtype == torch.float32
        shown = patches(1, workload.patches)
        with torch.no_grad():
            output = program.module()(shown.float())
        for layer, wanted in zip(output, expected(workload.network, shown), strict=True):
            assert layer.dtype == torch.float32
            deviation = (layer - wanted).square().mean().sqrt() / wanted.square().mean().sqrt()
            assert float(deviation) < DEVIATIONS[precision]
