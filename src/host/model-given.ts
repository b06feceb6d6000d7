import * as vscode from "vscode";

/** Menus give files, lines of the tree of models, or what source control lists; several come as a list beside the first. */
export function filesGiven(first: unknown, second: unknown): readonly vscode.Uri[] {
  const several = Array.isArray(second) && second.length > 1 ? second : [first];
  return several.flatMap((each) => fileGiven(each) ?? []);
}

/** The same of one. */
export function fileGiven(given: unknown): vscode.Uri | undefined {
  if (given instanceof vscode.Uri) return given;
  const { resourceUri, path, model } = Object(given) as Readonly<Record<string, unknown>>; // Object() makes anything safe to ask
  if (resourceUri instanceof vscode.Uri) return resourceUri;
  const file = [path, model].find((each) => typeof each === "string");
  return file === undefined ? undefined : vscode.Uri.file(file); // found by its type
}
