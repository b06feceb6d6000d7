import { alikeTo } from "../shared/alike.ts";
import { engineFlags } from "./engine-options.ts";
import { meantWords, WrongUse } from "./words.ts";

/** Words of a command line, sorted: what belongs to no flag, and the flags' values in order. */
export interface Arguments {
  readonly words: readonly string[];
  readonly flags: ReadonlyMap<string, readonly string[]>;
}

/** How many values a flag takes: none, one, or as many as `accepts` says belong to it. */
export type Arity = "none" | "one" | { readonly accepts: (word: string) => boolean };

/** The flags that a command takes. */
export type Flags = Readonly<Record<string, Arity>>;

/** Negative numbers are values, not flags. */
export function parseArguments(words: readonly string[], taken: Flags): Arguments {
  const free: string[] = [];
  const flags = new Map<string, string[]>();
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? "";
    if (word === "--") {
      free.push(...words.slice(i + 1));
      break;
    }
    if (!isFlag(word)) {
      free.push(word);
      continue;
    }
    const [called, attached] = split(word);
    const flag = called.replace(/^--?/, "");
    const arity = Object.hasOwn(taken, flag) ? taken[flag] : undefined;
    if (arity === undefined) throw new WrongUse(`there is no option ${called}${nearest(flag, taken)}`);
    const values = flags.get(flag) ?? [];
    flags.set(flag, values);
    if (attached !== undefined) {
      if (arity === "none") throw new WrongUse(`--${flag} takes no value`);
      if (attached === "") throw new WrongUse(`--${flag} needs a value`);
      values.push(attached);
    } else if (arity === "one") {
      const value = words[++i];
      if (value === undefined || value === "" || isFlag(value)) throw new WrongUse(`--${flag} needs a value`);
      values.push(value);
    } else if (arity !== "none")
      while (i + 1 < words.length && arity.accepts(words[i + 1] ?? "")) values.push(words[++i] ?? "");
  }
  return { words: free, flags };
}

/** No flag has one letter alone: who gives one means some other program's. */
const isFlag = (word: string) => /^--[A-Za-z]|^-[A-Za-z]$/.test(word);

function nearest(flag: string, taken: Flags): string {
  const all = [...Object.keys(taken), ...engineFlags];
  return meantWords(alikeTo(flag, all).map((at) => `--${all[at] ?? ""}`));
}

function split(flag: string): [string, string?] {
  const at = flag.indexOf("=");
  return at < 0 ? [flag] : [flag.slice(0, at), flag.slice(at + 1)];
}
