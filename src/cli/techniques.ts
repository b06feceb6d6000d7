import type { Parameter } from "../shared/parameters.ts";
import type { engine } from "../shared/protocol.ts";
import type { Client } from "../shared/rpc.ts";
import { parseArguments } from "./arguments.ts";
import { table } from "./info.ts";
import { whenWords } from "./technique-flags.ts";
import { WrongUse } from "./words.ts";

export async function techniques(
  words: readonly string[],
  client: Client<typeof engine>,
  print: (text: string) => void,
): Promise<void> {
  const { words: more, flags } = parseArguments(words, (flag) => (flag === "json" ? "none" : undefined));
  if (more.length) throw new WrongUse("techniques takes no further words");
  const cards = await client.techniques();
  if (flags.has("json")) return print(`${JSON.stringify(cards, null, 2)}\n`);
  for (const { id, title, summary, citation, convention, parameters, presets = {} } of cards) {
    const options = Object.entries(parameters).map(([name, parameter]) => [
      `    --${name}`,
      values(parameter),
      `${parameter.label}${parameter.when ? `, with ${whenWords(parameter.when)}` : ""}`,
    ]);
    for (const [name, preset] of Object.entries(presets))
      options.push([
        `    --preset ${name}`,
        "",
        Object.entries(preset.parameters)
          .map(([parameter, value]) => `--${parameter} ${String(value)}`)
          .join(" "),
      ]);
    const source = `${citation.authors}: ${citation.title}. ${citation.venue} ${citation.year}`;
    print(`${[`${id}: ${title}`, `  ${summary}`, `  ${convention}`, `  ${source}`, ...table(options)].join("\n")}\n\n`);
  }
}

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
