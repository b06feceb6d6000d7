import { readFile } from "node:fs/promises";

/** Whether the memory of another process can be seen from here. Elsewhere the engine's own watchdog looks. */
export const seesMemory = process.platform === "linux";

/** Bytes of `pid` in memory; undefined once it is gone. From `status` and not `statm`, whose pages have the kernel's size. */
export async function residentBytes(pid: number): Promise<number | undefined> {
  try {
    const status = await readFile(`/proc/${pid}/status`, "latin1");
    const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
  } catch {
    return undefined;
  }
}
