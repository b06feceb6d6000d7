"""What both exporters share: the command line, and what a network's folder holds.

FOLDER/NAME/ has model.onnx, input.npy, logits.npy, gradient.npy, and where they are defined guided.npy, deconvnet.npy, grad-cam.npy;
all in NCHW. expected.json holds the rest and is written last: where it stands, the network is done.
"""

import argparse
import dataclasses
import hashlib
import json
import pathlib
import shutil
import sys
import time

import numpy
import onnx


def main(title, networks, export, versions, sources):
    """`python SCRIPT FOLDER [--only NAME]... [--list]`; `export(network, folder)` gives arrays by name and further facts."""
    arguments = argparse.ArgumentParser(description=title)
    arguments.add_argument("folder", type=pathlib.Path)
    arguments.add_argument("--only", action="append", default=[])
    arguments.add_argument("--list", action="store_true", help="print the names of all networks, as JSON")
    given = arguments.parse_args()
    if given.list:
        print(json.dumps({"names": [network.name for network in networks], "versions": versions}))
        return
    digest = hashlib.sha256(b"".join(pathlib.Path(source).read_bytes() for source in [__file__, *sources])).hexdigest()
    failed = []
    for network in networks:
        folder = given.folder / network.name
        recipe = recipe_of(network, versions, digest)
        if (given.only and network.name not in given.only) or is_done(folder, recipe):
            continue
        start = time.perf_counter()
        try:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            arrays, facts = export(network, folder)
            finish(folder, arrays, {"name": network.name, "source": network.source, "recipe": recipe, **facts})
            print(f"{network.name}: {time.perf_counter() - start:.1f} s, noise {facts['noise']:.1e}", flush=True)
        except Exception as error:  # one network that its package no longer exports must not stop the others
            failed.append(network.name)
            print(f"{network.name}: {type(error).__name__}: {str(error).splitlines()[0]}", file=sys.stderr, flush=True)
    sys.exit(f"not exported: {', '.join(failed)}" if failed else 0)


def recipe_of(network, versions, digest):
    """Everything that decides what is written, but for the network's own code."""
    entry = {field.name: getattr(network, field.name) for field in dataclasses.fields(network) if field.name != "build"}
    return hashlib.sha256(repr([entry, versions, digest]).encode()).hexdigest()


def is_done(folder, recipe):
    facts = folder / "expected.json"
    return facts.exists() and json.loads(facts.read_text())["recipe"] == recipe


def finish(folder, arrays, facts):
    for name, array in arrays.items():
        numpy.save(folder / f"{name}.npy", numpy.ascontiguousarray(array, dtype="<f4"))
    model = onnx.load(folder / "model.onnx", load_external_data=False)
    # Another version of the exporter may choose another opset than it was asked for.
    opset = next(entry.version for entry in model.opset_import if entry.domain in ("", "ai.onnx"))
    facts = {**facts, "files": sorted(arrays), "opset": opset, "nodes": len(model.graph.node)}
    (folder / "expected.json").write_text(json.dumps(facts, indent=1))
