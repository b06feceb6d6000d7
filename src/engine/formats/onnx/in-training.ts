import { isHeld } from "../../graph/constants.ts";
import { constantOf } from "./constants.ts";
import type { GraphRecord, NodeRecord, Stored } from "./structure.ts";

/** What these do in inference, which is how Glassbox takes them: one photo has no statistics to normalize by. */
const inInference: Readonly<Record<string, string>> = {
  BatchNormalization: "BatchNormalization uses the statistics that it keeps",
  Dropout: "Dropout drops nothing",
};

/** Of a file that was exported in the midst of training, and of which a runtime makes other numbers; undefined of any other. */
export function trainingRemark({ nodes, initializers }: GraphRecord): string | undefined {
  const constants = new Map(initializers);
  for (const { op, outputs, attributes } of nodes) {
    const given = op === "Constant" ? attributes.get("value") : undefined;
    if (given?.kind === "tensor") for (const output of outputs) constants.set(output, given.value);
  }
  const trained = new Set(nodes.filter((node) => isInTraining(node, constants)).map(({ op }) => op));
  const told = Object.entries(inInference).flatMap(([op, does]) => (trained.has(op) ? [does] : []));
  return told.length ? `The file is in training mode, but is taken as in inference: ${told.join(", ")}.` : undefined;
}

function isInTraining(node: NodeRecord, constants: ReadonlyMap<string, Stored>): boolean {
  const { op, domain, opset, inputs, outputs, attributes } = node;
  if (domain !== "") return false;
  if (op === "Dropout") return opset >= 12 && isTrue(constants.get(inputs[2] ?? ""));
  if (op !== "BatchNormalization") return false;
  // Before there was an attribute for it, training was told by the statistics that are given beside the result.
  return opset < 14 ? outputs.filter(Boolean).length > 1 : attributes.get("training_mode")?.value === 1;
}

function isTrue(stored: Stored | undefined): boolean {
  const constant = stored && constantOf(stored);
  return typeof constant === "object" && isHeld(constant) && Number(constant.data[0]) !== 0;
}
