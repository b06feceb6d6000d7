import type { Trust } from "../../src/shared/protocol.ts";
import type { Failure } from "../../src/shared/rpc.ts";
import type { Note } from "../../src/shared/updates.ts";
import { count, figure, hundredths, percent, shortLabel, unbroken, visible } from "../shared/words.ts";
import { comparisonToCome, leftOut, progressOf } from "./comparison.ts";
import { isOpen, leftOpen } from "./open-size.ts";
import { isZero } from "./result.ts";
import type { Session } from "./session.ts";

/** One thing that a reader should know before believing the map. */
export interface Check {
  readonly level: Note["level"];
  readonly text: string;
  /** It speaks of the tenth that was erased, which can be shown on the photo. */
  readonly ofMarked?: true;
  readonly details?: { readonly title: string; readonly lines: readonly string[] };
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
  return [
    ...ofMap(session),
    ...ofNotes(session),
    ...ofTrust(session),
    ...ofSize(session),
    ...ofPreparation(session),
    ...ofModel(session),
  ];
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

/** What the technique shown has to say; the others' warnings stand on their thumbnails. */
function ofNotes(session: Session): readonly Check[] {
  const { technique } = session.remembered;
  const { notes, stale } = session.resultOf(technique);
  return (stale ? [] : notes).map(({ level, text, mend }): Check => ({
    level,
    text: unbroken(visible(text)),
    ...(mend && { mend: { label: mend.label, action: { technique, parameters: mend } } }),
  }));
}

function ofTrust(session: Session): readonly Check[] {
  const { trust, target } = session;
  if (!target) return [];
  if (!trust) {
    const { done, total } = progressOf(session);
    const kin = leftOut(session).length
      ? `those that are not made of the same as ${session.technique?.title ?? "it"}`
      : "all";
    const text = `Whether the methods agree is said when ${kin} are ready: ${done} of ${total} so far.`;
    return session.queue.busy && comparisonToCome(session) ? [{ level: "info", text }] : [];
  }
  if (isFailure(trust))
    return [{ level: "warning", text: `The methods could not be compared: ${visible(trust.message)}` }];
  return [...agreement(trust, session), erasing(trust, target.label, session.against?.label)];
}

export const isFailure = (trust: Trust | Failure): trust is Failure => "message" in trust;

function agreement({ agreement: pairs }: Trust, session: Session): readonly Check[] {
  if (pairs.length === 0) return [];
  const overlaps = pairs.map(({ overlap }) => overlap).sort((a, b) => a - b);
  const middle = overlaps[Math.floor(overlaps.length / 2)]!;
  const shown = session.technique?.title ?? "the technique shown";
  const others = pairs.length === 1 ? "the other method" : `the ${pairs.length} other methods`;
  const verdict =
    middle >= agreeing
      ? `${shown} and ${others} agree on where`
      : middle >= related
        ? `${shown} and ${others} agree only in part on where`
        : `${shown} and ${others} do not agree on where`;
  const titleOf = (id: string) => session.techniques.find((card) => card.id === id)?.title ?? id;
  const apart = leftOut(session).map(({ title }) => title);
  return [
    {
      level: middle >= agreeing ? "good" : "warning",
      text: `${verdict}: the top tenths overlap by ${hundredths(middle)}${pairs.length === 1 ? "" : " (median)"}, by chance 0.05.`,
      details: {
        title: `Each with ${shown}`,
        lines: [
          ...pairs.map(
            ({ technique, overlap, correlation }) =>
              `${titleOf(technique)}: overlap ${hundredths(overlap)}, rank correlation ${hundredths(correlation)}`,
          ),
          ...(apart.length ? [`Left out, as derived or not of a class: ${apart.join(", ")}`] : []),
        ],
      },
    },
  ];
}

/** Clearly more than the same shape does elsewhere, and more than this share of the score. */
const clearly = 1.5;
const least = 0.02;
/** From here on, and as near to 0, a probability hardly moves whatever the score does. */
const saturated = 0.99;

/** The score decides, which does not saturate; the probability, which people know, says it first where it can. */
function erasing({ before, after, random, score }: Trust, label: string, against: string | undefined): Check {
  const [drop, elsewhere] = [score.before - score.after, score.before - score.random];
  const much = drop > least * Math.abs(score.before);
  const matters = much && drop > clearly * Math.max(elsewhere, 0);
  const name = `“${visible(shortLabel(label))}”`;
  const scores = change(score.before, score.after, score.random, figure);
  const likely = change(before, after, random, percent);
  const said = (of: string, { verb, words }: Change) => `${verb} ${of} ${words}`;
  const hidden =
    before > saturated || before < 1 - saturated || likely.verb === "leaves" || likely.verb !== scores.verb;
  const what =
    against === undefined
      ? said(name, likely) + (hidden ? `, and ${said("its score", scores)}` : "")
      : said(`the score of ${name} over “${visible(shortLabel(against))}”`, scores);
  const shifts = before - after > least && before - after > clearly * Math.max(before - random, 0);
  const verdict = matters
    ? ""
    : shifts
      ? ": its probability falls more than with the same shape elsewhere and its score does not, so other classes gained"
      : much
        ? ": hardly more than erasing elsewhere does"
        : ": what is marked hardly matters";
  const text = `Erasing the tenth that the map marks most ${what}${verdict}.`;
  return { level: matters ? "good" : "warning", text, ofMarked: true };
}

interface Change {
  readonly verb: "lowers" | "raises" | "leaves";
  readonly words: string;
}

/** No direction where the numbers are the same as they are printed. */
function change(before: number, after: number, elsewhere: number, print: (value: number) => string): Change {
  const [from, to, there] = [before, after, elsewhere].map(print) as [string, string, string]; // as many as were given
  const verb = from === to ? "leaves" : after < before ? "lowers" : "raises";
  const words = verb === "leaves" ? `at ${from}` : `from ${from} to ${to}`;
  return { verb, words: `${words} (the same shape elsewhere: ${there === from ? "no change" : `to ${there}`})` };
}

/** What the file leaves open and nobody has said: another size gives other answers. */
function ofSize({ looked }: Session): readonly Check[] {
  if (!looked) return [];
  const { card, prediction } = looked;
  const settled = prediction.preparationFrom === "chosen" || prediction.preparationFrom === "numbers";
  if (settled || !card.sizeAssumed || !isOpen(card.picture)) return [];
  const [height, width] = prediction.preparation.size;
  return [
    {
      level: "warning",
      text: `The model file leaves its input’s ${leftOpen(card.picture)} open: ${width} × ${height} pixels are assumed.`,
      mend: { label: "Change it", action: "preparations" },
    },
  ];
}

function ofPreparation({ looked }: Session): readonly Check[] {
  if (!looked) return [];
  const { preparationFrom } = looked.prediction;
  const check = { label: "Check it", action: "preparations" } as const;
  const mend = { label: "Change", action: "preparations" } as const;
  switch (preparationFrom) {
    case "chosen":
      return [{ level: "info", text: "How the photo is prepared: chosen by you.", mend }];
    case "guess":
      return [{ level: "warning", text: "How the photo is prepared was guessed.", mend: check }];
    case "sidecar":
      return [{ level: "good", text: "The photo is prepared as the model’s .glassbox.json says.", mend }];
    case "metadata":
      return [{ level: "good", text: "The photo is prepared as the model file says.", mend }];
    case "known":
      return [{ level: "good", text: "The photo is prepared as this well-known network wants it.", mend }];
    case "numbers":
      return [{ level: "info", text: "The numbers are taken as they are, with nothing prepared." }];
  }
}

function ofModel({ looked }: Session): readonly Check[] {
  if (!looked) return [];
  const { card, trusted } = looked;
  const classes = card.classes?.toLocaleString("en");
  const labels: Check = {
    level: "info",
    text: `The labels are ImageNet’s, taken because the network has ${classes} classes.`,
  };
  const problems: Check = {
    level: "warning",
    text: `${count(card.problems.length, "thing")} in the model file could not be understood.`,
    details: { title: "Each of them", lines: card.problems.map(visible) },
  };
  const restricted: Check = {
    level: "info",
    text: "Restricted Mode: only the built-in models run.",
    mend: { label: "Manage trust", action: "trust" },
  };
  return [
    ...(card.labelsFrom === "known" && card.classes !== undefined ? [labels] : []),
    ...(card.problems.length ? [problems] : []),
    ...(trusted ? [] : [restricted]),
  ];
}
