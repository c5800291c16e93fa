"""What Torch-TensorRT is given computes what the network computes, in types that it can take."""

from __future__ import annotations

import pytest
from support_engines import cases
from support_engines import deviation
from support_engines import expected
import torch
from torch._ops import OpOverload

from rat_tracker.engines.exported_program import exported_program
from rat_tracker.engines.onnx_graph import input_names

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


@pytest.mark.parametrize('precision', ['float32', 'float16'])
def test_program_computes_what_the_network_computes(precision: str) -> None:
    for workload, (call, *_) in cases():
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
        shown, *inputs = call
        with torch.no_grad():
            output = program.module()(shown.float(), *inputs)
        assert all(layer.dtype == torch.float32 for layer in output)
        assert deviation(output, expected(workload.network, *call)) < DEVIATIONS[precision]
