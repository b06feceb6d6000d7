import { dropdown, iconButton, link, refill } from "../shared/controls.ts";
import { fill, h, icon, whenChanged } from "../shared/dom.ts";
import { dots } from "../shared/icons.ts";
import { menu } from "../shared/menu.ts";
import { modelChoices } from "../shared/model-choices.ts";
import type { Region } from "../shared/region.ts";
import { fileName } from "../shared/relevant.ts";
import { duration, visible } from "../shared/words.ts";
import { chooseModel } from "./models.ts";
import { progressText } from "./result.ts";
import type { Remembered } from "./remembered.ts";
import { saveMenu } from "./save.ts";
import type { View } from "./view.ts";

const icons = {
  keep: "M5.5 2.5h5M6.5 2.5v4L4.5 9h7l-2-2.5v-4M8 9v4.5",
  "side by side": "M2 3h5v10H2zM9 3h5v10H9z",
  overlay: "M2.5 2.5h8v8h-8zM5.5 5.5h8v8h-8z",
};

const keeping = "Keep open: the next photo gets a panel of its own";

/** One line: what is looked at, by whom, how long that took; what runs; and what to do with it. */
export function header(view: View): Region {
  const { session } = view;
  const subject = h("div", { class: "subject" });
  const running = h("div", { class: "running", hidden: true });
  const views = h(
    "div",
    { class: "views", role: "group", "aria-label": "How photo and map are shown" },
    viewButton("side by side", "Photo and map side by side"),
    viewButton("overlay", "The map over the photo"),
  );
  const forPictures = h("div", { class: "tools" }, views, saveMenu(view));
  const more = moreMenu(view);
  const keep = iconButton(keeping, icon(icons.keep), () => {
    session.keepPanel();
    more.querySelector("button")?.focus(); // this button is about to go
  });
  keep.classList.add("keep");
  const element = h("header", {}, subject, running, h("div", { class: "tools" }, forPictures, keep, more));

  function viewButton(which: Remembered["view"], label: string): HTMLElement {
    const button = iconButton(label, icon(icons[which]), () => session.remember({ view: which }));
    button.dataset["view"] = which;
    return button;
  }

  async function choose(path: string): Promise<void> {
    if (!(await chooseModel(session, path))) buildSubject(); // the picker shows the model again
  }

  const opening = h("span", { class: "dim" }, "Opening…");
  /** Of a photo that is refused its name is known all the same. */
  function photoOnly(): HTMLElement | undefined {
    const { image } = session.panel;
    return image === undefined ? undefined : photoTitle(fileName(image));
  }

  function buildSubject(): void {
    const { looked } = session;
    if (!looked) return fill(subject, session.standing.kind === "loading" ? opening : photoOnly());
    const { card, models, prediction, photoName, trusted } = looked;
    const picker = dropdown("Model", modelChoices(models, trusted, card), card.path, (path) => void choose(path));
    picker.title = card.path;
    refill(
      subject,
      photoTitle(photoName),
      h("span", { class: "dim seen-by" }, "seen by"),
      picker,
      prediction.ms > 0
        ? h("span", { class: "badge", title: "One run of the network" }, duration(prediction.ms))
        : undefined,
    );
  }
  const updateSubject = whenChanged(() => [session.standing.kind, session.looked, session.panel.image], buildSubject);

  const cancel = link("Cancel", () => session.cancel(), "Cancel what is running");
  const what = h("span", {});
  fill(running, h("span", { class: "spinner", "aria-hidden": "true" }), what, cancel);
  function updateRunning(): void {
    const id = session.queue.running;
    const card = session.techniques.find((one) => one.id === id);
    running.hidden = id === undefined;
    if (id === undefined) return;
    const { progress } = session.resultOf(id);
    const title = card?.title ?? (id.startsWith("?") ? "Comparing the methods" : "Computing");
    const text = `${title}${progress ? ` · ${progressText(progress)}` : ""}`;
    if (what.textContent !== text) what.textContent = text;
  }

  return {
    element,
    update() {
      updateSubject();
      updateRunning();
      keep.hidden = !session.panel.preview;
      forPictures.hidden = session.standing.kind === "refused";
      for (const button of views.querySelectorAll<HTMLElement>("[data-view]"))
        button.setAttribute("aria-pressed", String(button.dataset["view"] === session.remembered.view));
    },
  };
}

const photoTitle = (name: string): HTMLElement => h("h1", { title: visible(name) }, visible(name));

function moreMenu({ session }: View): HTMLElement {
  const opener = iconButton("More actions", icon(dots), () => undefined);
  const act = (action: () => Promise<unknown>) => () => void session.act(action());
  return menu("More actions", opener, () => [
    { text: "Compute everything again", action: () => void session.load() },
    { text: "Restart engine", action: act(() => session.host.restartEngine(undefined)) },
    { text: "Show log", action: act(() => session.host.showLog(undefined)) },
  ]);
}
