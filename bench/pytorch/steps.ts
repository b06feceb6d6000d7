import { spawn, type ChildProcessByStdio } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout } from "node:timers/promises";
import type { Readable, Writable } from "node:stream";
import { root } from "../../scripts/paths.mjs";
import { pythonFor, pythons } from "../../scripts/python.mjs";

/** Milliseconds until its threads, which go on spinning after a run, leave the processors to whoever comes next. */
const rest = 300;

/** PyTorch taking the same steps, in a process of its own that waits between two questions. Has to be ended. */
export class PyTorch {
  readonly #lines: AsyncIterator<string>;

  private constructor(
    private readonly child: ChildProcessByStdio<Writable, Readable, null>,
    readonly version: string,
    lines: AsyncIterator<string>,
  ) {
    this.#lines = lines;
  }

  /** Rejects where there is no Python and none can be had. */
  static async start(): Promise<PyTorch> {
    const python = await pythonFor(pythons.pytorch);
    const child = spawn(python, [join(root, "bench/pytorch/steps.py")], {
      stdio: ["pipe", "pipe", "inherit"],
      env: { ...process.env, PYTHONDONTWRITEBYTECODE: "1" },
    });
    const failed = new Promise<never>((_, reject) => child.once("error", reject));
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const first = await Promise.race([lines.next(), failed]);
    if (first.done) throw new Error("PyTorch did not start; what it said is above.");
    const { torch } = JSON.parse(first.value) as { torch: string }; // steps.py writes nothing else
    return new PyTorch(child, torch, lines);
  }

  /** Milliseconds of each of so many further steps. */
  async steps(row: string, side: number, steps: number, threads: number): Promise<readonly number[]> {
    this.child.stdin.write(`${JSON.stringify({ row, side, steps, threads })}\n`);
    const answer = await this.#lines.next();
    if (answer.done) throw new Error(`PyTorch ended at ${row}; what it said is above.`);
    await setTimeout(rest);
    return JSON.parse(answer.value) as number[];
  }

  end(): void {
    this.child.stdin.end();
  }
}
