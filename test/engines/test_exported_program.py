"""What Torch-TensorRT is given computes what the network computes, in types that it can take."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from support_engines import box_head_workload
from support_engines import expected
from support_engines import further_inputs
from support_engines import patches
import torch
from torch._ops import OpOverload

from rat_tracker.engines.exported_program import exported_program
from rat_tracker.engines.onnx_graph import input_names
from rat_tracker.engines.workload import noting_workloads
from rat_tracker.engines.workload import Workload
from rat_tracker.trackers import create_tracker
from rat_tracker.trackers import TRACKERS

aten = torch.ops.aten
# Torch-TensorRT 2.13.0 has converters for these, or takes them out.
CONVERTED = {
    aten._assert_tensor_metadata.default, aten._to_copy.default, aten.add.Tensor,
    aten.bmm.default, aten.cat.default, aten.clamp.default, aten.constant_pad_nd.default,
    aten.convolution.default, aten.div.Tensor, aten.exp.default, aten.expand.default,
    aten.flip.default, aten.hardtanh.default, aten.mul.Tensor, aten.permute.default,
    aten.pow.Tensor_Scalar, aten.relu.default, aten.select.int, aten.sigmoid.default,
    aten.slice.Tensor, aten.sqrt.default, aten.sub.Tensor, aten.sum.dim_IntList,
    aten.unsqueeze.default, aten.view.default}
DEVIATIONS = {'float32': 1e-5, 'float16': 0.01}


def workloads() -> Iterator[Workload]:
    for tracker in TRACKERS:
        with noting_workloads() as noted:
            create_tracker(tracker, engine='torch', device='cpu')
        yield from noted
    yield box_head_workload()


@pytest.mark.parametrize('precision', ['float32', 'float16'])
def test_program_computes_what_the_network_computes(precision: str) -> None:
    for workload in workloads():
        program, examples = exported_program(
            workload.network, workload.patches, precision, 'cpu', workload.inputs)
        assert list(program.graph_signature.user_inputs) == input_names(len(examples))
        assert all(isinstance(node.target, OpOverload) for node in program.graph.nodes
                   if node.op == 'call_function'), 'a region of autocast was left'
        program = program.run_decompositions()  # as Torch-TensorRT does

        calls = [node for node in program.graph.nodes if node.op == 'call_function']
        assert {node.target for node in calls} <= CONVERTED
        # No operation mixes types, which TensorRT refuses.
        for node in calls:
            assert len({value.meta['val'].dtype for value in node.all_input_nodes}) <= 1, node
        assert {example.dtype for example in examples} == {torch.float32}
        shown = patches(1, workload.patches)
        inputs = further_inputs(1, workload.inputs)
        with torch.no_grad():
            output = program.module()(shown.float(), *inputs)
        for layer, wanted in zip(output, expected(workload.network, shown, *inputs), strict=True):
            assert layer.dtype == torch.float32
            deviation = (layer - wanted).square().mean().sqrt() / wanted.square().mean().sqrt()
            assert float(deviation) < DEVIATIONS[precision]
