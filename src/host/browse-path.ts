import * as vscode from "vscode";
import type { PathKind } from "../shared/parameters.ts";
import { browsePhoto, filePath, photoPath } from "./photos.ts";

/** Asks for what a parameter of this kind looks at; undefined when the dialog was left. */
export async function browsePath(kind: PathKind): Promise<string | undefined> {
  switch (kind) {
    case "photo": {
      const uri = await browsePhoto();
      return uri && photoPath(uri);
    }
    case "folder":
      return chosen({ title: "Choose a Folder of Photos", canSelectFiles: false, canSelectFolders: true });
    case "network":
      return chosen({ title: "Choose a Network", filters: { "ONNX models": ["onnx", "ONNX"] } });
  }
}

async function chosen(options: vscode.OpenDialogOptions): Promise<string | undefined> {
  const [uri] = (await vscode.window.showOpenDialog({ openLabel: "Choose", ...options })) ?? [];
  return uri && filePath(uri);
}
