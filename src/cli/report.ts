import { basename } from "node:path";
import { figure } from "../shared/figure.ts";
import { preparedWords, type Origin } from "../shared/preparation.ts";
import type { ClassScore, ModelCard, Prediction } from "../shared/protocol.ts";
import { shown } from "../shared/shown.ts";
import { shapeText } from "../shared/tensor.ts";
import { noClasses } from "./class-of.ts";
import type { Explanation } from "./explanation.ts";
import { percent } from "./words.ts";

/** A technique that could not explain an image, and why. */
export interface Refusal {
  readonly technique: string;
  readonly error: string;
}

/** What was found out about one image. */
export interface Report {
  readonly image: string;
  readonly prediction: Prediction;
  readonly target: ClassScore | undefined;
  /** The class that the target is compared with. */
  readonly against: ClassScore | undefined;
  readonly explanations: readonly (Explanation | Refusal)[];
}

/** As `--json` prints it. A tensor had no preparation. */
export function resultOf(card: ModelCard, { image, prediction, target, against, explanations }: Report) {
  const { preparation, preparationFrom, guessedBy, top, ms, remarks } = prediction;
  return {
    model: card.path,
    image,
    preparation: preparationFrom === "numbers" ? null : preparation,
    preparationFrom,
    ...(guessedBy !== undefined && { guessedBy }),
    labelsFrom: card.labelsFrom,
    remarks,
    score: card.score,
    top,
    target,
    ...(against && { against }),
    ms,
    explanations,
  };
}

/** For a person to read. What was refused stands on stderr. */
export function textOf(card: ModelCard, { image, prediction, target, against, explanations }: Report): string {
  const lines = [`${basename(image)} seen by ${card.title}: ${preparedOf(prediction)}`];
  for (const remark of prediction.remarks) if (remark !== prediction.preparationWords) lines.push(`  ${remark}`);
  if (card.labelsFrom === "known" && prediction.top.length) lines.push(`  labels: ${labelsWords(card)}`);
  for (const each of prediction.top.slice(0, 5))
    lines.push(`  ${percent(each.probability).padStart(8)}  ${named(each)}`);
  if (!prediction.top.length) lines.push(`  ${noClasses(card)}`);
  for (const explanation of explanations) {
    if ("error" in explanation) continue;
    const { technique, layer, shape, low, high, notes, out, raw } = explanation;
    const of = target ? ` of ${classWords(target)}${against ? ` and not ${classWords(against)}` : ""}` : "";
    lines.push(
      `  ${technique}${of}${layer === undefined ? "" : ` at ${layer}`}: ${shapeText(shape)}, ${figure(low)} to ${figure(high)}`,
    );
    for (const note of notes) lines.push(`    ${note.level === "warning" ? "! " : ""}${note.text}`);
    for (const path of [out, raw]) if (path !== undefined) lines.push(`    wrote ${path}`);
  }
  return `${lines.map((line) => shown(line, Infinity)).join("\n")}\n`;
}

/** A tensor is taken as it is. */
const preparedOf = ({ preparation, preparationFrom: from, guessedBy: by, preparationWords }: Prediction): string =>
  from === "numbers" ? preparationWords : preparedWords({ preparation, from, ...(by !== undefined && { by }) });

type Numbered = Pick<ClassScore, "index" | "label">;
const classWords = (score: ClassScore) => (isUnlabelled(score) ? `class ${score.index}` : `"${score.label}"`);

const isUnlabelled = ({ index, label }: Numbered) => label === String(index);
const named = (each: Numbered) => (isUnlabelled(each) ? each.label : `${each.label} (${each.index})`);

/** Where the names of the classes come from. */
export function labelsWords({ labelsFrom, classes }: Pick<ModelCard, "labelsFrom" | "classes">): string {
  const words: Readonly<Record<Origin, string>> = {
    chosen: "chosen by a person",
    sidecar: "from the .glassbox.json beside the model",
    metadata: "from the model's file",
    known: `ImageNet's, because of the number of classes (${classes ?? 0}); the model itself names none`,
    guess: "guessed",
    numbers: "none, the classes go by their numbers",
  };
  return words[labelsFrom];
}
