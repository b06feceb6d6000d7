import type { Drawn, Recipe } from "../../shared/synthesis.ts";
import { markedPng } from "../images/made-here.ts";
import { png } from "../images/png.ts";
import { chunk, chunksOf } from "../images/png-chunks.ts";

// A recipe travels in an iTXt chunk of its PNG (PNG specification, 11.3.3.4): UTF-8 under a keyword, uncompressed.
const keyword = "Glassbox recipe";

export async function pictureFile(picture: Drawn, recipe: Recipe): Promise<Uint8Array> {
  const plain = await png(picture);
  return markedPng(plain, chunk("iTXt", Buffer.from(`${keyword}\0\0\0\0\0${JSON.stringify(recipe)}`, "utf8")));
}

/** The recipe that a PNG of ours carries. */
export function recipeIn(bytes: Uint8Array): Recipe | undefined {
  for (const { type, data } of chunksOf(bytes)) {
    const named = data.subarray(0, keyword.length).toString("latin1") === keyword;
    if (type === "iTXt" && named) return parsed(data.subarray(keyword.length + 5).toString("utf8"));
  }
  return undefined;
}

function parsed(text: string): Recipe | undefined {
  try {
    const recipe = JSON.parse(text) as Partial<Recipe> | null;
    const { technique, model, parameters } = recipe ?? {};
    const complete = typeof technique === "string" && typeof model === "string" && typeof parameters === "object";
    return complete ? (recipe as Recipe) : undefined; // what is in it is checked where it is used, as any request is
  } catch {
    return undefined;
  }
}
