import type { Given, Schema } from "../../src/shared/parameters.ts";
import { shortLabel, visible } from "../shared/words.ts";
import type { Session } from "./session.ts";

/** What the map is of, in words, and whether the layer chosen has a say in it. */
export interface About {
  readonly words: string;
  readonly layer: boolean;
  /** Of a class, and with `against` of the difference of two. */
  readonly ofClass: boolean;
}

export function aboutOf(session: Session): About {
  const { technique, target, against } = session;
  if (!technique) return { words: "", layer: false, ofClass: false };
  const but = against ? ` and not “${visible(shortLabel(against.label))}”` : "";
  const name = target && `“${visible(shortLabel(target.label))}”${but}`;
  const layer = technique.needs.includes("layer");
  const start = startOf(session);
  if (start === undefined) {
    const ofClass = name !== undefined && technique.needs.includes("class");
    return { words: ofClass ? `of ${name}` : "", layer, ofClass };
  }
  if (start === "score") return { words: `from the score of ${name ?? ""}`.trim(), layer: false, ofClass: true };
  if (start === "strongest") return { words: "from the strongest map", layer, ofClass: false };
  const { channel, row, column } = session.valuesOf(technique);
  const unit = `from the unit in channel ${String(channel)}, row ${String(row)}, column ${String(column)}`;
  return { words: unit, layer, ofClass: false };
}

/** The parameters of the technique shown, without a start that this network does not have. */
export function schemaOf(session: Session): Schema {
  const { technique, target } = session;
  const { from, ...others } = technique?.parameters ?? {};
  if (!technique || target || startOf(session) === undefined || from?.kind !== "choice")
    return technique?.parameters ?? {};
  const { score: _none, ...options } = from.options;
  return { from: { ...from, options, default: "strongest" }, ...others };
}

/** What the technique shown runs with, defaults included. */
export function valuesOf(session: Session): Given {
  const { technique } = session;
  const from = startOf(session);
  return technique ? { ...session.valuesOf(technique), ...(from !== undefined && { from }) } : {};
}

/** Where a projection starts that may also start within the network; without classes no score is there to start from. */
function startOf(session: Session): string | undefined {
  const { technique, target } = session;
  const from = technique?.parameters["from"];
  if (!technique || from?.kind !== "choice" || !Object.hasOwn(from.options, "score")) return undefined;
  const chosen = String(session.valuesOf(technique)["from"]);
  return chosen === "score" && !target ? "strongest" : chosen;
}
