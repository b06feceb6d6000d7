import { samePreparation } from "../../src/shared/preparation.ts";
import type { Origin, Preparation } from "../../src/shared/preparation.ts";
import type { PreparationChoice } from "../../src/shared/protocol.ts";
import { failureOf } from "../../src/shared/rpc.ts";
import { button, link } from "../shared/controls.ts";
import { fill, h, whenChanged } from "../shared/dom.ts";
import type { Region } from "../shared/region.ts";
import { percent, shortLabel, visible } from "../shared/words.ts";
import { inputSize } from "./input-size.ts";
import { isOpen } from "./open-size.ts";
import type { View } from "./view.ts";

const sayings: Readonly<Record<Origin, string>> = {
  chosen: "chosen by you",
  sidecar: "from the model’s .glassbox.json",
  metadata: "from the model file",
  known: "as this well-known network wants it",
  guess: "",
  numbers: "",
};

/** Entropy in words: of how many equally likely classes a network would be as unsure. */
function certainty(entropy: number): string {
  const classes = Math.exp(entropy);
  return `as unsure as among ${classes < 9.95 ? classes.toFixed(1) : Math.round(classes).toLocaleString("en")} equal classes`;
}

/** The ways to prepare the photo that were considered, each with what the network says to it: to try, and to keep. */
export function preparations({ session }: View): Region & { open(): void } {
  const prepare = (preparation: Preparation, keep: boolean) =>
    session.act(
      session.host.prepare({ preparation, keep }).then(() => {
        // What is kept, and where, the host says itself.
        if (!keep) session.say("Prepared so from now on, in every panel of this workspace that uses this model.");
      }),
    );
  const forget = () =>
    session.act(
      session.host
        .forgetPreparation(undefined)
        .then(() => session.say("Your choice is forgotten: prepared as the model’s files say, or as is guessed.")),
    );
  const element = h("div", { class: "preparations", hidden: true, onkeydown: onKey });
  let opener: Element | null = null;

  async function load(): Promise<void> {
    fill(element, h("p", { class: "dim" }, "Trying the ways to prepare the photo…"));
    try {
      const choices = await session.host.preparations(undefined);
      fill(element, heading(), ways(), sizeOf(), ...choices.map(item));
    } catch (error) {
      fill(
        element,
        heading(),
        h("p", { role: "alert" }, visible(failureOf(error).message)),
        button("Try again", () => void load()),
      );
    }
  }

  const heading = () =>
    h("div", { class: "heading" }, h("h3", {}, "Ways to prepare the photo"), link("Close", close, "Close the list"));

  /** Beyond the list: back from a choice, and to the file that keeps one. */
  const ways = () =>
    h(
      "div",
      { class: "actions" },
      session.looked?.prediction.preparationFrom === "chosen"
        ? link("Forget my choice", () => void forget())
        : undefined,
      link("Open the model’s .glassbox.json", () => void session.act(session.host.openSidecar(undefined))),
    );

  function sizeOf(): HTMLElement | undefined {
    const { card, prediction } = session.looked ?? {};
    if (!prediction || !isOpen(card?.picture)) return undefined;
    return inputSize(card.picture, prediction.preparation, (choice, keep) => void prepare(choice, keep));
  }

  function item({ preparation, words, top, entropy, from }: PreparationChoice): HTMLElement {
    const now = session.looked?.prediction.preparation;
    const used = now !== undefined && samePreparation(now, preparation);
    const says = top ? `“${visible(shortLabel(top.label))}” ${percent(top.probability)}, ${certainty(entropy)}` : "";
    const isKept = used && session.looked?.prediction.preparationFrom === "sidecar";
    return h(
      "div",
      { class: "choice", "data-used": String(used) },
      h(
        "div",
        {},
        visible(words),
        used ? h("strong", {}, " · in use") : undefined,
        sayings[from] && ` · ${sayings[from]}`,
      ),
      h("div", { class: "dim", title: top && `Entropy of the prediction: ${entropy.toFixed(2)} nats` }, says),
      h(
        "div",
        { class: "actions" },
        used
          ? undefined
          : link("Use in workspace", () => void prepare(preparation, false), `Use in workspace: ${words}`),
        isKept
          ? undefined
          : link("Keep with model", () => void prepare(preparation, true), `Keep with model: ${words}`),
      ),
    );
  }

  function close(): void {
    element.hidden = true;
    if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
  }

  function onKey(event: KeyboardEvent): void {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    close();
  }

  return {
    element,
    // Another preparation, photo or model: what was said to the old ones says nothing now.
    update: whenChanged(
      () => [session.looked],
      () => void (element.hidden || load()),
    ),
    open() {
      opener = document.activeElement;
      element.hidden = false;
      void load();
    },
  };
}
