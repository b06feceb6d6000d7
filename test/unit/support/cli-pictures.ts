import { join } from "node:path";
import type { dream } from "../../../src/cli/dream.ts";
import type { invert } from "../../../src/cli/invert.ts";
import type { texture } from "../../../src/cli/texture.ts";
import type { visualize } from "../../../src/cli/visualize.ts";
import { samplesFolder } from "./engine.ts";
import { wired } from "./making.ts";

export const squeezenet = join(samplesFolder, "squeezenet1.1.onnx");
export const client = wired();

/** What a command prints that makes a picture with SqueezeNet. */
export async function printed(
  command: typeof dream | typeof visualize | typeof invert | typeof texture,
  ...words: readonly string[]
): Promise<string> {
  let text = "";
  await command([squeezenet, ...words], client, (piece) => (text += piece));
  return text;
}
