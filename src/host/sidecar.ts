import { open, readFile, realpath, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Preparation } from "../shared/preparation.ts";

/** Where what a model's file does not say is kept: "resnet.onnx" has "resnet.glassbox.json" beside it. */
export const sidecarOf = (model: string): string =>
  join(dirname(model), `${basename(model).replace(/\.onnx$/i, "")}.glassbox.json`);

/** What it calls the model; undefined where there is no such file, or no name in it. */
export async function nameBeside(model: string): Promise<string | undefined> {
  const path = sidecarOf(model);
  const { name } = parsed((await textOf(path)) ?? "{}", basename(path)) as { readonly name?: unknown };
  return typeof name === "string" ? name : undefined;
}

/** Writes the preparation into the file's `input`; everything else in the file stays as it is. */
export async function keepPreparation(path: string, preparation: Preparation): Promise<void> {
  const text = await textOf(path);
  await replace(path, merged(text, preparation, basename(path)));
}

export function merged(text: string | undefined, preparation: Preparation, name: string): string {
  const before = text === undefined ? {} : parsed(text, name);
  const indent = /^[ \t]+(?=")/m.exec(text ?? "")?.[0] ?? "  ";
  const after = JSON.stringify({ ...before, input: preparation }, undefined, indent);
  // Lists of numbers stay on one line, as a person would write them. No string of JSON holds a bare line break.
  const lines = after.replace(
    /\[\n([-+.\deE,\s]+?)\n\s*\]/g,
    (_, list: string) => `[${list.trim().split(/,\s*/).join(", ")}]`,
  );
  return `${lines}\n`;
}

function parsed(text: string, name: string): object {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Error(`${name} was left as it is: it is not valid JSON (${(error as Error).message}).`); // JSON.parse throws SyntaxError
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  throw new Error(`${name} was left as it is: it should hold one object in { }.`);
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined; // what node:fs throws
    throw error;
  }
}

/** The file is either the old one or the new one, whatever happens meanwhile. A link keeps pointing where it did. */
async function replace(path: string, text: string): Promise<void> {
  const target = await realpath(path).catch(() => path);
  const draft = `${target}.tmp.${process.pid}`;
  try {
    const file = await open(draft, "w");
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, target);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}
