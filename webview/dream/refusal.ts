import { button, dropdown } from "../shared/controls.ts";
import { fill, h, whenChanged } from "../shared/dom.ts";
import { modelChoices } from "../shared/model-choices.ts";
import { isPath } from "../shared/paths.ts";
import type { Region } from "../shared/region.ts";
import { visible } from "../shared/words.ts";
import type { View } from "./view.ts";

/** Where photo or model cannot be used: why, and what can be done. In the place of everything, or above the picture that is there. */
export function refusal({ session }: View): Region {
  const { host } = session;
  const element = h("section", { class: "refusal", role: "alert", hidden: true });
  const does = (text: string, action: () => Promise<unknown>, look: "primary" | "secondary" = "secondary") =>
    button(text, () => void session.act(action()), look);

  function anotherModel(trusted: boolean): HTMLElement {
    const text = "Another model…";
    const choices = [{ value: "", text }, ...modelChoices(session.models, trusted)];
    const picker = dropdown(text, choices, "", (path) => {
      if (path === "") return;
      void choose(path);
      picker.value = ""; // the dialog may be left
    });
    return picker;
  }
  /** Of another model the host tells, and it is asked about then; of the same one nobody would. */
  async function choose(choice: string): Promise<void> {
    const path = isPath(choice) ? choice : await session.act(host.browseModel(undefined));
    if (path === undefined) return;
    const isSame = path === session.settings?.model;
    await session.act(host.chooseModel({ path }));
    if (isSame) await session.load();
  }

  const update = whenChanged(
    () => [session.refusal, session.models, session.isBare],
    () => {
      const failure = session.refusal;
      element.hidden = !failure;
      element.dataset["extent"] = session.isBare ? "whole" : "part";
      if (!failure) return fill(element);
      const trust = failure.name === "Untrusted";
      const photo = failure.name === "UnreadableFile";
      fill(
        element,
        h(
          "h2",
          {},
          trust
            ? "This model runs only in a trusted folder"
            : photo
              ? "This photo cannot be read"
              : "This cannot be opened",
        ),
        h("p", { class: "why" }, visible(failure.message)),
        h(
          "div",
          { class: "actions" },
          trust ? does("Manage Workspace Trust", () => host.manageTrust(undefined), "primary") : undefined,
          photo ? does("Another photo…", () => host.usePhoto({}), "primary") : anotherModel(!trust),
          trust ? undefined : does("Try again", () => session.load()),
          trust || photo
            ? undefined
            : does("Restart engine", () => host.restartEngine(undefined).then(() => session.load())),
          does("Show log", () => host.showLog(undefined)),
        ),
      );
    },
  );
  return { element, update };
}
