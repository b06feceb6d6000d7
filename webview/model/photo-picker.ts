import { dropdown, iconButton, refill } from "../shared/controls.ts";
import type { Field } from "../shared/controls.ts";
import { fill, h, icon, whenChanged } from "../shared/dom.ts";
import type { Region } from "../shared/region.ts";
import { browse } from "../shared/paths.ts";
import { visible } from "../shared/words.ts";
import { none, photoChoices } from "./photo-choices.ts";
import type { Session } from "./session.ts";
import type { View } from "./view.ts";

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

  const reading = h("span", { class: "reading dim", role: "status" });
  const offered = () => session.photos.value ?? [];
  const chosen = () => session.chosenPhoto.value;
  const here = () => chosen()?.path ?? none;
  let picker: Field | undefined;
  const build = whenChanged(
    () => [JSON.stringify(photoChoices(offered(), chosen()))],
    () => {
      picker = dropdown("Photo", photoChoices(offered(), chosen()), here(), (path) => void choose(path));
      refill(place, picker, reading);
    },
  );
  const mark = () => {
    if (!picker) return;
    picker.value = here();
    picker.title = visible(chosen()?.path ?? ""); // a long name has no room
  };
  const choose = async (path: string) => {
    if (!(await choosePhoto(session, path))) mark(); // the dialog was left: nothing changed
  };
  const sayReading = whenChanged(
    () => [session.photo.state.status === "loading" && chosen() !== undefined],
    () => fill(reading, session.photo.state.status === "loading" && chosen() ? "reading…" : undefined),
  );
  const markChosen = whenChanged(() => [here(), picker], mark);

  return {
    element,
    update() {
      build();
      markChosen();
      sayReading();
      for (const button of steps) button.disabled = chosen() === undefined;
    },
  };
}

/** Any photo where no path is given: a dialog asks. False where it was left or the photo was refused, and says why. */
export async function choosePhoto(session: Session, path: string = browse): Promise<boolean> {
  if (path === none) return false;
  const ask = path === browse ? { photo: "current" as const } : { photo: "current" as const, path };
  return (await session.attempt(() => session.host.usePhoto(ask))) ?? false;
}
