import { shown } from "../../shared/shown.ts";

/** Characters of the runtime's own words that are passed on. */
const longest = 400;

/** How it names the node that it failed in, and what follows it. */
const failedNode = /while running (\w+) node\. Name:'([^']*)'(?: Status Message: )?([^]*)/;

/** ONNX Runtime refused a program or failed in it: the model's file, the node where it says which, and its own words. */
export class RuntimeFailure extends Error {
  override name = "RuntimeFailure";
  constructor(file: string, doing: "prepare" | "run", reason: unknown) {
    const words = reason instanceof Error ? reason.message : String(reason);
    const [, op, node, rest] = failedNode.exec(words) ?? [];
    const what = op === undefined ? `${doing} this network` : `${doing} ${op}${node ? ` (node ${shown(node)})` : ""}`;
    super(
      `${file}: ONNX Runtime could not ${what}: ${shown((rest || words).replace(/\s+/g, " ").trim(), longest)}`, // ||: it may say no more
      { cause: reason },
    );
  }
}
