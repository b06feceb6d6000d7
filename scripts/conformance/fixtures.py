"""Writes small networks with PyTorch's numbers for `npm test`: python fixtures.py FOLDER

NAME.onnx holds one operator or a few; NAME.json holds its input x, its output y, a random dy, and dx = dy · ∂y/∂x, computed in double precision.
"""

import base64
import json
import logging
import pathlib
import sys
import warnings
import zlib

import numpy
import onnx
import torch

from cases import cases


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for old in [*folder.glob("*.onnx"), *folder.glob("*.json")]:
        old.unlink()
    warnings.filterwarnings("ignore")
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    for name, case in cases.items():
        try:
            record(name, case, folder)
        except Exception as error:
            raise RuntimeError(f"{name}: {error}") from error
    total = sum(file.stat().st_size for file in folder.iterdir())
    print(f"{len(cases)} fixtures, {total / 1e6:.2f} MB")


def record(name, case, folder):
    torch.manual_seed(zlib.crc32(name.encode()))
    module = case.module().eval()
    x = case.input()
    path = folder / f"{name}.onnx"
    case.write(module, x, path)
    keep_what_counts(path)
    precise = module.double()
    given = x.double().requires_grad_(True)
    y = precise(given)
    dy = torch.randn(y.shape).double()
    dx = torch.autograd.grad(y, given, dy)[0]
    arrays = {key: packed(value) for key, value in {"x": x, "y": y, "dy": dy, "dx": dx}.items()}
    (folder / f"{name}.json").write_text(json.dumps(arrays, indent=1) + "\n")


def packed(tensor):
    array = tensor.detach().numpy().astype("<f4")
    assert numpy.isfinite(array).all()
    return {"shape": list(array.shape), "data": base64.b64encode(array.tobytes()).decode()}


def keep_what_counts(path):
    """Exporters note source lines and their own version: nothing that a test reads, and different everywhere."""
    model = onnx.load(path)
    model.doc_string = model.producer_version = ""
    del model.metadata_props[:]
    for part in [model.graph, *model.functions]:
        part.doc_string = ""
        for entry in [*part.node, *part.value_info]:
            entry.doc_string = ""
            del entry.metadata_props[:]
    onnx.save(model, path)


if __name__ == "__main__":
    main()
