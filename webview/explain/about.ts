import type { Given, Schema } from "../../src/shared/parameters.ts";
import { conditionsOf, isRelevant, needsOf, withoutClass } from "../../src/shared/relevance.ts";
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
  const needs = needsOf({ needs: technique.needs, parameters: schemaOf(session) }, valuesOf(session));
  const ofClass = name !== undefined && needs.includes("class");
  const start = startOf(session);
  const words = start === undefined ? (ofClass ? `of ${name}` : "") : `from ${start}${ofClass ? ` of ${name}` : ""}`;
  return { words, layer: needs.includes("layer"), ofClass };
}

/** The parameters of the technique shown, as a network with or without classes offers them. */
export function schemaOf({ technique, target }: Session): Schema {
  const schema = technique?.parameters ?? {};
  return target ? schema : withoutClass(schema);
}

/** What the technique shown runs with, defaults included; an option that this network does not offer is none. */
export function valuesOf(session: Session): Given {
  const { technique } = session;
  if (!technique) return {};
  const values = Object.entries(session.valuesOf(technique)).map(([key, value]) => {
    const parameter = schemaOf(session)[key];
    const offered = parameter?.kind !== "choice" || Object.hasOwn(parameter.options, String(value));
    return [key, offered ? value : parameter.default] as const;
  });
  return Object.fromEntries(values);
}

/** Where a technique starts that may start from a score or within the network: "the score", "one unit (channel 3, row 0)". */
function startOf(session: Session): string | undefined {
  const schema = schemaOf(session);
  const values = valuesOf(session);
  for (const [key, parameter] of Object.entries(schema)) {
    if (parameter.kind !== "choice" || !parameter.needs) continue;
    const text = parameter.options[String(values[key])] ?? "";
    const place = Object.entries(schema)
      .filter(([, parameter]) => conditionsOf(parameter).some((condition) => condition.parameter === key))
      .filter(([other]) => isRelevant(schema, values, other))
      .map(([other]) => `${other} ${String(values[other])}`);
    const start = text.charAt(0).toLowerCase() + text.slice(1);
    return place.length ? `${start} (${place.join(", ")})` : start;
  }
  return undefined;
}
