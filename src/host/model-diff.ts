import { basename } from "node:path";
import * as vscode from "vscode";
import { diffText } from "./diff-text.ts";
import type { LocalCopies } from "./local-copies.ts";
import type { Reports } from "./reports.ts";
import { Refused } from "./requests.ts";
import type { Services } from "./services.ts";

/** A model to compare, and what it is called beside the other. */
export interface Side {
  readonly uri: vscode.Uri;
  readonly name: string;
}

/** Compares two model files, wherever they lie, and shows what differs as a document. */
export async function showDiff(
  a: Side,
  b: Side,
  { engine }: Services,
  copies: LocalCopies,
  reports: Reports,
): Promise<void> {
  const files = await Promise.all([copyOf(a, copies), copyOf(b, copies)]);
  try {
    const [one, other] = files;
    const found = await vscode.window.withProgress(
      {
        location: vscode.ProgressLocation.Notification,
        title: `Comparing ${a.name} and ${b.name}`,
        cancellable: true,
      },
      (_, token) => {
        const cancel = new AbortController();
        token.onCancellationRequested(() => cancel.abort());
        return engine.client.diff({ a: one.path, b: other.path }, cancel.signal);
      },
    );
    await reports.show(`${a.name} ↔ ${b.name}`, diffText(found, a.name, b.name));
  } finally {
    for (const file of files) file.dispose();
  }
}

async function copyOf({ uri, name }: Side, copies: LocalCopies) {
  try {
    return await copies.of(uri);
  } catch (error) {
    throw new Refused(`${name} could not be read: ${(error as Error).message}`); // what VS Code's file systems throw
  }
}

/** Names that tell the two apart. */
export function sidesOf(a: vscode.Uri, b: vscode.Uri): readonly [Side, Side] {
  const [one, other] = [basename(a.path), basename(b.path)];
  if (one !== other)
    return [
      { uri: a, name: one },
      { uri: b, name: other },
    ];
  return [
    { uri: a, name: vscode.workspace.asRelativePath(a) },
    { uri: b, name: vscode.workspace.asRelativePath(b) },
  ];
}
