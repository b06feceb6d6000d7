import { closeSync, ftruncateSync, openSync, writeSync } from "node:fs";
import * as w from "../../fixtures/onnx/writer.ts";
import { node, value } from "./onnx-nets.ts";

// VGG-16 as PyTorch exports it, 553 MB of which are holes: the weights are zeros that take no room on a disk.

type Piece = Uint8Array | { readonly hole: number };
const lengthOf = (piece: Piece) => (piece instanceof Uint8Array ? piece.length : piece.hole);

const widths = [64, 64, 0, 128, 128, 0, 256, 256, 256, 0, 512, 512, 512, 0, 512, 512, 512, 0];

/** Of a field that holds bytes: its number and its length, before the bytes themselves. */
const head = (field: number, length: number): Uint8Array =>
  w.message((writer) => writer.uint32((field << 3) | 2).uint32(length));

function vgg() {
  const nodes: Uint8Array[] = [];
  const weights: { name: string; dims: readonly number[] }[] = [];
  let [at, channels] = ["image", 3];
  const weighted = (op: string, name: string, dims: readonly number[], attributes = {}) => {
    weights.push({ name: `${name}.weight`, dims }, { name: `${name}.bias`, dims: dims.slice(0, 1) });
    nodes.push(node(op, [at, `${name}.weight`, `${name}.bias`], name, attributes));
    at = name;
  };
  const plain = (op: string, name: string, attributes = {}) => {
    nodes.push(node(op, [at], name, attributes));
    at = name;
  };
  for (const [i, width] of widths.entries()) {
    if (width === 0) plain("MaxPool", `pool${i}`, { kernel_shape: [2, 2], strides: [2, 2] });
    else {
      weighted("Conv", `conv${i}`, [width, channels, 3, 3], { pads: [1, 1, 1, 1] });
      plain("Relu", `relu${i}`);
      channels = width;
    }
  }
  plain("Flatten", "flat");
  for (const [i, [from, to]] of [
    [25088, 4096],
    [4096, 4096],
    [4096, 1000],
  ].entries()) {
    weighted("Gemm", `fc${i}`, [to ?? 0, from ?? 0], { transB: 1 });
    if (i < 2) plain("Relu", `fc${i}/relu`);
  }
  return { nodes, weights, output: at };
}

/** Writes it to `path`; gives its size. */
export function writeVgg(path: string): number {
  const { nodes, weights, output } = vgg();
  const tensors = weights.flatMap(({ name, dims }): Piece[] => {
    const hole = 4 * dims.reduce((product, n) => product * n, 1);
    const rest = w.all(...dims.map((n) => w.int(1, n)), w.int(2, 1), w.text(8, name));
    const raw = head(9, hole);
    return [head(5, rest.length + raw.length + hole), rest, raw, { hole }];
  });
  const body: Piece[] = [
    w.all(...nodes.map((each) => w.bytes(1, each)), w.text(2, "vgg16")),
    ...tensors,
    w.all(w.bytes(11, value("image", ["N", 3, 224, 224])), w.bytes(12, value(output, ["N", 1000]))),
  ];
  const length = body.reduce((sum, piece) => sum + lengthOf(piece), 0);
  const pieces: Piece[] = [w.all(w.int(1, 8), w.opset(8, 17)), head(7, length), ...body];

  const file = openSync(path, "w");
  let end = 0;
  for (const piece of pieces) {
    if (piece instanceof Uint8Array) writeSync(file, piece, 0, piece.length, end);
    end += lengthOf(piece);
  }
  ftruncateSync(file, end);
  closeSync(file);
  return end;
}
