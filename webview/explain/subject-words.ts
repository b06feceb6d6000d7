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
  const { authors, year } = technique.citation;
  const first = authors.split(/,| and | & /)[0]?.trim() ?? authors;
  const surname = first.split(" ").at(-1) ?? first;
  const others = first.length < authors.trim().length ? " et al." : "";
  const but = against ? ` and not “${visible(shortLabel(against.label))}”` : "";
  return {
    title: technique.title,
    of: target && technique.needs.includes("class") ? `of “${visible(shortLabel(target.label))}”${but}` : "",
    layer: technique.needs.includes("layer") ? layerOf(session)?.name : undefined,
    summary: technique.summary,
    convention: technique.convention,
    citation: `${surname}${others} ${year}`,
  };
}
