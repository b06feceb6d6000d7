import * as vscode from "vscode";
import type { PathKind } from "../shared/parameters.ts";
import { browsePhotoOrArray, filePath, photoPath } from "./photos.ts";

/** Asks for what a parameter of this kind looks at; undefined when the dialog was left. `title`: what a folder is asked for. */
export async function browsePath(kind: PathKind, title = "Choose a Folder of Photos"): Promise<string | undefined> {
  switch (kind) {
    case "photo": {
      const uri = await browsePhotoOrArray();
      return uri && photoPath(uri);
    }
    case "folder":
      return chosen({ title, canSelectFiles: false, canSelectFolders: true });
    case "network":
      return chosen({ title: "Choose a Network", filters: { "ONNX models": ["onnx", "ONNX"] } });
  }
}

async function chosen(options: vscode.OpenDialogOptions): Promise<string | undefined> {
  const [uri] = (await vscode.window.showOpenDialog({ openLabel: "Choose", ...options })) ?? [];
  return uri && filePath(uri);
}
