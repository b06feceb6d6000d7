import type { Failure } from "../../src/shared/rpc.ts";
import { button } from "../shared/controls.ts";
import { fill, h, whenChanged } from "../shared/dom.ts";
import type { Region } from "../shared/region.ts";
import { visible } from "../shared/words.ts";
import type { Session } from "./session.ts";
import type { View } from "./view.ts";

/** In the place of everything else when the file cannot be read, and above the graph when it cannot be run: why, and what can be done. */
export function refusal({ session }: View): Region {
  const element = h("section", { class: "refusal", role: "alert", hidden: true });
  const update = whenChanged(
    () => [session.structure.state, session.card.state, session.subject.value?.trusted],
    () => {
      const whole = session.structure.value === undefined && failureOf(session.structure.state);
      const partly = failureOf(session.card.state);
      const untrusted = session.subject.value?.trusted === false;
      element.hidden = !whole && !partly && !untrusted;
      element.dataset["extent"] = whole ? "whole" : "part";
      fill(element);
      if (whole) fill(element, h("h2", {}, "This model cannot be read"), reason(whole), ways(session, whole));
      else if (untrusted)
        fill(
          element,
          h("p", {}, "Restricted Mode: the network is shown, but it does not run until this folder is trusted."),
          h("div", { class: "actions" }, trust(session)),
        );
      else if (partly)
        fill(
          element,
          h("p", {}, h("strong", {}, "This network does not run here. "), visible(partly.message)),
          ways(session, partly),
        );
    },
  );
  return { element, update };
}

const failureOf = (state: Session["structure"]["state"] | Session["card"]["state"]): Failure | undefined =>
  state.status === "failed" ? state.failure : undefined;

const reason = ({ message }: Failure) => h("p", { class: "why" }, visible(message));

const trust = (session: Session) =>
  button("Manage Workspace Trust", () => void session.attempt(() => session.host.manageTrust(undefined)), "primary");

function ways(session: Session, failure: Failure): HTMLElement {
  const { host } = session;
  const restart = () => void session.attempt(() => host.restartEngine(undefined).then(() => session.again()));
  return h(
    "div",
    { class: "actions" },
    /restricted mode/i.test(failure.message) ? trust(session) : undefined,
    button("Try again", () => session.again()),
    aboutFile(failure) ? undefined : button("Restart engine", restart),
    button("Show log", () => void session.attempt(() => host.showLog(undefined))),
  );
}

/** What is wrong with a file, a new engine finds just so. */
const aboutFile = ({ name, message }: Failure) =>
  ["Unreadable", "UnreadableFile", "WrongSidecar", "OutOfReach", "UnsupportedOp"].includes(name) ||
  /restricted mode/i.test(message);
