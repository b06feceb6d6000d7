// What the engine says of one network, beside what PyTorch said when it was exported.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../paths.mjs";

export const engineEntry = join(root, "dist", "engine.js");

/** What is compared, by the name of PyTorch's file. */
const techniques = {
  gradient: "saliency",
  guided: "guided-backpropagation",
  deconvnet: "deconvnet",
  "grad-cam": "grad-cam",
};

/** How far rounding alone may lead the framework's own gradient off: half of what agrees. */
const ambiguous = 5e-5;

/** A row of the table: for each quantity the greatest difference as a share of the largest number, or the problem. */
export async function compared(client, folder) {
  const expected = JSON.parse(readFileSync(join(folder, "expected.json"), "utf8"));
  const subject = { model: join(folder, "model.onnx"), image: join(folder, "input.npy") };
  const differences = {};
  const row = { ...expected, differences };
  if (expected.noise > ambiguous)
    return { ...row, problem: "every input that was drawn sits on a kink: make its pictures smaller" };
  try {
    const { scores } = await client.predict(subject);
    differences.logits = difference(scores, readNpy(join(folder, "logits.npy")));
    for (const [file, technique] of Object.entries(techniques)) {
      if (!expected.files.includes(file)) continue;
      const layer = technique === "grad-cam" ? { layer: expected.layer } : {};
      const raw = await client.raw({ ...subject, technique, target: expected.target, parameters: {}, ...layer });
      const wanted = readNpy(join(folder, `${file}.npy`));
      if (String(raw.shape) !== String(wanted.shape))
        throw new Error(`${technique} has the shape ${raw.shape.join(" × ")}, not ${wanted.shape.join(" × ")}`);
      differences[file] = difference(raw.data, wanted);
    }
    return row;
  } catch (error) {
    return { ...row, problem: error.message };
  }
}

function difference(ours, { data: theirs }) {
  if (ours.length !== theirs.length) throw new Error(`${ours.length} numbers, where PyTorch has ${theirs.length}`);
  let most = 0;
  let largest = 0;
  for (const [i, wanted] of theirs.entries()) {
    const off = Math.abs(ours[i] - wanted);
    most = Number.isFinite(off) ? Math.max(most, off) : Infinity;
    largest = Math.max(largest, Math.abs(wanted));
  }
  return most / largest;
}

/** What exporting.py writes, and no more of the format: little-endian float32, row by row. */
function readNpy(path) {
  const bytes = readFileSync(path);
  const start = 10 + bytes.readUInt16LE(8);
  const header = bytes.toString("latin1", 10, start);
  const shape = header
    .match(/'shape': \(([^)]*)\)/)[1]
    .split(",")
    .filter((n) => n.trim())
    .map(Number);
  return { shape, data: new Float32Array(new Uint8Array(bytes.subarray(start)).buffer) };
}
