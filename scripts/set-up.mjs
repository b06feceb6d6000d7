// What a fresh clone needs before anything else can run. Uses nothing but Node.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./paths.mjs";
import { npm } from "./processes.mjs";

/** Installs node_modules where something is missing or of another version than package-lock.json says. */
export async function installPackages() {
  if (upToDate()) return;
  console.log("Installing packages (npm install) …");
  // Install scripts are not run (.npmrc): one of them would download libraries for a GPU.
  await npm(["install", "--no-audit", "--no-fund"], { cwd: root, seconds: 1200 });
}

function upToDate() {
  const installed = packagesOf(join(root, "node_modules/.package-lock.json"));
  const wanted = packagesOf(join(root, "package-lock.json"));
  return Object.entries(wanted).every(([place, { version, optional }]) => {
    const there = installed[place];
    return place === "" || there?.version === version || (optional && !there);
  });
}

const packagesOf = (lock) => (existsSync(lock) ? JSON.parse(readFileSync(lock, "utf8")).packages : {});
