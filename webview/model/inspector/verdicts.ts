import type { FeatureMaps, FilterCard } from "../../../src/shared/inside.ts";
import { verdicts } from "../../../src/shared/inside.ts";
import { figure } from "../../shared/words.ts";
import type { Session } from "../session.ts";

export interface Verdict {
  readonly value: string;
  readonly more?: string | undefined;
  readonly warning?: boolean;
}

/** "3 of 96": of the channels that were looked at on this photo. */
export function deadWords(session: Session, layer: string): Verdict | undefined {
  const { maps } = session.learned;
  if (maps?.answer.layer !== layer || maps.photoKey !== session.photoKey()) return undefined;
  return wordsOfMaps(maps.answer);
}

export function wordsOfMaps({
  statistics: { verdict },
  rectified,
}: Pick<FeatureMaps, "statistics" | "rectified">): Verdict {
  const number = (which: (typeof verdicts)[number]) => verdict.filter((each) => verdicts[each] === which).length;
  const dead = number("dead");
  const broken = number("broken");
  const others = [
    [number("nearly dead"), "nearly dead"],
    [number("saturated"), "saturated"],
    [number("constant"), "constant"],
    [broken, "with NaN or infinite values"],
  ] as const;
  return {
    value: dead === 0 ? "none" : `${dead} of ${verdict.length}`,
    more:
      others
        .filter(([n]) => n > 0)
        .map(([n, words]) => `${n} ${words}`)
        .join(", ") || (rectified ? undefined : "not rectified"),
    warning: dead + broken > 0,
  };
}

/** "smooth (roughness 0.31)". */
export function filterWords(session: Session, layer: string): Verdict | undefined {
  const { filters } = session.learned;
  if (filters?.answer.layer !== layer || filters.modelKey !== session.modelKey) return undefined;
  return wordsOfFilters(filters.answer);
}

export function wordsOfFilters({ verdict, median, dead, duplicates }: FilterCard): Verdict {
  const more = [
    Number.isFinite(median) ? `roughness ${figure(median)}` : undefined,
    dead.length ? `${dead.length} dead` : undefined,
    duplicates.length ? `${duplicates.length} duplicate` : undefined,
  ];
  return {
    value: verdict,
    more: more.filter((each) => each !== undefined).join(", ") || undefined,
    warning: verdict === "noisy" || dead.length > 0,
  };
}
