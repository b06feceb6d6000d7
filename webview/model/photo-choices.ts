import type { PanelPhoto } from "../../src/shared/model-panel.ts";
import type { ModelChoice } from "../../src/shared/protocol.ts";
import { browse } from "../shared/paths.ts";
import { visible } from "../shared/words.ts";

/** A value of the list that is no photo's path. */
export const none = "";

interface PhotoChoice {
  readonly value: string;
  readonly text: string;
  readonly pinned?: boolean;
}

/** The photos on offer, the present one first where it is not among them; those of one name with where they lie. */
export function photoChoices(offered: readonly ModelChoice[], now: Chosen | undefined): readonly PhotoChoice[] {
  const twice = namesTwice([...offered.map(({ title }) => title), ...(ownIn(offered, now) ? [now?.name ?? ""] : [])]);
  const text = (title: string, path: string, where?: ModelChoice["where"]) =>
    visible(twice.has(title) ? `${title} (${where === "built in" ? where : folderOf(path)})` : title);
  return [
    ...(now === undefined ? [{ value: none, text: "Choose a photo" }] : []),
    ...(now && ownIn(offered, now) ? [{ value: now.path, text: text(now.name, now.path) }] : []),
    ...offered.map(({ path, title, where }) => ({ value: path, text: text(title, path, where) })),
    { value: browse, text: "Another photo…", pinned: true },
  ];
}

type Chosen = Pick<PanelPhoto, "name" | "path">;

/** A photo that is not on offer has a line of its own. */
const ownIn = (offered: readonly ModelChoice[], now: Chosen | undefined): boolean =>
  now !== undefined && !offered.some(({ path }) => path === now.path);

const namesTwice = (names: readonly string[]): ReadonlySet<string> =>
  new Set(names.filter((name, i) => names.indexOf(name) !== i));

const folderOf = (path: string): string => path.split(/[\\/]/).at(-2) || "/";
