import { resolve } from "node:path";
import type { engine, TensorCard } from "../shared/protocol.ts";
import type { Client } from "../shared/rpc.ts";
import { shown } from "../shared/shown.ts";
import { shapeText } from "../shared/tensor.ts";
import { parseArguments } from "./arguments.ts";
import { noClasses } from "./class-of.ts";
import { demandPlaces } from "./places.ts";
import { labelsWords } from "./report.ts";
import { nameText, table } from "./table.ts";
import { jsonText, sizeText } from "./words.ts";

/** Characters of a layer's trouble; the problems have all of it. */
const longestTrouble = 150;

export async function info(
  words: readonly string[],
  client: Client<typeof engine>,
  print: (text: string) => void,
): Promise<void> {
  const { words: files, flags } = parseArguments(words, { json: "none" });
  demandPlaces("info", files, ["model"]);
  const [model = ""] = files;
  const card = await client.open({ model: resolve(model) });
  if (flags.has("json")) return print(jsonText(card));
  let told: string | undefined;
  const why = (trouble: string | undefined): string => {
    if (trouble === undefined) return "";
    const again = trouble === told;
    told = trouble;
    return `cannot be computed${again ? " either" : `: ${shown(trouble, longestTrouble)}`}`;
  };
  const lines = [
    `${card.title}: ${card.format}, opset ${card.opset}${card.producer ? `, written by ${card.producer}` : ""}`,
    // Parameters are counted layer by layer: of a model that takes no picture none are known.
    `${sizeText(card.bytes)}${card.layers.length ? `, ${card.parameters.toLocaleString("en-US")} parameters` : ""}`,
    ...card.inputs.map((tensor) => `input   ${tensorText(tensor)}`),
    ...card.outputs.map((tensor) => `output  ${tensorText(tensor)}`),
    card.classes === undefined
      ? noClasses(card)
      : `${card.classes} classes, scored by ${card.score ?? ""}${card.beforeScore.length ? ` (before ${card.beforeScore.join(", ")})` : ""}; labels: ${labelsWords(card)}`,
    "",
    ...table(
      card.layers.map(({ name, kind, shape, parameters, trouble }) => [
        nameText(name),
        nameText(kind),
        shape ? shapeText(shape) : "?",
        parameters ? parameters.toLocaleString("en-US") : "",
        why(trouble),
      ]),
    ),
    ...card.problems.map((problem) => `! ${problem}`),
  ];
  print(`${lines.map((line) => shown(line, Infinity)).join("\n")}\n`);
}

const tensorText = ({ name, dtype, shape }: TensorCard) =>
  `${nameText(name)}  ${dtype} ${shape ? `[${shape.map((n) => nameText(String(n ?? "?"))).join(", ")}]` : "of a shape that is not known"}`;
