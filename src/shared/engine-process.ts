import type { Packet } from "./rpc.ts";

// What the supervisor and its engine process agree on beside the calls.

/** The first packet of an engine, about no call: it reads calls from now on. */
export const ready: Packet = { id: -1, done: undefined };

/** Process id of the supervisor's process, whose end is the engine's end. */
export const supervisorVariable = "GLASSBOX_SUPERVISOR";

/** Bytes of memory that the engine may hold: what would need more is refused, and it ends itself when it holds more. */
export const memoryLimitVariable = "GLASSBOX_MEMORY_LIMIT";

/** Where the engine computes: "cpu", or "webgpu" where there is such a device. */
export const deviceVariable = "GLASSBOX_DEVICE";

/** The last line of an engine that ended itself over its limit; the number of bytes that it held follows. */
export const overMemory = "glassbox: over the memory limit, holding bytes:";
