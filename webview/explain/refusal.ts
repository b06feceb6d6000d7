import type { Failure } from "../../src/shared/rpc.ts";
import { button, dropdown } from "../shared/controls.ts";
import { fill, h, whenChanged } from "../shared/dom.ts";
import { modelChoices } from "../shared/model-choices.ts";
import type { Region } from "../shared/region.ts";
import { visible } from "../shared/words.ts";
import { chooseModel } from "./models.ts";
import type { View } from "./view.ts";

/** In the place of the pictures when photo or model cannot be looked at: why, and what can be done. */
export function refusal({ session }: View): Region {
  const element = h("section", { class: "refusal", role: "alert", hidden: true });
  async function back(path: string): Promise<void> {
    await session.host.chooseModel({ path });
    await session.load();
  }
  /** The list, else the dialog while there is none. */
  function anotherModel(trusted: boolean): HTMLElement {
    const text = "Another model…";
    const { before, models } = session;
    if (!models.length) return button(text, () => void chooseModel(session));
    const choices = [{ value: "", text }, ...modelChoices(models, trusted, before?.card)];
    const picker = dropdown(text, choices, "", (path) => void choose(path));
    const choose = async (path: string) => {
      if (path === "" || !(await chooseModel(session, path))) picker.value = "";
    };
    return picker;
  }

  const update = whenChanged(
    () => [session.standing, session.models],
    () => {
      const { standing, before } = session;
      element.hidden = standing.kind !== "refused";
      if (standing.kind !== "refused") return fill(element);
      const { failure } = standing;
      const [photo, trust, engine] = [aboutPhoto(failure), aboutTrust(failure), aboutEngine(failure)];
      const does = (text: string, action: () => Promise<unknown>, look: "primary" | "secondary" = "secondary") =>
        button(text, () => void session.act(action()), look);
      fill(
        element,
        h("h2", {}, headingFor(failure)),
        h("p", { class: "why" }, visible(failure.message)),
        h(
          "div",
          { class: "actions" },
          before && !photo
            ? does(`Back to ${visible(before.card.title)}`, () => back(before.card.path), "primary")
            : undefined,
          trust ? does("Manage Workspace Trust", () => session.host.manageTrust(undefined), "primary") : undefined,
          photo ? does("Another photo…", () => session.host.anotherPhoto(undefined), "primary") : undefined,
          photo ? undefined : anotherModel(!trust),
          trust ? undefined : does("Try again", () => session.load()),
          engine
            ? does("Restart engine", () => session.host.restartEngine(undefined).then(() => session.load()))
            : undefined,
          photo ? undefined : does("Another photo…", () => session.host.anotherPhoto(undefined)),
          does("Show log", () => session.host.showLog(undefined)),
        ),
      );
    },
  );
  return { element, update };
}

/** The host names this refusal, so that the way out can be offered. */
const aboutTrust = ({ name, message }: Failure) => /trust/i.test(name) || /restricted mode/i.test(message);
/** The photo's file: another model would not read it either. */
const aboutPhoto = ({ name }: Failure) => name === "UnreadableFile";
/** What stands beside the model says something wrong of it. */
const aboutSidecar = ({ name }: Failure) => name === "WrongSidecar";
/** What is wrong with a file, a new engine finds just so. */
const aboutEngine = (failure: Failure) =>
  !aboutPhoto(failure) &&
  !aboutTrust(failure) &&
  !["Unreadable", "WrongSidecar", "OutOfReach", "UnsupportedOp", "NotNumbers"].includes(failure.name);

const headingFor = (failure: Failure) =>
  aboutTrust(failure)
    ? "This model runs only in a trusted folder"
    : aboutPhoto(failure)
      ? "This photo cannot be read"
      : aboutSidecar(failure)
        ? "What stands beside this model cannot be used"
        : "This cannot be explained";
