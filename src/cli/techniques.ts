import type { Parameter } from "../shared/parameters.ts";
import type { engine, TechniqueCard } from "../shared/protocol.ts";
import type { Client } from "../shared/rpc.ts";
import type { SynthesisCard } from "../shared/synthesis.ts";
import { making as adversarial } from "./adversarial.ts";
import { parseArguments } from "./arguments.ts";
import { making as fool } from "./fool.ts";
import { making as style } from "./style.ts";
import { whenWords } from "./technique-flags.ts";
import { table } from "./table.ts";
import { WrongUse } from "./words.ts";
import { widest, wrapped } from "./wrapped.ts";

/** Parameters of techniques that make pictures which a command's words give: there is no flag for these. */
const implied = new Map([adversarial, fool, style].map(({ technique, implied: names = [] }) => [technique, names]));

/** `glassbox techniques [--pictures] [--json]`: those that explain, or those that make pictures, with their parameters. */
export async function techniques(
  words: readonly string[],
  client: Client<typeof engine>,
  print: (text: string) => void,
): Promise<void> {
  const { words: more, flags } = parseArguments(words, { json: "none", pictures: "none" });
  if (more.length) throw new WrongUse("techniques takes no further words");
  const cards = flags.has("pictures") ? await client.syntheses() : await client.techniques();
  if (flags.has("json")) return print(`${JSON.stringify(cards, null, 2)}\n`);
  print(cards.map(described).join(""));
}

/** What a technique does, where it comes from, and its parameters as flags. */
export function described({ id, title, summary, citation, convention, parameters, presets = {} }: Card): string {
  const given = Object.entries(parameters).filter(([name]) => !implied.get(id)?.includes(name));
  const options = given.map(([name, parameter]) => [`    --${name}`, values(parameter), labelOf(parameter)] as const);
  for (const [name, preset] of Object.entries(presets))
    options.push([
      `    --preset ${name}`,
      "",
      Object.entries(preset.parameters)
        .map(([parameter, value]) => `--${parameter} ${String(value)}`)
        .join(" "),
    ]);
  const source = `${citation.authors}: ${citation.title}. ${citation.venue} ${citation.year}`;
  return `${[`${id}: ${title}`, ...[summary, convention, source].flatMap(paragraph), ...inColumns(options)].join("\n")}\n\n`;
}

/** Its first line stands out, so that one is told from the next. */
const paragraph = (text: string) => wrapped(text, widest - 4).map((line, i) => `${i ? "    " : "  "}${line}`);

/** What is said last goes on under its own beginning. */
function inColumns(rows: readonly (readonly [flag: string, values: string, said: string])[]): readonly string[] {
  const taken = [0, 1].reduce((sum, i) => sum + 2 + Math.max(...rows.map((row) => (row[i] ?? "").length)), 0);
  return table(
    rows.flatMap(([flag, values, said]) =>
      wrapped(said, widest - taken).map((line, i) => (i ? ["", "", line] : [flag, values, line])),
    ),
  );
}

/** A word that stands for a number is explained; where there are several, they say it themselves. */
function labelOf(parameter: Parameter): string {
  const words = parameter.kind === "choice-or-number" ? Object.entries(parameter.options) : [];
  const [[word, meaning] = ["", ""], ...others] = words;
  const when = parameter.when ? `, with ${whenWords(parameter)}` : "";
  if (!word || others.length) return `${parameter.label}${when}`;
  const plain = `${meaning.charAt(0).toLowerCase()}${meaning.slice(1)}`;
  return `${parameter.label}${when}; ${plain.startsWith(`${word}: `) ? plain : `${word}: ${plain}`}`;
}

type Card = TechniqueCard | SynthesisCard;

function values(parameter: Parameter): string {
  const otherwise = `(${String(parameter.default)})`;
  switch (parameter.kind) {
    case "number":
      return `${parameter.min} to ${parameter.max} ${otherwise}`;
    case "toggle":
      return `true or false ${otherwise}`;
    case "photo":
    case "network":
      return "FILE";
    case "folder":
      return "FOLDER";
    case "choice":
      return `${Object.keys(parameter.options).join(", ")} ${otherwise}`;
    case "choice-or-number":
      return `${Object.keys(parameter.options).join(", ")} or ${
        parameter.step === undefined ? "a number" : `${parameter.min} to ${parameter.max}`
      } ${otherwise}`;
  }
}
