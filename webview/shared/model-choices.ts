import type { ModelCard, ModelChoice } from "../../src/shared/protocol.ts";
import type { Choice } from "./controls.ts";
import { browse } from "./paths.ts";
import { visible } from "./words.ts";

/** The models on offer and a way to any other; the one that looks (`now`) is among them, under its own name. */
export function modelChoices(
  models: readonly ModelChoice[],
  trusted: boolean,
  now?: Pick<ModelCard, "path" | "title">,
): readonly Choice[] {
  const listed =
    now === undefined || models.some(({ path }) => path === now.path)
      ? models
      : [{ ...now, where: "opened" as const }, ...models];
  const choices = listed.map(({ path, title, where }) => {
    const name = path === now?.path ? now.title : title;
    const refused = trusted || where === "built in" ? "" : ", not in Restricted Mode";
    return { value: path, text: `${visible(name)} · ${where}${refused}` };
  });
  return [...choices, { value: browse, text: "Browse…", pinned: true }];
}
