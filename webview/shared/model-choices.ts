import type { ModelCard, ModelChoice } from "../../src/shared/protocol.ts";
import { browse } from "./paths.ts";
import { visible } from "./words.ts";

/** Of a list. */
interface Entry {
  readonly value: string;
  readonly text: string;
  readonly pinned?: boolean;
}

/** The models on offer and a way to any other; the one that looks (`now`) is among them. Those of one name are told apart by where they lie. */
export function modelChoices(
  models: readonly ModelChoice[],
  trusted: boolean,
  now?: Pick<ModelCard, "path" | "title">,
): readonly Entry[] {
  const listed: readonly ModelChoice[] =
    now === undefined || models.some(({ path }) => path === now.path)
      ? models
      : [{ ...now, where: "opened" }, ...models];
  const called = listed.map(({ title, where }) => `${title} · ${where}`);
  const isTwice = (name: string) => called.indexOf(name) !== called.lastIndexOf(name);
  const choices = listed.map(({ path, title, place, where }, i) => {
    const name = place !== undefined && isTwice(called[i]!) ? `${title} (${place})` : title;
    const refused = trusted || where === "built in" ? "" : ", not in Restricted Mode";
    return { value: path, text: `${visible(name)} · ${where}${refused}` };
  });
  return [...choices, { value: browse, text: "Browse…", pinned: true }];
}
