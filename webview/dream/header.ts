import { dropdown, iconButton, refill } from "../shared/controls.ts";
import type { Field } from "../shared/controls.ts";
import { fill, h, icon, whenChanged } from "../shared/dom.ts";
import { dots } from "../shared/icons.ts";
import { menu } from "../shared/menu.ts";
import { modelChoices } from "../shared/model-choices.ts";
import { browse, isPath } from "../shared/paths.ts";
import type { Region } from "../shared/region.ts";
import { fileName } from "../shared/relevant.ts";
import { visible } from "../shared/words.ts";
import { saveMenu } from "./save.ts";
import { summaryOf } from "./summary.ts";
import { tools } from "./tools.ts";
import type { View } from "./view.ts";

/** One line: what is made, of what, by whom; and what can be done with it. */
export function header(view: View): Region {
  const { session } = view;
  const { host } = session;
  const subject = h("div", { class: "subject" });
  const does = tools(view);
  const save = saveMenu(view);
  const element = h("header", {}, subject, h("div", { class: "tools" }, does.element, save.element, moreMenu(view)));

  const build = whenChanged(
    () => [
      session.techniques,
      session.settings?.technique,
      session.settings?.image,
      session.settings?.model,
      summaryOf(session),
      session.subject,
      session.models,
      session.photos,
    ],
    () => {
      const { technique, settings, models } = session;
      if (!settings)
        return fill(subject, h("span", { class: "dim opening" }, visible(session.looks.last?.made || "Opening…")));
      const cards = session.techniques.map(({ id, title }) => ({ value: id, text: title }));
      const what = dropdown("Technique", cards, settings.technique, (id) => session.useTechnique(id));
      what.classList.add("technique");
      what.title = summaryOf(session);
      const now = session.subject?.card ?? { path: settings.model, title: fileName(settings.model) };
      const trusted = session.subject?.trusted ?? true;
      const choices = modelChoices(models, trusted, now);
      const picker = dropdown("Model", choices, settings.model, (choice) => void chooseModel(picker, choice));
      picker.title = visible(settings.model);
      refill(
        subject,
        what,
        ...(technique?.fromPhoto ? [h("span", { class: "dim" }, "of"), photoPicker(settings.image)] : []),
        h("span", { class: "dim" }, "by"),
        picker,
      );
    },
  );
  /** `choose` is false where nothing was chosen: the picker shows again what it is. So it does at once where it stands at "Browse…". */
  async function take(picker: Field, now: string, choice: string, choose: () => Promise<boolean | undefined>) {
    const taken = choose();
    if (!isPath(choice)) picker.value = now;
    if (!(await taken)) picker.value = now;
  }
  const chooseModel = (picker: Field, choice: string) =>
    take(picker, session.settings?.model ?? "", choice, async () => {
      const path = isPath(choice) ? choice : await session.act(host.browseModel(undefined));
      return path !== undefined && session.act(host.chooseModel({ path }).then(() => true));
    });
  function photoPicker(image: string | undefined): HTMLElement {
    const listed = session.photos.map(({ path, title }) => ({ value: path, text: visible(title) }));
    const own =
      image === undefined || listed.some(({ value }) => value === image)
        ? []
        : [{ value: image, text: fileName(image) }];
    const none = image === undefined ? [{ value: "", text: "Choose a photo…" }] : [];
    const choices = [...none, ...own, ...listed, { value: browse, text: "Browse…", pinned: true }];
    const ask = (path: string) => session.act(host.usePhoto(isPath(path) ? { path } : {}));
    const picker = dropdown("Photo", choices, image ?? "", (path) => {
      if (path !== "") void take(picker, image ?? "", path, () => ask(path));
    });
    picker.classList.add("photo");
    return picker;
  }

  return {
    element,
    update() {
      build();
      does.update();
      save.update();
    },
  };
}

function moreMenu(view: View): HTMLElement {
  const { session } = view;
  const opener = iconButton("More actions", icon(dots), () => undefined);
  return menu("More actions", opener, () => [
    { text: "Open recipe…", action: () => void session.act(session.host.openRecipe(undefined)) },
    { text: "Restart engine", action: () => void session.act(session.host.restartEngine(undefined)) },
    { text: "Show log", action: () => void session.act(session.host.showLog(undefined)) },
  ]);
}
