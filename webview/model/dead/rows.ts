import { comparedOf, faultKinds, faultsOf, meanOf, sharesOver } from "../../../src/shared/dead.ts";
import type { FaultKind, Faults } from "../../../src/shared/dead.ts";
import type { DeadLayer, DeadReport } from "../../../src/shared/dead.ts";

export const deadColumns = ["layer", "channels", ...faultKinds, "places", "photos"] as const;
export type DeadColumn = (typeof deadColumns)[number];

export const columnsWith = (kinds: readonly FaultKind[], images: number): readonly DeadColumn[] => [
  "layer",
  "channels",
  ...kinds,
  ...sharesOver(images),
];

/** A layer's line of the table. */
export interface DeadRow {
  readonly layer: string;
  /** Whether its channels are made here: only those count in the totals. */
  readonly own: boolean;
  readonly channels: number;
  readonly faults: Faults;
  /** Shares of places and of photos at which a channel is active, in the mean of the layer's channels. */
  readonly places: number;
  readonly photos: number;
  /** What the row was made of, for each channel's own numbers. */
  readonly of: DeadLayer;
}

export const rowsOf = ({ layers }: Pick<DeadReport, "layers">): readonly DeadRow[] => layers.map(rowOf);

function rowOf(of: DeadLayer): DeadRow {
  const { layer, own, channels, places, photos } = of;
  return { layer, own, channels, faults: faultsOf(of), places: meanOf(places), photos: meanOf(photos), of };
}

/** Share of a layer's channels; of a layer without any, none. */
export const shareOf = ({ channels, faults }: Pick<DeadRow, "channels" | "faults">, kind: FaultKind): number =>
  channels ? faults[kind].length / channels : 0;

export const hasFaults = ({ faults }: DeadRow): boolean => faultKinds.some((kind) => faults[kind].length > 0);

/** The kinds that are worth a column: those of which there are any. */
export const foundIn = (rows: readonly DeadRow[]): readonly FaultKind[] =>
  faultKinds.filter((kind) => kind === "dead" || rows.some(({ faults }) => faults[kind].length > 0));

export interface Totals {
  readonly channels: number;
  readonly counts: Readonly<Record<FaultKind, number>>;
  /** As of a layer: whether the duplicates are all known. */
  readonly compared: DeadLayer["compared"];
}

/** Of the whole net; what a pooling or a concatenation hands on counts where it is made. */
export function totalsOf(rows: readonly DeadRow[]): Totals {
  const makers = rows.filter(({ own }) => own);
  const sum = (read: (row: DeadRow) => number) => makers.reduce((total, row) => total + read(row), 0);
  const counts = Object.fromEntries(faultKinds.map((kind) => [kind, sum(({ faults }) => faults[kind].length)]));
  return {
    channels: sum(({ channels }) => channels),
    counts: counts as Totals["counts"], // built from the kinds
    compared: comparedOf(makers.map(({ of }) => of)),
  };
}

export interface Sorting {
  /** Undefined: in the network's order. */
  readonly by?: DeadColumn | undefined;
  readonly descending: boolean;
}

/** Faults are sorted by their share: a layer of ten channels with five dead ones is worse than one of a thousand with ten. */
export function sorted(rows: readonly DeadRow[], { by, descending }: Sorting): readonly DeadRow[] {
  if (by === undefined) return rows;
  const turn = descending ? -1 : 1;
  const compare = (a: DeadRow, b: DeadRow): number => {
    if (by === "layer") return a.layer.localeCompare(b.layer, "en", { numeric: true });
    if (by === "channels" || by === "places" || by === "photos") return a[by] - b[by];
    return shareOf(a, by) - shareOf(b, by);
  };
  return [...rows].sort((a, b) => turn * compare(a, b));
}

/** A click on a column's head: faults begin with the worst, names with the first, shares with the least active; the third click is the network's order. */
export function sortedNext({ by, descending }: Sorting, column: DeadColumn): Sorting {
  const first = column !== "layer" && column !== "places" && column !== "photos";
  if (by !== column) return { by: column, descending: first };
  return descending === first ? { by, descending: !first } : { by: undefined, descending: false };
}
