import type { Parameter, Schema } from "../../src/shared/parameters.ts";
import type { TechniqueCard } from "../../src/shared/protocol.ts";
import { parameterWords } from "../shared/relevant.ts";
import { visible } from "../shared/words.ts";
import { aboutOf, schemaOf, valuesOf } from "./about.ts";
import { layerOf } from "./layers.ts";
import type { Session } from "./session.ts";

/** What the map is of, in parts; the figure's caption says the same. */
export function wordsFor(session: Session):
  | {
      readonly title: string;
      readonly of: string;
      readonly layer: string | undefined;
      readonly summary: string;
      /** What it ran with: "Steps: 50; Start from: Black". */
      readonly parameters: string;
      readonly convention: string;
      readonly citation: string;
    }
  | undefined {
  const { technique } = session;
  if (!technique) return undefined;
  const about = aboutOf(session);
  const compared = about.ofClass && session.against !== undefined;
  const said = (text: string) => (compared ? ofDifference(text) : text);
  return {
    title: technique.title,
    of: about.words,
    layer: about.layer ? layerOf(session)?.name : undefined,
    summary: said(technique.summary),
    parameters: parameterWords(offeredBy(session), valuesOf(session)).join("; "),
    convention: capitalized(technique.convention),
    citation: citationOf(technique.citation),
  };
}

/** With two classes compared, the score or the probability that a technique speaks of is the difference of theirs. */
export const ofDifference = (text: string): string =>
  text.replace(
    /\b(the) (score|probability)\b/gi,
    (_, the: string, what: string) => `${the} difference of the two ${plural[what] ?? what}`,
  );
const plural: Readonly<Record<string, string>> = { score: "scores", probability: "probabilities" };

/** The parameters of the technique shown, in the words for what is asked. */
export function offeredBy(session: Session): Schema {
  const schema = schemaOf(session);
  if (!session.against) return schema;
  const entries = Object.entries(schema).map(([key, parameter]): [string, Parameter] => {
    if (parameter.kind !== "choice") return [key, parameter];
    const options = Object.entries(parameter.options).map(([option, text]) => [option, ofDifference(text)] as const);
    return [key, { ...parameter, options: Object.fromEntries(options) }];
  });
  return Object.fromEntries(entries);
}

/** How the photo was prepared, and who says so. */
export function preparedWords({ looked }: Session): string {
  if (!looked) return "";
  const { preparationWords, preparationFrom } = looked.prediction;
  const from = { guess: " (guessed)", chosen: " (chosen by hand)" };
  const said = preparationFrom === "guess" || preparationFrom === "chosen" ? from[preparationFrom] : "";
  return `${visible(preparationWords)}${said}`;
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
