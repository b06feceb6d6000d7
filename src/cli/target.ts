import { alikeTo } from "../shared/alike.ts";
import { meantWords } from "./words.ts";

/** The number of a class that is given by its number or its label, as a person types it. Throws RangeError naming what is near. */
export function classNumber(asked: string, labels: readonly string[], classes: number): number {
  if (/^-?\d+$/.test(asked)) {
    const number = Number(asked);
    if (number >= 0 && number < classes) return number;
    throw new RangeError(`there is no class ${asked}; the classes are 0 to ${classes - 1}`);
  }
  const wanted = asked.trim().toLowerCase();
  const exact = labels.findIndex((label) => label.toLowerCase() === wanted);
  if (exact >= 0) return exact;
  // ImageNet's labels list synonyms: "tabby, tabby cat".
  const synonym = labels.findIndex((label) => label.toLowerCase().split(", ").includes(wanted));
  if (synonym >= 0) return synonym;
  const holding = labels.flatMap((label, i) => (label.toLowerCase().includes(wanted) ? [i] : []));
  const asWord = (i: number) => wordsOf(labels[i] ?? "").includes(` ${wordsOf(wanted).trim()} `);
  const near = [...holding.filter(asWord), ...holding.filter((i) => !asWord(i))];
  const [only] = near;
  // A part of a word is more likely misspelt than meant: "catt" is in "Lemur catta".
  if (near.length === 1 && only !== undefined && asWord(only)) return only;
  const names = near.slice(0, 5).map((i) => `${labels[i] ?? ""} (${i})`);
  if (near.length) throw new RangeError(`"${asked}" may be ${names.join("; ")}${near.length > 5 ? "; …" : ""}`);
  if (!labels.length)
    throw new RangeError(
      `there is no class "${asked}": the classes have no labels; give a number, 0 to ${classes - 1}`,
    );
  const synonyms = (label: string) => label.split(", ");
  const alike = alikeTo(wanted, labels, synonyms).map((i) => `${labels[i] ?? ""} (${i})`);
  throw new RangeError(
    `there is no class "${asked}"${meantWords(alike) || ";"} ` + `"glassbox info MODEL --json" lists the labels`,
  );
}

/** Scripts that are written without spaces: any part may be a word. */
const spaceless =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/gu;

/** Its words with a space around each; each letter is one where nothing tells where a word ends. */
const wordsOf = (label: string) =>
  ` ${label
    .toLowerCase()
    .replace(spaceless, " $& ")
    .split(/[^\p{L}\p{N}]+/u)
    .join(" ")} `;
