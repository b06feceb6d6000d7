import { existsSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { faultKinds, faultsOf, gapsOf, meanOf, noneFound, type FaultKind } from "../shared/dead.ts";
import type { DeadLayer, DeadReport } from "../shared/dead.ts";
import { preparationIn, preparedWords } from "../shared/preparation.ts";
import type { engine } from "../shared/protocol.ts";
import type { Client } from "../shared/rpc.ts";
import { zeroedWords } from "../shared/zeroed-inputs.ts";
import { parseArguments } from "./arguments.ts";
import { becauseLines, namesOf } from "./because.ts";
import { channelLines } from "./dead-channels.ts";
import { lastReport, tellRefused } from "./last-report.ts";
import { demandPlaces } from "./places.ts";
import { numbersTable, shortNames, terminalColumns } from "./table.ts";
import { inTerminal, jsonText, percent } from "./words.ts";

/** `glassbox dead MODEL FOLDER [--json]`: which channels never fire over the photos of a folder, and their kin. */
export async function dead(
  words: readonly string[],
  client: Pick<Client<typeof engine>, "dead" | "open">,
  print: (text: string) => void,
  complain: (problem: string) => void,
  columns: number = terminalColumns(),
  remark: (text: string) => void = (text) => process.stderr.write(text),
): Promise<void> {
  const { words: paths, flags } = parseArguments(words, { json: "none" });
  demandPlaces("dead", paths, ["model", "folder"]);
  const [model = "", folder = ""] = paths.map((path) => resolve(path));
  if (!existsSync(folder) || !statSync(folder).isDirectory()) throw new RangeError(`${folder} is not a folder`);
  const zeroed = zeroedWords(await client.open({ model }));
  const nothing: DeadReport = { kind: "report", images: 0, refused: [], layers: [] };
  const report = (await lastReport(client.dead({ model, folder }))) ?? nothing;
  tellRefused(report.refused, complain);
  if (zeroed !== undefined) remark(`glassbox: ${inTerminal(zeroed)}\n`);
  print(flags.has("json") ? jsonText(plain(report)) : textOf(report, columns));
}

/** A column's heading, on two lines. */
const headings: Readonly<Record<FaultKind, readonly [string, string]>> = {
  dead: ["", "dead"],
  nearlyDead: ["nearly", "dead"],
  saturated: ["satu-", "rated"],
  constant: ["con-", "stant"],
  duplicates: ["dupli-", "cates"],
  broken: ["", "NaN"],
};

function textOf(report: DeadReport, columns: number): string {
  const { images, layers, prepared, uncomputed = [] } = report;
  if (!images) return "no photo could be read\n";
  const found = (kind: FaultKind) => layers.some((layer) => layer[kind].length > 0);
  const kinds = faultKinds.filter((kind) => kind === "dead" || kind === "nearlyDead" || found(kind));
  const absent = noneFound(
    faultKinds.filter((kind) => !kinds.includes(kind)),
    layers,
  );
  const rows = layers.map((layer) => [
    layer.layer,
    String(layer.channels),
    ...kinds.map((kind) => countText(layer, kind)),
    percent(meanOf(layer.places)),
    percent(meanOf(layer.photos)),
  ]);
  const names = shortNames(
    layers.map(({ layer }) => layer),
    columns,
  );
  const sum = (of: (layer: DeadLayer) => number) =>
    layers.filter(({ own }) => own).reduce((total, layer) => total + of(layer), 0);
  const count = (n: number) => n.toLocaleString("en-US");
  const never = `${count(sum(({ dead }) => dead.length))} of ${count(sum(({ channels }) => channels))} channels are dead, each counted where it is made`;
  const lines = [
    ...numbersTable(
      [
        ["", "", ...kinds.map((kind) => headings[kind][0]), "active", "active"],
        ["layer", "channels", ...kinds.map((kind) => headings[kind][1]), "places", "photos"],
      ],
      rows,
      columns,
    ),
    "",
    ...layers.flatMap((layer, i) => channelLines(names[i] ?? "", layer)),
    ...(absent === undefined ? [] : [absent]),
    ...gapsOf(report, (names) => namesOf(names, columns === Infinity)),
    `${never}: zero everywhere on ${count(images)} ${images === 1 ? "photo" : "photos"}`,
    ...(prepared ? [`seen as ${preparedWords(prepared)}`] : []),
    ...becauseLines(uncomputed, (those) => `${those} could not be computed`, columns === Infinity),
  ];
  return `${lines.join("\n")}\n`;
}

function countText(layer: DeadLayer, kind: FaultKind): string {
  const { compared } = layer;
  const { length } = faultsOf(layer)[kind];
  if (kind === "duplicates" && compared) return compared === "none" ? "–" : `≥ ${length}`;
  return length ? String(length) : "";
}

/** As `--json` prints it: typed arrays are lists there. */
const plain = ({ images, refused, prepared, layers, uncomputed = [], leftOut = [], madeHere = 0 }: DeadReport) => ({
  images,
  refused,
  ...preparationIn(prepared),
  layers: layers.map((layer) => ({ ...layer, places: Array.from(layer.places), photos: Array.from(layer.photos) })),
  uncomputed,
  leftOut,
  madeHere,
});
