import type { ModelChoice } from "../../src/shared/protocol.ts";
import { dropdown, iconButton } from "../shared/controls.ts";
import type { Choice, Field } from "../shared/controls.ts";
import { fill, h, icon, whenChanged } from "../shared/dom.ts";
import type { Region } from "../shared/region.ts";
import { visible } from "../shared/words.ts";
import type { Session } from "./session.ts";
import type { View } from "./view.ts";

const browse = "\u0000browse";
const previous = "M10 3L5 8l5 5";
const next = "M6 3l5 5-5 5";

/** Which photo everything is seen through: one on offer, any other, the next or the previous of its folder. */
export function photoPicker({ session }: View): Region {
  const place = h("span", { class: "place" });
  const steps = [
    iconButton("Previous photo of the folder", icon(previous), () => step(-1)),
    iconButton("Next photo of the folder", icon(next), () => step(1)),
  ] as const;
  const element = h("div", { class: "photo-picker", role: "group", "aria-label": "Photo" }, steps[0], place, steps[1]);
  const step = (by: 1 | -1) => void session.attempt(() => session.host.stepPhoto({ by }));

  const offered = () => session.photos.value ?? [];
  const chosen = () => session.photo.value?.name;
  let picker: Field | undefined;
  const build = whenChanged(
    () => [JSON.stringify(choices(offered(), chosen()))],
    () => {
      const focused = place.contains(document.activeElement);
      picker = dropdown("Photo", choices(offered(), chosen()), here(offered(), chosen()), (path) => void choose(path));
      fill(place, picker);
      if (focused) picker.focus();
    },
  );
  const mark = () => {
    if (picker) picker.value = here(offered(), chosen());
  };
  const choose = async (path: string) => {
    if (!(await choosePhoto(session, path))) mark(); // the dialog was left: nothing changed
  };
  const markChosen = whenChanged(() => [chosen(), picker], mark);

  return {
    element,
    update() {
      build();
      markChosen();
      for (const button of steps) button.disabled = !session.hasPhoto;
    },
  };
}

const none = "";
/** The chosen one's value in the list; a photo that is not on offer has its own name. */
const here = (offered: readonly ModelChoice[], name: string | undefined): string =>
  name === undefined ? none : (offered.find(({ title }) => title === name)?.path ?? name);

function choices(offered: readonly ModelChoice[], name: string | undefined): readonly Choice[] {
  const listed = offered.map(({ path, title }) => ({ value: path, text: visible(title) }));
  const own = name !== undefined && !offered.some(({ title }) => title === name);
  return [
    ...(name === undefined ? [{ value: none, text: "Choose a photo" }] : []),
    ...(own ? [{ value: name, text: visible(name) }] : []),
    ...listed,
    { value: browse, text: "Another photo…", pinned: true },
  ];
}

/** Any photo where no path is given: a dialog asks. False where it was left or the photo was refused, and says why. */
export async function choosePhoto(session: Session, path: string = browse): Promise<boolean> {
  if (path === none) return false;
  const ask = path === browse ? { photo: "current" as const } : { photo: "current" as const, path };
  return (await session.attempt(() => session.host.usePhoto(ask))) ?? false;
}
