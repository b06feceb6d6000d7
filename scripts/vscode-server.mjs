// VS Code without Electron: its server build from the npm package `code-server`, for a browser on this machine.
// Nothing is compiled: the native modules that need a compiler are ones that VS Code runs without (terminal, watchdog),
// or one that has a stand-in (log files).
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { symlinkSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { endTree, endWithUs, npm, run } from "./processes.mjs";

/** The oldest VS Code that Glassbox supports, and the newest that it is tried on. */
export const oldest = "1.100";
export const newest = "1.139";

/** What holds each VS Code, and what must be added to it. */
const versions = {
  [oldest]: { codeServer: "4.100.3", ripgrep: "1.18.0" },
  [newest]: { codeServer: "4.139.1", node: "24" },
};

/** Shared by all clones, since a VS Code takes 300 MB or more. */
export const cache =
  process.env.GLASSBOX_CACHE || join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "glassbox-test");

/** Nothing that talks, asks or looks for updates. Workspaces are trusted; tests of Restricted Mode say otherwise. */
const calm = {
  "security.workspace.trust.enabled": false,
  "telemetry.telemetryLevel": "off",
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "chat.disableAIFeatures": true,
  "chat.commandCenter.enabled": false,
  "extensions.autoUpdate": false,
  "extensions.autoCheckUpdates": false,
  "extensions.ignoreRecommendations": true,
  "git.enabled": false,
  "window.commandCenter": false,
};

/** Makes a VS Code available; quick when it already is. Resolves to how it is started, rejects where it can't be had. */
export async function install(version) {
  const wanted = versions[version];
  if (!wanted) throw new Error(`There is no VS Code ${version} here, only ${Object.keys(versions).join(" and ")}.`);
  const node = wanted.node ? await installNode(wanted.node) : process.execPath;
  const server = await once(`code-server-${wanted.codeServer}`, (folder) => fetchServer(wanted, folder));
  return { node, main: join(server, "lib/vscode/out/server-main.js") };
}

/**
 * Starts VS Code on a free loopback port, or on `port`, and resolves to its address, which carries a secret token.
 *
 * folder: what it opens. extensionsDir: where its extensions are installed. developmentPath: an extension to load from
 * its folder; testsPath: a test suite to run in that one's extension host. settings: the person's. env: added to the server's.
 */
export async function start({
  version = oldest,
  port = 0,
  folder,
  extensionsDir,
  developmentPath,
  testsPath,
  settings = {},
  env = {},
}) {
  const { node, main } = await install(version);
  const data = mkdtempSync(join(tmpdir(), "glassbox-vscode-"));
  writeSettings(join(data, "User"), { ...calm, ...settings });
  const machine = {};
  const token = randomBytes(16).toString("hex");
  const args = [
    main,
    ...["--host", "127.0.0.1", "--port", String(port)],
    ...["--connection-token", token, "--accept-server-license-terms", "--telemetry-level", "off"],
    ...["--server-data-dir", data, "--user-data-dir", data],
    ...["--extensions-dir", extensionsDir ?? join(data, "extensions")],
    // A released server heeds `extensionDevelopmentPath` only when it believes that a smoke test drives it.
    ...(developmentPath ? ["--enable-smoke-test-driver"] : []),
  ];
  const child = spawn(node, args, {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
    detached: process.platform !== "win32",
  });
  const forget = endWithUs(child);
  const closed = new Promise((resolve) => child.once("close", resolve));
  const clear = () => rmSync(data, { recursive: true, force: true, maxRetries: 5 });
  process.once("exit", clear);
  const stop = async () => {
    endTree(child);
    await closed;
    forget();
    clear();
    process.off("exit", clear);
  };
  try {
    const authority = `127.0.0.1:${await portOf(child)}`;
    return {
      url: `http://${authority}/?${queryOf({ token, authority, folder, developmentPath, testsPath })}`,
      /** Changes settings while VS Code runs. As the machine's, which it watches; the person's it reads once. */
      changeSettings: (changed) => writeSettings(join(data, "Machine"), Object.assign(machine, changed)),
      closed,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Installs a .vsix into a new extensions folder, as *Install from VSIX* does, and resolves to that folder. */
export async function installExtension(version, vsix) {
  const { node, main } = await install(version);
  const folder = mkdtempSync(join(tmpdir(), "glassbox-extensions-"));
  const data = mkdtempSync(join(tmpdir(), "glassbox-vscode-"));
  const places = ["--extensions-dir", folder, "--server-data-dir", data, "--user-data-dir", data];
  const output = await run(node, [main, ...places, "--accept-server-license-terms", "--install-extension", vsix]);
  rmSync(data, { recursive: true, force: true });
  // Its exit code is 0 even where it refuses an extension.
  if (!/successfully installed/i.test(output)) throw new Error(`VS Code did not install ${vsix}:\n${output}`);
  return folder;
}

/** A new extensions folder in which the extension in `root` is installed as it stands there, by a link. */
export function linkExtension(root, { publisher, name, version }) {
  const folder = mkdtempSync(join(tmpdir(), "glassbox-extensions-"));
  symlinkSync(root, join(folder, `${publisher}.${name}-${version}`), "junction");
  return folder;
}

function queryOf({ token, authority, folder, developmentPath, testsPath }) {
  const path = (file) => decodeURIComponent(pathToFileURL(file).pathname);
  const remote = (file) => `vscode-remote://${authority}${path(file)}`;
  const payload = [
    ...(developmentPath ? [["extensionDevelopmentPath", remote(developmentPath)]] : []),
    ...(testsPath ? [["extensionTestsPath", remote(testsPath)]] : []),
  ];
  return new URLSearchParams({
    tkn: token,
    ...(folder ? { folder: path(folder) } : {}),
    ...(payload.length ? { payload: JSON.stringify(payload) } : {}),
  });
}

function writeSettings(folder, settings) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "settings.json"), JSON.stringify(settings, null, 2));
}

