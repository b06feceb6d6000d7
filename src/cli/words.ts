import { invisible, shown } from "../shared/shown.ts";

/** The command line was used wrongly: exit status 2. */
export class WrongUse extends Error {
  override name = "WrongUse";
  /** Whose help says how; undefined where no command was understood. */
  command: string | undefined;
}

/** What somebody may have meant who misspelt it. */
export const meantWords = (alike: readonly string[]): string =>
  alike.length ? `; did you mean ${alike.join(" or ")}?` : "";

export { percent } from "../shared/percent.ts";

/** 2048 bytes: "2.0 kB". */
export const sizeText = (bytes: number): string =>
  bytes < 1000 ? `${bytes} bytes` : bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;

/** What is a setting in VS Code, at a terminal. */
const options: Readonly<Record<string, string>> = {
  memoryLimit: "--memory",
  deadline: "--deadline",
  device: "--device",
};

/**
 * The engine speaks to who looks at a panel, where things are chosen and set; at a terminal they are given. On one line, and
 * without the characters by which a name in a file could rewrite it.
 */
export const inTerminal = (message: string): string =>
  shown(
    message
      .replace(/\bChoose (?=a |an |another |the )/g, "Give ")
      .replace(/\bsetting glassbox\.engine\.(\w+)/g, (said, name: string) =>
        options[name] === undefined ? said : `option ${options[name]}`,
      )
      .replace(/\s*\n\s*/g, " ")
      .trim(),
    Infinity,
  );

/** JSON that shows on a terminal what it is: invisible characters spelled out, as JSON spells them. */
export const jsonText = (value: unknown): string =>
  `${JSON.stringify(value, null, 2).replace(invisible, (character) =>
    character === "\n" ? character : character.split("").map(jsonEscape).join(""),
  )}\n`;

const jsonEscape = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
