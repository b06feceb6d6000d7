import { existsSync } from "node:fs";
import { recognized } from "./contents.ts";
import { Unreadable } from "../unreadable.ts";
import { RegularFile, changed, isUnchanged } from "./file.ts";
import { ModelFiles } from "./files.ts";
import { inlined } from "./functions.ts";
import type { ModelMessage } from "./messages.ts";
import { nodeText } from "./order.ts";
import { parseModel } from "./parse.ts";
import { Recorder } from "./record.ts";
import type { ModelRecord } from "./structure.ts";
import { Wire } from "./wire.ts";

const headSize = 4096;

/** What an ONNX file says, its weights left where they are. Throws `Unreadable` where there is nothing to show. */
export function readModel(path: string): ModelRecord {
  const files = new ModelFiles(RegularFile.open(path));
  try {
    const record = read(files);
    if (!files.all.every((file) => file.isUnchanged())) throw changed(path);
    return record;
  } catch (error) {
    // A file that is being written looks damaged; that it changes is the better explanation.
    throw files.model.isUnchanged() ? error : changed(path);
  } finally {
    files.close();
  }
}

/** Whether the model and all files with its weights are as they were when it was read, those that were not there included. */
export const isModelUnchanged = ({ files, missing }: ModelRecord): boolean =>
  files.every(isUnchanged) && !missing.some((path) => existsSync(path));

function read(files: ModelFiles): ModelRecord {
  const file = files.model;
  demandPossible(file);
  const model = parseModel(new Wire(file));
  const { graph } = model;
  const remedy = "Perhaps it is another kind of .pb or .onnx file: export the model to ONNX again.";
  if (!graph) throw new Unreadable(file.path, "there is no network in it", { remedy });

  const problems = new Problems();
  const fail = (reason: string) => new Unreadable(file.path, reason, { remedy: "Export the model again." });
  const flat = inlined(graph, model.functions, (reason, node) => fail(`${reason} (in ${nodeText(node)})`));
  const recorder = new Recorder(files, model.opsets, { problem: (text) => problems.add(text), failure: fail });
  const record = recorder.graph(flat);
  for (const problem of files.missing.problems) problems.add(problem);
  if (record.nodes.length === 0) problems.add("The graph has no nodes.");
  if (record.outputs.length === 0) problems.add("The graph has no outputs.");
  return { ...about(model, files), graph: record, problems: problems.list };
}

/** Refuses what is something else, by its first bytes. */
export function demandPossible(file: RegularFile): void {
  if (file.size === 0) throw new Unreadable(file.path, "it is empty", { remedy: "Export or fetch the model again." });
  const head = new Uint8Array(Math.min(headSize, file.size));
  file.read(head, 0);
  const foreign = recognized(head);
  if (foreign) throw new Unreadable(file.path, `it is ${foreign.what}, not an ONNX model`, { remedy: foreign.remedy });
}

function about(
  model: ModelMessage,
  { model: { path, stamp }, stamps, missing }: ModelFiles,
): Omit<ModelRecord, "graph" | "problems"> {
  return {
    path,
    realPath: stamp.realPath,
    size: stamp.size,
    mtimeMs: Number(stamp.mtimeNs) / 1e6,
    files: stamps,
    missing: missing.paths,
    irVersion: model.irVersion,
    opsets: model.opsets,
    producer: { name: model.producer, version: model.producerVersion },
    metadata: model.metadata,
  };
}

const mostProblems = 100;

/** What was found wrong, in the order found; a hostile file can have any number. */
class Problems {
  private readonly found = new Set<string>();
  private unlisted = 0;

  add(problem: string): void {
    if (this.found.size < mostProblems) this.found.add(problem);
    else this.unlisted++;
  }

  get list(): readonly string[] {
    return this.unlisted ? [...this.found, `And ${this.unlisted} more such problems.`] : [...this.found];
  }
}
