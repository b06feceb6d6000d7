import type { TechniqueCard } from "../../src/shared/protocol.ts";
import { shortLabel, visible } from "../shared/words.ts";
import { layerOf } from "./layers.ts";
import type { Session } from "./session.ts";

/** What the map is of, in parts; the figure's caption says the same. */
export function wordsFor(session: Session):
  | {
      readonly title: string;
      readonly of: string;
      readonly layer: string | undefined;
      readonly summary: string;
      readonly convention: string;
      readonly citation: string;
    }
  | undefined {
  const { technique, target, against } = session;
  if (!technique) return undefined;
  const but = against ? ` and not “${visible(shortLabel(against.label))}”` : "";
  return {
    title: technique.title,
    of: target && technique.needs.includes("class") ? `of “${visible(shortLabel(target.label))}”${but}` : "",
    layer: technique.needs.includes("layer") ? layerOf(session)?.name : undefined,
    summary: technique.summary,
    convention: capitalized(technique.convention),
    citation: citationOf(technique.citation),
  };
}

/** "Zeiler and Fergus 2014", "Selvaraju et al. 2017". */
export function citationOf({ authors, year }: TechniqueCard["citation"]): string {
  const surnames = authors
    .split(/,\s*(?:and\s+)?|\s+(?:and|&)\s+/)
    .map((name) => name.trim().split(/\s+/).at(-1) ?? name);
  const [first = authors, second] = surnames;
  if (second === undefined) return `${first} ${year}`;
  return surnames.length === 2 ? `${first} and ${second} ${year}` : `${first} et al. ${year}`;
}

const capitalized = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
