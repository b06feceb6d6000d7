"""Exports the architectures with what PyTorch says of each: python export.py FOLDER [--only NAME]... [--list]

Per network, in FOLDER/NAME/: model.onnx, input.npy, logits.npy, gradient.npy, and where they are defined guided.npy, deconvnet.npy, grad-cam.npy.
expected.json holds the rest, and is written last: where it stands, the network is done.
"""

import argparse
import copy
import dataclasses
import hashlib
import json
import logging
import pathlib
import shutil
import sys
import time
import warnings
import zlib

import numpy
import onnx
import timm
import torch
import torchvision

import rules
from architectures import architectures
from settle import settle

precisions = {"float16": torch.float16, "float32": torch.float32, "float64": torch.float64}


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("folder", type=pathlib.Path)
    arguments.add_argument("--only", action="append", default=[])
    arguments.add_argument("--list", action="store_true", help="print what there is, as JSON")
    given = arguments.parse_args()
    unknown = set(given.only) - {each.name for each in architectures}
    if unknown:
        sys.exit(f"no such network: {', '.join(sorted(unknown))}")
    chosen = [each for each in architectures if not given.only or each.name in given.only]
    if given.list:
        print(json.dumps([each.name for each in chosen]))
        return
    warnings.filterwarnings("ignore")
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    given.folder.mkdir(parents=True, exist_ok=True)
    (given.folder / "versions.json").write_text(json.dumps(versions()))
    failed = []
    for each in chosen:
        folder = given.folder / each.name
        if is_done(each, folder):
            continue
        start = time.perf_counter()
        try:
            noise = export(each, folder)
            print(f"{each.name}: {time.perf_counter() - start:.1f} s, noise {noise:.1e}", flush=True)
        except Exception as error:  # one network that its package no longer exports must not stop the others
            failed.append(each.name)
            print(f"{each.name}: {type(error).__name__}: {str(error).splitlines()[0]}", file=sys.stderr, flush=True)
    sys.exit(f"not exported: {', '.join(failed)}" if failed else 0)


def versions():
    modules = {"PyTorch": torch, "torchvision": torchvision, "timm": timm, "ONNX": onnx}
    return {name: module.__version__.split("+")[0] for name, module in modules.items()}


def is_done(each, folder):
    """Whether the network stands there as it would be exported now."""
    facts = folder / "expected.json"
    return facts.exists() and json.loads(facts.read_text())["recipe"] == recipe(each)


def recipe(each):
    """Everything that decides what is written, in short."""
    here = pathlib.Path(__file__).parent
    sources = [(here / name).read_bytes() for name in ("export.py", "nets.py", "rules.py", "settle.py")]
    entry = {field.name: getattr(each, field.name) for field in dataclasses.fields(each) if field.name != "build"}
    return hashlib.sha256(b"".join([*sources, repr([entry, versions()]).encode()])).hexdigest()


def export(each, folder):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    torch.manual_seed(zlib.crc32(each.name.encode()))
    generator = torch.Generator().manual_seed(zlib.crc32(each.name.encode()))
    shape = (1, each.size, each.size, 3) if each.channels_last else (1, 3, each.size, each.size)
    model = settle(each.build().eval(), torch.rand((4, *shape[1:]), generator=generator) * 4 - 2)
    stored = precisions[each.precision]
    model = model.to(stored).float() if stored is torch.float16 else model
    precise = copy.deepcopy(model).double()
    chosen = rules.well_defined_input(model, precise, shape, generator)
    x, target = chosen["x"].double(), chosen["target"]
    logits, watch = rules.logits_of(precise, x)
    arrays = {"input": x, "logits": logits, "gradient": chosen["gradient"]}
    if watch.rectifiers and not watch.others:
        arrays["guided"] = rules.gradient_of(precise, x, target, rules.Guided)
        arrays["deconvnet"] = rules.gradient_of(precise, x, target, rules.Deconvnet)
    if each.pool:
        arrays["grad-cam"] = rules.grad_cam_of(precise, x, target, each.pool)
    write(each, model.to(stored), x.to(stored), folder / "model.onnx")
    for name, array in arrays.items():
        nchw = array.permute(0, 3, 1, 2) if each.channels_last and array.ndim == 4 else array
        numpy.save(folder / f"{name}.npy", nchw.detach().float().contiguous().numpy())
    facts = {
        "name": each.name,
        "source": each.source,
        "exporter": each.exporter,
        "target": target,
        "files": sorted(arrays),
        "layer": pooled_value(folder / "model.onnx") if each.pool else None,
        "noise": chosen["noise"],
        "recipe": recipe(each),
        **described(folder / "model.onnx"),
    }
    (folder / "expected.json").write_text(json.dumps(facts, indent=1))
    return chosen["noise"]


def write(each, model, x, path):
    names = {"input_names": ["input"], "output_names": ["output"]}
    axes = {"NHW".index(letter) and "NHW".index(letter) + 1: letter for letter in each.dynamic}
    if each.exporter == "torchscript":
        free = {"dynamic_axes": {"input": axes, **({"output": {0: "N"}} if "N" in each.dynamic else {})}} if axes else {}
        torch.onnx.export(model, (x,), path, dynamo=False, opset_version=each.opset, **names, **free, **each.options)
    else:
        free = {"dynamic_shapes": ({axis: torch.export.Dim.DYNAMIC for axis in axes},)} if axes else {}
        torch.onnx.export(model, (x,), path, dynamo=True, opset_version=each.opset, **names, **free, **each.options)


def described(path):
    """The file's own account of itself: another exporter version may choose another opset than it was asked for."""
    model = onnx.load(path, load_external_data=False)
    operators = {node.op_type for node in model.graph.node}
    return {
        "opset": next(entry.version for entry in model.opset_import if entry.domain in ("", "ai.onnx")),
        "nodes": len(model.graph.node),
        "operators": sorted(operators),
    }


def pooled_value(path):
    """The name of the maps that global pooling reads, last of all poolings."""
    nodes = onnx.load(path, load_external_data=False).graph.node
    return [node.input[0] for node in nodes if node.op_type in ("GlobalAveragePool", "ReduceMean")][-1]


if __name__ == "__main__":
    main()
