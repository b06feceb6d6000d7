import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));

/** As the VS Code marketplace names it. */
export const platform = `${process.platform}-${process.arch}`;

/** What `npm run package` writes. */
export const vsix = join(root, `glassbox-${platform}.vsix`);
