import type { Failure } from "../../src/shared/rpc.ts";
import { failureOf } from "../../src/shared/rpc.ts";
import { button, dropdown } from "../shared/controls.ts";
import { fill, h, whenChanged } from "../shared/dom.ts";
import { visible } from "../shared/words.ts";
import { chooseModel, modelChoices } from "./models.ts";
import type { Region, View } from "./view.ts";

/** In the place of the pictures when photo or model cannot be looked at: why, and what can be done. */
export function refusal({ session }: View): Region {
  const element = h("section", { class: "refusal", role: "alert", hidden: true });
  const act = (action: Promise<unknown>) =>
    void action.catch((error: unknown) => session.say(failureOf(error).message, "warning"));
  async function back(): Promise<void> {
    const path = session.before?.card.path;
    if (path !== undefined) await session.host.chooseModel({ path });
    await session.load();
  }
  const others = "Choose another model…";
  /** The list where it is known, else the dialog. */
  function another(primary: boolean): HTMLElement {
    const { before } = session;
    if (!before) return button(others, () => void chooseModel(session), primary ? "primary" : "secondary");
    const choices = [{ value: "", text: others }, ...modelChoices(before)];
    const picker = dropdown(others, choices, "", (path) => void choose(path));
    const choose = async (path: string) => {
      if (path === "" || !(await chooseModel(session, path))) picker.value = "";
    };
    return picker;
  }

  const update = whenChanged(
    () => [session.standing],
    () => {
      const { standing } = session;
      element.hidden = standing.kind !== "refused";
      if (standing.kind !== "refused") return fill(element);
      const { failure } = standing;
      fill(
        element,
        h("h2", {}, headingFor(failure)),
        h("p", { class: "why" }, visible(failure.message)),
        h(
          "div",
          { class: "actions" },
          session.before && !aboutPhoto(failure)
            ? button(`Back to ${visible(session.before.card.title)}`, () => act(back()))
            : undefined,
          aboutTrust(failure)
            ? button("Manage Workspace Trust", () => act(session.host.manageTrust(undefined)), "primary")
            : undefined,
          aboutPhoto(failure) || aboutTrust(failure) ? undefined : another(true),
          aboutTrust(failure) ? undefined : button("Try again", () => void session.load()),
          aboutEngine(failure)
            ? button("Restart engine", () => act(session.host.restartEngine(undefined).then(() => session.load())))
            : undefined,
          aboutTrust(failure) ? another(false) : undefined,
          button("Show log", () => act(session.host.showLog(undefined))),
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
/** What is wrong with a file, a new engine finds just so. */
const aboutEngine = (failure: Failure) =>
  !aboutPhoto(failure) && !aboutTrust(failure) && !["Unreadable", "OutOfReach", "UnsupportedOp"].includes(failure.name);

const headingFor = (failure: Failure) =>
  aboutTrust(failure)
    ? "This model runs only in a trusted folder"
    : aboutPhoto(failure)
      ? "This photo cannot be read"
      : "This cannot be explained";
