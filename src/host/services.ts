import type * as vscode from "vscode";
import type { Engine } from "./engine.ts";
import type { Models } from "./models.ts";
import type { Preparations } from "./preparation.ts";

/** What commands and panels share. */
export interface Services {
  readonly extension: vscode.Uri;
  readonly log: vscode.LogOutputChannel;
  readonly engine: Engine;
  readonly models: Models;
  readonly preparations: Preparations;
}
