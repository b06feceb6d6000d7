import type { Origin } from "../../src/shared/preparation.ts";
import type { PreparationChoice } from "../../src/shared/protocol.ts";
import { failureOf } from "../../src/shared/rpc.ts";
import { button, link } from "../shared/controls.ts";
import { fill, h, whenChanged } from "../shared/dom.ts";
import { percent, shortLabel, visible } from "../shared/words.ts";
import { samePreparation } from "./same-preparation.ts";
import type { Region, View } from "./view.ts";

const sayings: Readonly<Record<Origin, string>> = {
  chosen: "chosen by you",
  sidecar: "from the model’s .glassbox.json",
  metadata: "from the model file",
  known: "as this well-known network wants it",
  guess: "",
  numbers: "",
};

/** The ways to prepare the photo that were considered, each with what the network says to it: to try, and to keep. */
export function preparations({ session }: View): Region & { open(): void } {
  const element = h("div", { class: "preparations", hidden: true, onkeydown: onKey });
  let opener: Element | null = null;

  async function load(): Promise<void> {
    fill(element, h("p", { class: "dim" }, "Trying the ways to prepare the photo…"));
    try {
      const choices = await session.host.preparations(undefined);
      fill(element, heading(), ways(), ...choices.map(item));
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
        ? link("Forget my choice", () => void session.forgetPreparation())
        : undefined,
      link("Open the sidecar", () => void session.act(session.host.openSidecar(undefined)), "Open the .glassbox.json"),
    );

  function item({ preparation, words, top, entropy, from }: PreparationChoice): HTMLElement {
    const now = session.looked?.prediction.preparation;
    const used = now !== undefined && samePreparation(now, preparation);
    const says = top
      ? `“${visible(shortLabel(top.label))}” ${percent(top.probability)}, entropy ${entropy.toFixed(2)}`
      : "";
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
      h("div", { class: "dim" }, says),
      h(
        "div",
        { class: "actions" },
        used ? undefined : link("Use it", () => void session.prepare(preparation, false), `Use ${words}`),
        link("Keep it", () => void session.prepare(preparation, true), `Keep ${words} beside the model`),
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
