import { build } from "esbuild";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

/** An engine that misbehaves on request: the technique of a job, or the file name of a model, says how. */
const behaving = `
  const send = (packet) => process.send(packet);
  const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  const canceled = new Set();
  const hoard = [];
  let answered = 0;

  async function behave(how, id) {
    if (how === "crash") process.kill(process.pid, "SIGSEGV");
    if (how === "crash") await pause(1000);
    if (how === "throw") throw new RangeError("no such layer");
    if (how === "leave") {
      console.error("Error: Cannot find module 'onnxruntime-node'");
      process.exit(1);
    }
    if (how === "hang") for (;;);
    if (how === "silent") while (!canceled.has(id)) await pause(10);
    if (how === "slow") await pause(300);
    if (how === "busy") for (const end = Date.now() + 700; Date.now() < end; );
    if (how === "allocate") for (;;) {
      hoard.push(Buffer.alloc(8 << 20, 1));
      await pause(2);
    }
    if (how === "heap") for (;;) hoard.push(new Array(1e5).fill(hoard));
    if (how === "flood") {
      const lines = Array.from({ length: 20000 }, (_, i) => "line " + (i + 1)).join("\\n");
      await new Promise((written) => process.stderr.write(lines + "\\n", written));
      process.kill(process.pid, "SIGSEGV");
      await pause(1000);
    }
    if (how === "chatter") {
      console.log("one\\r\\ntw" + "o");
      process.stderr.write("\\x1b[31mred\\x1b[0m");
      await pause(30);
    }
  }

  async function run(id, { technique, parameters }) {
    const total = parameters.total ?? 3;
    for (let done = 1; done <= total && !canceled.has(id); done++) {
      send({ id, next: { kind: "progress", done, total, pid: process.pid } });
      if (done === 1) await behave(technique, id);
      await pause(parameters.ms ?? 1);
    }
  }

  process.on("message", async ({ id, call, cancel, params }) => {
    if (cancel) return canceled.add(id);
    try {
      let done;
      if (call === "run") await run(id, params);
      else {
        await behave(params?.model?.replace(/.*\\/|\\.onnx$/g, ""), id);
        done = { pid: process.pid, answered: ++answered, env: process.env, argv: process.execArgv };
      }
      send({ id, done });
    } catch ({ name, message }) {
      send({ id, failure: { name, message } });
    }
  });
  send({ id: -1, done: undefined });
`;

const folder = mkdtempSync(join(tmpdir(), "glassbox-supervisor-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

export const written = (name: string, source: string): string => {
  const path = join(folder, name);
  writeFileSync(path, source);
  return path;
};

export const behavingEngine = written("behaving.mjs", behaving);

/** TypeScript that may import "glassbox/…" from src, bundled as the engine is. */
export async function bundled(name: string, source: string): Promise<string> {
  const outfile = join(folder, name);
  const contents = source.replaceAll("glassbox/", `${resolve("src").replaceAll("\\", "/")}/`);
  const stdin = { contents, loader: "ts" as const, resolveDir: process.cwd() };
  await build({ stdin, outfile, bundle: true, minify: true, platform: "node", format: "esm", logLevel: "error" });
  return outfile;
}

/** The same, whose modules take long to load. */
export const lateToLoad = `for (const end = Date.now() + 700; Date.now() < end; );\n${behaving}`;

/** Whether a process runs. One that ended and that nobody has asked after yet (a zombie) does not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return process.platform !== "linux" || !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}
