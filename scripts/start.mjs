// `npm start`: VS Code on samples/ with Glassbox loaded from this folder. Installs and builds what is missing first.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { root } from "./paths.mjs";
import { onPath, run } from "./processes.mjs";
import { installPackages } from "./set-up.mjs";
import { install, linkExtension, oldest, start } from "./vscode-server.mjs";

const usage = `npm start                      desktop VS Code where there is one, else VS Code in a browser
npm start -- --browser         VS Code in a browser, on this machine only
npm start -- --port 8080       on this port
npm start -- --folder PATH     opens this folder in place of samples/`;

const { browser, port, folder } = options();
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

/** Names a photo that the folder which opens really has. */
const tryFirst = existsSync(join(folder, "cat-chelsea.png"))
  ? "Try first: right-click cat-chelsea.png in the explorer → Glassbox: Explain Prediction."
  : "Try first: right-click a photo in the explorer → Glassbox: Explain Prediction; or, in the command palette, " +
    "Glassbox: Explain the Sample Photo.";

try {
  await installPackages();
  await run(process.execPath, ["esbuild.mjs"], { cwd: root });
  const code = browser ? undefined : desktop();
  await (code ? openDesktop(code) : openBrowser());
} catch (error) {
  console.error(error.message);
  process.exit(1);
}

function options() {
  try {
    const { values } = parseArgs({
      options: {
        browser: { type: "boolean", default: false },
        port: { type: "string", default: "0" },
        folder: { type: "string", default: join(root, "samples") },
        help: { type: "boolean", short: "h" },
      },
    });
    if (values.help) {
      console.log(usage);
      process.exit(0);
    }
    return values;
  } catch (error) {
    console.error(`${error.message}\n\n${usage}`);
    process.exit(2);
  }
}

/** Desktop VS Code's command, where it can show a window and is recent enough. */
function desktop() {
  const code = onPath("code");
  const display = process.platform !== "linux" || process.env.DISPLAY || process.env.WAYLAND_DISPLAY;
  // In VS Code's own terminals on a server, `code` opens files in a window elsewhere and loads no extension.
  if (!code || !display || process.env.VSCODE_IPC_HOOK_CLI) return undefined;
  const [found] = execFileSync(code, ["--version"], { encoding: "utf8", shell: process.platform === "win32" }).split(
    "\n",
  );
  if (isRecent(found)) return code;
  console.log(
    `VS Code ${found} is older than Glassbox needs (${manifest.engines.vscode}); opening one in the browser.`,
  );
  return undefined;
}

function isRecent(version) {
  const [major, minor] = version.split(".").map(Number);
  const [oldestMajor, oldestMinor] = oldest.split(".").map(Number);
  return major > oldestMajor || (major === oldestMajor && minor >= oldestMinor);
}

async function openDesktop(code) {
  console.log(`Opening VS Code. ${tryFirst}\nCtrl+C here, or closing the window, ends it.`);
  const args = ["--new-window", "--wait", `--extensionDevelopmentPath=${root}`, folder];
  await run(code, args, { show: true, seconds: Infinity });
}

async function openBrowser() {
  console.log("Getting VS Code ready …");
  await install(oldest);
  const extensionsDir = linkExtension(root, manifest);
  process.once("exit", () => rmSync(extensionsDir, { recursive: true, force: true }));
  const server = await start({ port: Number(port), folder, extensionsDir });
  console.log(`VS Code is at  ${server.url}\n${tryFirst}\nCtrl+C ends it.`);
  await server.closed;
}
