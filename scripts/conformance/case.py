"""One small network: how PyTorch computes it, and how it comes to stand in a file."""

import math
from dataclasses import dataclass, field

import numpy
import onnx
import torch
from onnx import helper, numpy_helper
from torch import nn


class Function(nn.Module):
    """A function of x; tensors by name are its parameters."""

    def __init__(self, function, **tensors):
        super().__init__()
        self.function = function
        for name, tensor in tensors.items():
            self.register_buffer(name, tensor)
        self.names = list(tensors)

    def forward(self, x):
        return self.function(x, *(getattr(self, name) for name in self.names))


class Reshaped(nn.Module):
    """A picture's four axes for a layer that wants fewer or more."""

    def __init__(self, module, shape):
        super().__init__()
        self.module = module
        self.shape = shape

    def forward(self, x):
        return self.module(x.reshape(self.shape))


@dataclass(frozen=True)
class Exported:
    """Written by PyTorch's exporter. Inputs have four axes, as pictures have."""

    build: object
    shape: tuple
    opset: int = 13
    dynamo: bool = False
    scale: float = 1.5
    shift: float = 0.0
    options: dict = field(default_factory=dict)

    def module(self):
        return self.build() if len(self.shape) == 4 else Reshaped(self.build(), self.shape)

    def input(self):
        batch, channels, *rest = self.shape
        height, *width = rest or [1]
        return torch.randn(batch, channels, height, math.prod(width)) * self.scale + self.shift

    def write(self, module, x, path):
        names = {"input_names": ["x"], "output_names": ["y"]}
        external = {"external_data": False} if self.dynamo else {}
        torch.onnx.export(
            module, (x,), path, dynamo=self.dynamo, opset_version=self.opset, **names, **external, **self.options
        )


@dataclass(frozen=True)
class Written:
    """Written by hand, as other exporters write it: one operator, with the module's tensors as its further inputs."""

    operator: str
    module: object
    shape: tuple
    attributes: dict = field(default_factory=dict)
    opset: int = 13
    scale: float = 1.5
    shift: float = 0.0
    """Names of the module's tensors, and arrays as they are; None leaves an input out."""
    inputs: tuple = ()
    outputs: int = 1

    def input(self):
        return torch.randn(self.shape) * self.scale + self.shift

    def write(self, module, x, path):
        state = module.state_dict()
        names, constants = ["x"], []
        for index, given in enumerate(self.inputs):
            array = state[given].numpy() if isinstance(given, str) else given
            names.append("" if array is None else f"constant{index}")
            if array is not None:
                constants.append(numpy_helper.from_array(numpy.asarray(array), names[-1]))
        node = helper.make_node(self.operator, names, ["y"], name=self.operator, **self.attributes)
        y = module(x)
        graph = helper.make_graph(
            [node],
            "case",
            [helper.make_tensor_value_info("x", onnx.TensorProto.FLOAT, list(x.shape))],
            [helper.make_tensor_value_info("y", onnx.TensorProto.FLOAT, list(y.shape))],
            constants,
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", self.opset)], ir_version=8)
        onnx.checker.check_model(model)
        onnx.save(model, path)
