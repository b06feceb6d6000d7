import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import * as vscode from "vscode";
import { layerCalled } from "../shared/layer-called.ts";
import type { Glances } from "./glances.ts";
import { layerHover } from "./layer-hover.ts";
import type { FactsOfModels } from "./model-facts.ts";

/** The fields of the file: words of its own, even where a layer has the same name. */
const fields = new Set([
  "$schema",
  "name",
  "input",
  "size",
  "fit",
  "color",
  "range",
  "mean",
  "deviation",
  "layout",
  "labels",
  "dimensions",
]);

/** Over a layer's name in the file beside a model: the layer, as in the tree. */
export class SidecarHover implements vscode.HoverProvider {
  static readonly selector: vscode.DocumentSelector = { scheme: "file", pattern: "**/*.glassbox.json" };

  constructor(
    private readonly facts: FactsOfModels,
    private readonly glances: Glances,
  ) {}

  async provideHover(
    document: vscode.TextDocument,
    position: vscode.Position,
    token: vscode.CancellationToken,
  ): Promise<vscode.Hover | undefined> {
    const said = stringAt(document.lineAt(position).text, position.character);
    const model = modelBeside(document.uri.fsPath);
    if (!said || model === undefined || (said.isKey && fields.has(said.text))) return undefined;
    const { card } = await this.facts.of(model).catch(() => ({ card: undefined })); // the editor says what is wrong with it
    const layer = layerCalled(card?.layers ?? [], said.text);
    if (!layer || token.isCancellationRequested) return undefined;
    const hover = await layerHover({ model, layer: layer.name }, this.facts, this.glances, token);
    const range = new vscode.Range(position.line, said.start, position.line, said.end);
    return hover && new vscode.Hover(hover.markdown, range);
  }
}

interface Said {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** Whether it names a field. */
  readonly isKey: boolean;
}

/** The JSON string around a place of a line. */
function stringAt(line: string, at: number): Said | undefined {
  for (const { 0: whole, index: start } of line.matchAll(/"(?:[^"\\]|\\.)*"/g)) {
    const end = start + whole.length;
    if (at < start || at > end) continue;
    try {
      return { text: String(JSON.parse(whole)), start, end, isKey: /^\s*:/.test(line.slice(end)) };
    } catch {
      return undefined; // it holds what JSON does not know
    }
  }
  return undefined;
}

function modelBeside(sidecar: string): string | undefined {
  const stem = basename(sidecar).replace(/\.glassbox\.json$/i, "");
  return [".onnx", ".ONNX"].map((ending) => join(dirname(sidecar), stem + ending)).find((path) => existsSync(path));
}
