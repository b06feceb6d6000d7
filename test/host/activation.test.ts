import assert from "node:assert/strict";
import * as vscode from "vscode";

describe("Activation", function () {
  this.timeout(60_000);

  const extension = () => {
    const found = vscode.extensions.getExtension("glassbox.glassbox");
    assert.ok(found, "VS Code does not know the extension");
    return found;
  };

  it("comes without a fault", async () => {
    await extension().activate();
    assert.ok(extension().isActive);
  });

  it("runs where the files are", () => {
    assert.equal(extension().extensionKind, vscode.ExtensionKind.Workspace);
  });

  it("loads nothing native into the extension host", () => {
    const { sharedObjects } = process.report.getReport() as unknown as { sharedObjects: readonly string[] };
    const ours = sharedObjects.filter((file) => /onnxruntime|vips|sharp/i.test(file));
    assert.deepEqual(ours, []);
  });
});
