import { basename } from "node:path";
import * as vscode from "vscode";
import type { ModelEditors } from "./model-editor.ts";
import type { Side } from "./model-diff.ts";
import { Refused } from "./requests.ts";

/** What of git's extension is asked for: the address of a file's old revision. */
interface Git {
  getAPI(version: 1): { toGitUri(uri: vscode.Uri, ref: string): vscode.Uri };
}

/** Two states of a file: those that a diff editor in front shows, else the one committed last and what is on disk. */
export async function sidesOfRevisions(uri: vscode.Uri, editors: ModelEditors): Promise<readonly [Side, Side]> {
  const [a, b] = inDiff(uri, editors) ?? [await committed(uri), fileOf(uri)];
  return [
    { uri: a, name: revisionName(a) },
    { uri: b, name: revisionName(b) },
  ];
}

/** A model whose tab is in front, in an editor of its own or in one that compares. */
export function modelInFront(editors: ModelEditors): vscode.Uri | undefined {
  const { input } = vscode.window.tabGroups.activeTabGroup.activeTab ?? {};
  // Of two custom editors side by side VS Code says nothing: the tab of what is compared is of no known kind.
  const shown = editors.all.filter(({ panel }) => panel.visible).map(({ document }) => document.uri);
  const uri =
    input instanceof vscode.TabInputCustom
      ? input.uri
      : input instanceof vscode.TabInputTextDiff
        ? input.modified
        : (shown.find(({ scheme }) => scheme === "file") ?? shown[0]);
  return uri && /\.onnx$/i.test(uri.path) ? uri : undefined;
}

function inDiff({ path }: vscode.Uri, editors: ModelEditors): readonly [vscode.Uri, vscode.Uri] | undefined {
  const { input } = vscode.window.tabGroups.activeTabGroup.activeTab ?? {};
  if (input instanceof vscode.TabInputTextDiff && input.modified.path === path) return [input.original, input.modified];
  const shown = editors.all.filter(({ panel, document }) => panel.visible && document.uri.path === path);
  const uris = [...new Map(shown.map(({ document: { uri } }) => [uri.toString(), uri])).values()];
  const [old, now] = uris.sort((a, b) => Number(a.scheme === "file") - Number(b.scheme === "file"));
  return old && now ? [old, now] : undefined;
}

const fileOf = (uri: vscode.Uri) => (uri.scheme === "file" ? uri : vscode.Uri.file(uri.path));

async function committed(uri: vscode.Uri): Promise<vscode.Uri> {
  const git = vscode.extensions.getExtension<Git>("vscode.git");
  if (!git) throw new Refused("VS Code's own extension for git is switched off: it knows the old revisions.");
  return (await git.activate()).getAPI(1).toGitUri(fileOf(uri), "HEAD");
}

/** "net.onnx (HEAD)"; git's extension writes "~" for what was staged or committed last. */
function revisionName({ scheme, path, query }: vscode.Uri): string {
  const name = basename(path);
  if (scheme === "file") return name;
  const ref = /"ref":"([^"]*)"/.exec(query)?.[1] ?? "";
  const short = /^[0-9a-f]{40}$/.test(ref) ? ref.slice(0, 8) : ref;
  return `${name} (${{ "~": "before", "": "staged" }[short] ?? short})`;
}