function portOf(child) {
  return new Promise((resolve, reject) => {
    let output = "";
    const listen = (data) => {
      output += data;
      const port = /agent listening on (\d+)/.exec(output)?.[1];
      if (port) resolve(port);
    };
    child.stdout.on("data", listen);
    child.stderr.on("data", listen);
    child.once("error", reject);
    child.once("close", (code) => reject(new Error(`VS Code's server ended with ${code}:\n${output}`)));
    setTimeout(() => reject(new Error(`VS Code's server did not start within 60 s:\n${output}`)), 60_000).unref();
  });
}

async function fetchServer({ codeServer, ripgrep }, folder) {
  await unpack(`code-server@${codeServer}`, folder);
  const vscode = join(folder, "lib/vscode");
  for (const place of [vscode, join(vscode, "extensions")]) {
    await npm(["install", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund"], { cwd: place });
  }
  copyFileSync(
    fileURLToPath(new URL("vscode-log.cjs", import.meta.url)),
    join(vscode, "node_modules/@vscode/spdlog/index.js"),
  );
  if (ripgrep) await addRipgrep(ripgrep, join(vscode, "node_modules/@vscode/ripgrep/bin"));
}

/** VS Code searches for files with ripgrep. This one's package downloads it by an install script; later ones bring it. */
async function addRipgrep(version, bin) {
  const folder = mkdtempSync(join(tmpdir(), "glassbox-ripgrep-"));
  await unpack(`@vscode/ripgrep-${process.platform}-${process.arch}@${version}`, folder);
  cpSync(join(folder, "bin"), bin, { recursive: true });
  rmSync(folder, { recursive: true });
}

/** npm carries Node itself, one package per platform. Resolves to the program. */
async function installNode(major) {
  if (process.versions.node.startsWith(`${major}.`)) return process.execPath;
  const system = process.platform === "win32" ? "win" : process.platform;
  const prefix = system === "darwin" && process.arch === "arm64" ? "node-bin" : "node";
  const folder = await once(`node-${major}`, (to) => unpack(`${prefix}-${system}-${process.arch}@${major}`, to));
  return join(folder, "bin", system === "win" ? "node.exe" : "node");
}

/** Puts the files of a package from npm into `folder`, and nothing of what it depends on. */
async function unpack(specifier, folder) {
  const download = mkdtempSync(join(tmpdir(), "glassbox-download-"));
  try {
    await npm(["pack", specifier, "--pack-destination", download], { cwd: download });
    const [archive] = readdirSync(download);
    await run("tar", ["-xzf", join(download, archive), "-C", folder, "--strip-components", "1"]);
  } finally {
    rmSync(download, { recursive: true });
  }
}

/** Makes a folder of the cache, unless it is there. It appears whole or not at all, whoever else makes it meanwhile. */
async function once(name, make) {
  const folder = join(cache, name);
  if (existsSync(folder)) return folder;
  mkdirSync(cache, { recursive: true });
  const unfinished = mkdtempSync(join(cache, `.${name}-`));
  try {
    await make(unfinished);
    if (!existsSync(folder)) renameSync(unfinished, folder);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
  return folder;
}
