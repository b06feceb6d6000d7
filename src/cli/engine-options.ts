import { totalmem } from "node:os";
import { WrongUse } from "./words.ts";

/** How the engine runs, whatever it is asked: the flags that every command takes. */
export interface EngineOptions {
  readonly device: string;
  /** Bytes of memory that the engine may hold. */
  readonly memory: number;
  /** Seconds without a sign of life after which it is ended. */
  readonly deadline: number;
}

const devices = ["cpu", "webgpu"];
export const engineFlags = ["device", "memory", "deadline"] as const;
const flag = new RegExp(`^--(${engineFlags.join("|")})(?:=([^]*))?$`);

/** A person at a terminal can end it earlier. */
const usualDeadline = 600;

/** Takes the engine's flags out of the words; the rest is the command's. After "--" stand the names of files. */
export function engineOptionsOf(words: readonly string[]): {
  readonly options: EngineOptions;
  readonly rest: readonly string[];
} {
  const values = new Map<string, string>();
  const rest: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? "";
    if (word === "--") {
      rest.push(...words.slice(i));
      break;
    }
    const [, name, attached] = flag.exec(word) ?? [];
    if (name === undefined) rest.push(word);
    else values.set(name, attached ?? words[++i] ?? "");
  }
  const device = values.get("device") ?? "cpu";
  if (!devices.includes(device)) throw new WrongUse(`--device is one of ${devices.join(", ")}, not "${device}"`);
  const memory = above0("memory", "a number of gigabytes", values);
  const deadline = above0("deadline", "a number of seconds", values);
  return {
    options: {
      device,
      memory: memory === undefined ? totalmem() / 2 : memory * 2 ** 30,
      deadline: deadline ?? usualDeadline,
    },
    rest,
  };
}

function above0(name: string, what: string, values: ReadonlyMap<string, string>): number | undefined {
  const text = values.get(name);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() === "" || !(value > 0) || value === Infinity) throw new WrongUse(`--${name} needs ${what} above 0`);
  return value;
}
