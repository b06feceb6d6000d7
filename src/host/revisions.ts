import { basename } from "node:path";
import * as vscode from "vscode";
import { gitApi, revisionOf } from "./git.ts";
import { isTurnedInLabel } from "./diff-label.ts";
import type { Side } from "./model-diff.ts";
import type { ModelEditors } from "./model-editor.ts";
import type { ModelPanel } from "./model-panel.ts";
import { Refused } from "./requests.ts";

type Two = readonly [vscode.Uri, vscode.Uri];

type Sides = readonly [Side, Side];

/** The models on both sides of a diff editor in front: two states of a file, or two files. Undefined where `uri` is on none. */
export function sidesInFront(uri: vscode.Uri, editors: ModelEditors): Sides | undefined {
  const two = inDiff(uri, editors);
  return two && named(two);
}

/** The same where both sides are states of one file. */
export function revisionsInFront(uri: vscode.Uri, editors: ModelEditors): Sides | undefined {
  const two = inDiff(uri, editors);
  return two && two[0].path === two[1].path ? named(two) : undefined;
}

export interface PanelsInDiff {
  readonly panels: readonly [ModelPanel, ModelPanel];
  /** Whether the first is known to be the left one, as far as VS Code lets it be known. */
  readonly isOrdered: boolean;
}

/** The editors that stand side by side in diff editors in front of their groups. */
export function panelsInDiffs(editors: ModelEditors): readonly PanelsInDiff[] {
  return vscode.window.tabGroups.all.flatMap((group) => {
    const input = group.activeTab?.input;
    const [one, other, ...more] = panelsIn(group, editors);
    if (!one || !other || more.length || input instanceof vscode.TabInputCustom) return [];
    const [first, second] = [one.document.uri, other.document.uri];
    const turned =
      input instanceof vscode.TabInputTextDiff ? isSame(input.original, second) : isTurned(first, second, group);
    return [{ panels: turned === true ? [other, one] : [one, other], isOrdered: turned !== undefined }];
  });
}

export const sidesOfPanels = (a: ModelPanel, b: ModelPanel): Sides => named([a.document.uri, b.document.uri]);

/** A file as it was committed last, and as it is on disk. */
export const sidesOfHead = async (uri: vscode.Uri): Promise<Sides> => named([await committed(uri), fileOf(uri)]);

/** Names that tell the two apart. */
function named([a, b]: Two): Sides {
  const [one, other] = [revisionName(a), revisionName(b)];
  const isTold = one !== other;
  return [
    { uri: a, name: isTold ? one : vscode.workspace.asRelativePath(a) },
    { uri: b, name: isTold ? other : vscode.workspace.asRelativePath(b) },
  ];
}

/** A model whose tab is in front, in an editor of its own or in one that compares; else one that can be seen beside it. */
export function modelInFront(editors: ModelEditors): vscode.Uri | undefined {
  const { input } = vscode.window.tabGroups.activeTabGroup.activeTab ?? {};
  const inFront = shownInFront(editors);
  const shown = inFront.length
    ? inFront
    : editors.all.flatMap(({ panel, document }) => (panel.visible ? [document.uri] : []));
  const uri =
    input instanceof vscode.TabInputCustom
      ? input.uri
      : input instanceof vscode.TabInputTextDiff
        ? input.modified
        : (shown.find(({ scheme }) => scheme === "file") ?? shown[0]);
  return uri && /\.onnx$/i.test(uri.path) ? uri : undefined;
}

function inDiff(uri: vscode.Uri, editors: ModelEditors): Two | undefined {
  const { input } = vscode.window.tabGroups.activeTabGroup.activeTab ?? {};
  if (input instanceof vscode.TabInputTextDiff)
    return [input.original, input.modified].some((side) => isSame(side, uri))
      ? [input.original, input.modified]
      : undefined;
  if (input instanceof vscode.TabInputCustom) return undefined;
  const [one, other, ...more] = shownInFront(editors);
  if (!one || !other || more.length || ![one, other].some((side) => isSame(side, uri))) return undefined;
  // A button in the title of a diff editor is given the right one of the two.
  const turned = isTurned(one, other, vscode.window.tabGroups.activeTabGroup) ?? isSame(one, uri);
  return turned ? [other, one] : [one, other];
}

/** Whether `one` stands on the right, as what is on disk does beside a revision, or as the tab's own label says; undefined where neither tells. */
function isTurned(one: vscode.Uri, other: vscode.Uri, { activeTab }: vscode.TabGroup): boolean | undefined {
  if ((one.scheme === "file") !== (other.scheme === "file")) return one.scheme === "file";
  const [first, second] = [one, other].map((uri) => ({ path: uri.path, ref: revisionOf(uri)?.ref }) as const);
  return first && second && isTurnedInLabel(activeTab?.label ?? "", first, second);
}

const isSame = (a: vscode.Uri, b: vscode.Uri) => a.toString() === b.toString();

/**
 * What the tab in front shows. Of two custom editors side by side VS Code says nothing: that tab is of no known kind, and
 * its editors are those that can be seen in its group.
 */
function shownInFront(editors: ModelEditors): readonly vscode.Uri[] {
  const shown = panelsIn(vscode.window.tabGroups.activeTabGroup, editors);
  return [...new Map(shown.map(({ document: { uri } }) => [uri.toString(), uri])).values()];
}

const panelsIn = ({ viewColumn }: vscode.TabGroup, editors: ModelEditors): readonly ModelPanel[] =>
  editors.all.filter(({ panel }) => panel.visible && panel.viewColumn === viewColumn);

const fileOf = (uri: vscode.Uri) => (uri.scheme === "file" ? uri : vscode.Uri.file(uri.path));

async function committed(uri: vscode.Uri): Promise<vscode.Uri> {
  const git = await gitApi();
  if (!git) throw new Refused("VS Code's own extension for git is switched off: it knows the old revisions.");
  return git.toGitUri(fileOf(uri), "HEAD");
}

/** "net.onnx (HEAD)"; git's extension writes "~" for what was staged or committed last. */
function revisionName(uri: vscode.Uri): string {
  const name = basename(uri.path);
  if (uri.scheme === "file") return name;
  const revision = revisionOf(uri);
  if (!revision) return `${name} (${uri.scheme})`;
  const { ref } = revision;
  const short = /^[0-9a-f]{40}$/.test(ref) ? ref.slice(0, 8) : ref;
  return `${name} (${{ "~": "before", "": "staged" }[short] ?? short})`;
}
