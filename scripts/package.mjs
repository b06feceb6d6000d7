// Writes glassbox-<platform>.vsix from dist/: the extension, with this platform's native files only.
import { createVSIX } from "@vscode/vsce";
import { statSync } from "node:fs";
import { platform, root, vsix } from "./paths.mjs";

await createVSIX({
  cwd: root,
  packagePath: vsix,
  target: platform,
  dependencies: false, // what is needed of node_modules lies in dist/
  allowMissingRepository: true,
  rewriteRelativeLinks: false, // the README's picture and links lie in the package itself
});
console.log(`${vsix}: ${(statSync(vsix).size / 1e6).toFixed(1)} MB`);
