import { extname, join } from "node:path";
import * as vscode from "vscode";

const kinds: Readonly<Record<string, string>> = { png: "PNG picture", svg: "SVG figure", npy: "NumPy array" };

/** Asks where to, suggesting a name in `folder`, and writes; false when the person left the dialog. */
export async function saveFile(folder: string, name: string, bytes: Uint8Array, kind: string): Promise<boolean> {
  const target = await vscode.window.showSaveDialog({
    defaultUri: vscode.Uri.file(join(folder, fileName(name, kind))),
    filters: { [kinds[kind] ?? kind]: [kind] },
  });
  if (!target) return false;
  await vscode.workspace.fs.writeFile(target, bytes);
  return true;
}

/** A name that every file system takes, with the ending of its kind. */
export function fileName(name: string, kind: string): string {
  const plain = name.replace(/[\x00-\x1f<>:"/\\|?*]+/g, "-").slice(0, 200);
  return extname(plain).toLowerCase() === `.${kind}` ? plain : `${plain}.${kind}`;
}
