// Programs that the scripts call: silent when all is well, everything shown when not.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

const windows = process.platform === "win32";

/**
 * Runs a program to its end. Resolves to what it printed; rejects with that and the command when it fails.
 * show: it prints here, as it goes. seconds: how long it may take.
 */
export function run(program, args, { cwd, env = process.env, show = false, seconds = 600 } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      env,
      stdio: ["ignore", show ? "inherit" : "pipe", show ? "inherit" : "pipe"],
      // npm and npx are scripts on Windows, which only a shell starts.
      shell: windows && /\.cmd$/.test(program),
      detached: !windows,
    });
    let output = "";
    child.stdout?.on("data", (data) => (output += data));
    child.stderr?.on("data", (data) => (output += data));
    const fail = (reason) => reject(new Error(`${[program, ...args].join(" ")}: ${reason}\n${output}`.trimEnd()));
    const forget = endWithUs(child);
    const late = () => {
      endTree(child);
      fail(`not finished after ${seconds} s`);
    };
    const timer = seconds === Infinity ? undefined : setTimeout(late, seconds * 1000);
    const end = () => {
      clearTimeout(timer);
      forget();
    };
    child.on("error", (error) => {
      end();
      fail(error.message);
    });
    child.on("close", (code, signal) => {
      end();
      if (code === 0) resolve(output);
      else fail(signal ? `ended by ${signal}` : `exit code ${code}`);
    });
  });
}

/** npm as it was called, in any folder but this project's. */
export const npm = (args, options = {}) => {
  const env = { ...process.env };
  // npm tells its scripts which project they belong to; for another folder that is wrong.
  for (const name of Object.keys(env)) if (/^npm_(package|lifecycle|config_local_prefix)/.test(name)) delete env[name];
  return run(windows ? "npm.cmd" : "npm", args, { env, ...options });
};

/** Where a program of this name is on PATH; undefined where there is none. */
export function onPath(name) {
  const endings = windows ? [".cmd", ".exe", ".bat"] : [""];
  const folders = (process.env.PATH ?? "").split(delimiter).filter(Boolean);
  return folders.flatMap((folder) => endings.map((ending) => join(folder, name + ending))).find(existsSync);
}

/** Ends a child and all that it started; it must have been started `detached`, as its group's leader. */
export function endTree(child) {
  if (child.pid === undefined || child.exitCode !== null) return;
  try {
    if (windows) spawn("taskkill", ["/pid", String(child.pid), "/t", "/f"], { stdio: "ignore" });
    else process.kill(-child.pid, "SIGTERM");
  } catch {
    child.kill();
  }
}

const living = new Set();
let listening = false;

/** Ends the child when this process ends, by Ctrl+C too. Returns the way to take that back. */
export function endWithUs(child) {
  living.add(child);
  if (!listening) {
    listening = true;
    process.on("exit", () => living.forEach(endTree));
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => process.exit(130));
  }
  return () => living.delete(child);
}
