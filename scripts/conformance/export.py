"""Exports the networks of architectures.py with what PyTorch says of each: python export.py FOLDER [--only NAME]... [--list]"""

import copy
import logging
import pathlib
import warnings
import zlib

import onnx
import timm
import torch
import torchvision

import exporting
import nets
import rules
import settle
from architectures import architectures

precisions = {"float16": torch.float16, "float32": torch.float32, "float64": torch.float64}
modules = {"PyTorch": torch, "torchvision": torchvision, "timm": timm, "ONNX": onnx}


def export(network, folder):
    torch.manual_seed(zlib.crc32(network.name.encode()))
    generator = torch.Generator().manual_seed(zlib.crc32(network.name.encode()))
    picture = (network.size, network.size, 3) if network.channels_last else (3, network.size, network.size)
    model = settle.settle(network.build().eval(), torch.rand((4, *picture), generator=generator) * 4 - 2)
    stored = precisions[network.precision]
    model = model.to(stored).float() if stored is torch.float16 else model
    precise = copy.deepcopy(model).double()
    chosen = rules.well_defined_input(model, precise, (1, *picture), generator)
    x, target = chosen["x"].double(), chosen["target"]
    logits, watch = rules.logits_of(precise, x)
    tensors = {"input": x, "logits": logits, "gradient": chosen["gradient"]}
    if watch.rectifiers and not watch.others:
        tensors["guided"] = rules.gradient_of(precise, x, target, rules.Guided)
        tensors["deconvnet"] = rules.gradient_of(precise, x, target, rules.Deconvnet)
    if network.pool:
        tensors["grad-cam"] = rules.grad_cam_of(precise, x, target, network.pool)
    write(network, model.to(stored), x.to(stored), folder / "model.onnx")
    if network.channels_last:
        tensors = {name: each.permute(0, 3, 1, 2) if each.ndim == 4 else each for name, each in tensors.items()}
    layer = pooled_value(folder / "model.onnx") if network.pool else None
    arrays = {name: tensor.detach().numpy() for name, tensor in tensors.items()}
    return arrays, {"exporter": network.exporter, "target": target, "layer": layer, "noise": chosen["noise"]}


def write(network, model, x, path):
    options = {"input_names": ["input"], "output_names": ["output"], "opset_version": network.opset, **network.options}
    axes = {axis: letter for letter, axis in {"N": 0, "H": 2, "W": 3}.items() if letter in network.dynamic}
    if network.exporter == "torchscript":
        if axes:
            options["dynamic_axes"] = {"input": axes, "output": {0: "N"}}
        torch.onnx.export(model, (x,), path, dynamo=False, **options)
    else:
        if axes:
            options["dynamic_shapes"] = ({axis: torch.export.Dim.DYNAMIC for axis in axes},)
        torch.onnx.export(model, (x,), path, dynamo=True, **options)


def pooled_value(path):
    """The name of the maps that global pooling reads, last of all poolings."""
    nodes = onnx.load(path, load_external_data=False).graph.node
    return [node.input[0] for node in nodes if node.op_type in ("GlobalAveragePool", "ReduceMean")][-1]


if __name__ == "__main__":
    warnings.filterwarnings("ignore")
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    exporting.main(
        "Exports networks with what PyTorch says of each.",
        architectures,
        export,
        {name: module.__version__.split("+")[0] for name, module in modules.items()},
        [pathlib.Path(__file__), nets.__file__, rules.__file__, settle.__file__],
    )
