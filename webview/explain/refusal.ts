import type { Failure } from "../../src/shared/rpc.ts";
import { failureOf } from "../../src/shared/rpc.ts";
import { button } from "../shared/controls.ts";
import { fill, h, whenChanged } from "../shared/dom.ts";
import { visible } from "../shared/words.ts";
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
  const another = async () => {
    const path = await session.host.browseModel(undefined);
    if (path !== undefined) await session.host.chooseModel({ path });
  };

  const update = whenChanged(
    () => [session.standing],
    () => {
      const { standing } = session;
      element.hidden = standing.kind !== "refused";
      if (standing.kind !== "refused") return fill(element);
      const { failure } = standing;
      fill(
        element,
        h("h2", {}, aboutTrust(failure) ? "This model runs only in a trusted folder" : "This cannot be explained"),
        h("p", { class: "why" }, visible(failure.message)),
        h(
          "div",
          { class: "actions" },
          session.before ? button(`Back to ${visible(session.before.card.title)}`, () => act(back())) : undefined,
          aboutTrust(failure)
            ? button("Manage Workspace Trust", () => act(session.host.manageTrust(undefined)), "primary")
            : undefined,
          button("Choose another model…", () => act(another()), aboutTrust(failure) ? "secondary" : "primary"),
          button("Try again", () => void session.load()),
          button("Restart engine", () => act(session.host.restartEngine(undefined).then(() => session.load()))),
          button("Show log", () => act(session.host.showLog(undefined))),
        ),
      );
    },
  );
  return { element, update };
}

/** The host names this refusal, so that the way out can be offered. */
const aboutTrust = ({ name, message }: Failure) => /trust/i.test(name) || /restricted mode/i.test(message);
