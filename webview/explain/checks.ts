import type { Trust } from "../../src/shared/protocol.ts";
import type { Failure } from "../../src/shared/rpc.ts";
import type { Note } from "../../src/shared/updates.ts";
import { count, percent, shortLabel, visible } from "../shared/words.ts";
import { isZero } from "./result.ts";
import type { Session } from "./session.ts";

/** One thing that a reader should know before believing the map. */
export interface Check {
  readonly level: Note["level"];
  readonly text: string;
  readonly details?: readonly string[];
  readonly mend?: {
    readonly label: string;
    readonly action:
      "preparations" | "trust" | { readonly technique: string; readonly parameters: Note["mend"] & object };
  };
}

/** Two random tenths overlap by 0.05: from here on, more than chance; and from here on, the same place. */
const related = 0.15;
const agreeing = 0.3;

export function checksOf(session: Session): readonly Check[] {
  if (!session.looked) return [];
  return [...ofMap(session), ...ofNotes(session), ...ofTrust(session), ...ofPreparation(session), ...ofModel(session)];
}

function ofMap(session: Session): readonly Check[] {
  const { status, pictures, stale } = session.resultOf(session.remembered.technique);
  if (status !== "done" || stale) return [];
  const maps = pictures.filter((picture) => picture.kind === "heatmap");
  const empty = maps.filter(isZero);
  const broken = maps.reduce((sum, { values }) => sum + values.broken, 0);
  return [
    ...empty.map(({ title }): Check => ({
      level: "warning",
      text: `“${visible(title)}” is zero everywhere: it marks nothing, which does not mean that nothing matters.`,
    })),
    ...(broken > 0
      ? [
          {
            level: "warning",
            text: `${count(broken, "value")} of the map ${broken === 1 ? "is" : "are"} not a number (NaN or infinite).`,
          } as const,
        ]
      : []),
  ];
}

/** All that the technique shown has to say, and what the others warn of. */
function ofNotes(session: Session): readonly Check[] {
  return session.techniques.flatMap(({ id, title }) => {
    const { notes, stale } = session.resultOf(id);
    const shown = id === session.remembered.technique;
    return (stale ? [] : notes)
      .filter(({ level }) => shown || level === "warning")
      .map(({ level, text, mend }): Check => ({
        level,
        text: shown ? visible(text) : `${title}: ${visible(text)}`,
        ...(mend && { mend: { label: mend.label, action: { technique: id, parameters: mend } } }),
      }));
  });
}

function ofTrust(session: Session): readonly Check[] {
  const { trust, target } = session;
  if (!target) return [];
  if (!trust)
    return session.queue.busy
      ? [{ level: "info", text: "Comparing the methods comes when three of them are ready." }]
      : [];
  if (isFailure(trust))
    return [{ level: "warning", text: `The methods could not be compared: ${visible(trust.message)}` }];
  return [...agreement(trust, session), erasing(trust, shortLabel(target.label))];
}

export const isFailure = (trust: Trust | Failure): trust is Failure => "message" in trust;

function agreement({ agreement: pairs }: Trust, session: Session): readonly Check[] {
  if (pairs.length === 0) return [];
  const overlaps = pairs.map(({ overlap }) => overlap).sort((a, b) => a - b);
  const [least, most] = [overlaps[0]!, overlaps.at(-1)!];
  const middle = overlaps[Math.floor(overlaps.length / 2)]!;
  const range = pairs.length === 1 ? least.toFixed(2) : `${least.toFixed(2)} to ${most.toFixed(2)}`;
  const verdict =
    middle >= agreeing
      ? "The methods agree on where"
      : middle >= related
        ? "The methods agree only in part on where"
        : "The methods do not agree on where";
  const titleOf = (id: string) => session.techniques.find((card) => card.id === id)?.title ?? id;
  return [
    {
      level: middle >= agreeing ? "good" : "warning",
      text: `${verdict}: overlap of the top tenth ${range} (by chance 0.05).`,
      details: pairs.map(
        ({ technique, overlap, correlation }) =>
          `${titleOf(technique)}: overlap ${overlap.toFixed(2)}, rank correlation ${correlation.toFixed(2).replace("-", "−")}`,
      ),
    },
  ];
}

function erasing({ before, after, random }: Trust, label: string): Check {
  const [drop, byChance] = [before - after, before - random];
  const matters = drop > 0.02 && drop > 2 * Math.max(byChance, 0);
  const verb = after < before ? "lowers" : after > before ? "raises" : "leaves";
  const change = verb === "leaves" ? `at ${percent(before)}` : `from ${percent(before)} to ${percent(after)}`;
  const compared = `a random tenth: to ${percent(random)}`;
  return {
    level: matters ? "good" : "warning",
    text: `Erasing the marked tenth ${verb} “${visible(label)}” ${change} (${compared})${matters ? "" : ": what is marked hardly matters"}.`,
  };
}

function ofPreparation({ looked }: Session): readonly Check[] {
  if (!looked) return [];
  const { preparationFrom } = looked.prediction;
  const check = { label: "Check it", action: "preparations" } as const;
  switch (preparationFrom) {
    case "guess":
      return [{ level: "warning", text: "How the photo is prepared was guessed.", mend: check }];
    case "sidecar":
      return [{ level: "good", text: "The photo is prepared as the model’s .glassbox.json says." }];
    case "metadata":
      return [{ level: "good", text: "The photo is prepared as the model file says." }];
    case "known":
      return [{ level: "good", text: "The photo is prepared as this well-known network wants it." }];
    case "numbers":
      return [{ level: "info", text: "The numbers are taken as they are, with nothing prepared." }];
  }
}

function ofModel({ looked }: Session): readonly Check[] {
  if (!looked) return [];
  const { card, trusted } = looked;
  const labels: Check = { level: "info", text: "The labels are ImageNet’s, taken because of the number of classes." };
  const problems: Check = {
    level: "warning",
    text: `${count(card.problems.length, "thing")} in the model file could not be understood.`,
    details: card.problems.map(visible),
  };
  const restricted: Check = {
    level: "info",
    text: "Restricted Mode: only the built-in models run.",
    mend: { label: "Manage trust", action: "trust" },
  };
  return [
    ...(card.labelsFrom === "guess" && card.classes !== undefined ? [labels] : []),
    ...(card.problems.length ? [problems] : []),
    ...(trusted ? [] : [restricted]),
  ];
}
