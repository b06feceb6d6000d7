// A Chromium for the tests that need a browser: the machine's own, else Debian's where it may be installed.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { onPath, run } from "./processes.mjs";

// The shell first: it draws pages and nothing around them, with half the work for the processor.
const names = [
  "chromium-headless-shell",
  "chromium",
  "google-chrome",
  "google-chrome-stable",
  "chromium-browser",
  "microsoft-edge",
  "chrome",
];

/** Where a desktop installs what is not on PATH. */
const places = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
  ...[process.env.PROGRAMFILES, process.env["PROGRAMFILES(X86)"], process.env.LOCALAPPDATA]
    .filter(Boolean)
    .flatMap((folder) => [
      join(folder, "Google/Chrome/Application/chrome.exe"),
      join(folder, "Microsoft/Edge/Application/msedge.exe"),
    ]),
];

/** The browser's path; undefined where there is none. `GLASSBOX_CHROMIUM` names another. */
export const findChromium = () =>
  process.env.GLASSBOX_CHROMIUM || names.map(onPath).find(Boolean) || places.find(existsSync);

export async function installChromium() {
  const found = findChromium();
  if (found) return found;
  if (process.getuid?.() === 0 && onPath("apt-get")) {
    console.log("Installing Chromium by apt-get …");
    await run("apt-get", ["update"]);
    const installing = (name) => run("apt-get", ["install", "-y", "--no-install-recommends", name], { seconds: 900 });
    await installing("chromium-headless-shell").catch(() => installing("chromium")); // not every Debian has the shell
    const installed = findChromium();
    if (installed) return installed;
  }
  throw new Error(
    "The tests need Chromium or Chrome. Install it (Debian: apt-get install chromium; others: google.com/chrome), " +
      "or name it: GLASSBOX_CHROMIUM=/path/to/chrome npm test.",
  );
}

/** Nothing that a browser does of its own accord: no first-run page, no calls home. */
export const chromiumFlags = [
  "--no-sandbox", // it only opens pages of this machine, and often runs as root in a container
  "--disable-gpu",
  "--disable-quic",
  "--disable-dev-shm-usage",
  "--no-first-run",
  "--no-default-browser-check",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
