import { basename } from "node:path";
import type * as vscode from "vscode";
import type { LocalCopies, LocalFile } from "./local-copies.ts";

/** A model file that editors show; all editors of one file share it. */
export class ModelDocument implements vscode.CustomDocument {
  private constructor(
    readonly uri: vscode.Uri,
    private readonly file: LocalFile,
  ) {}

  static async open(uri: vscode.Uri, copies: LocalCopies): Promise<ModelDocument> {
    return new ModelDocument(uri, await copies.of(uri));
  }

  /** Where the engine reads it. */
  get path(): string {
    return this.file.path;
  }

  get name(): string {
    return basename(this.uri.path);
  }

  /** Where a person has it: not where a copy of it lies. */
  get place(): string {
    return this.file.copied ? this.uri.toString(true) : this.uri.fsPath;
  }

  dispose(): void {
    this.file.dispose();
  }
}
