import { noExamples } from "../../src/shared/examples.ts";
import { ofGlassbox } from "../../src/shared/of-glassbox.ts";
import type { ChannelExamples, Example, examplesOfPage, OfChannel } from "../../src/shared/examples.ts";
import { failureOf } from "../../src/shared/rpc.ts";
import type { Client } from "../../src/shared/rpc.ts";
import { fill, h } from "./dom.ts";
import { count as counted, figure, visible } from "./words.ts";
import "./examples.css";

/** Follows what is known of one channel's examples; of another channel from the moment that it is asked for. */
export class FollowedExamples {
  value: ChannelExamples | undefined;
  #key: string | undefined;
  #control = new AbortController();

  constructor(
    private readonly host: Pick<Client<typeof examplesOfPage>, "examples">,
    private readonly changed: () => void,
  ) {}

  /** `state`: what makes all that was known outdated. Undefined: of no channel. */
  follow(of: OfChannel | undefined, state = ""): void {
    const key = of && JSON.stringify([of.layer, of.channel, state]);
    if (key === this.#key) return;
    this.#key = key;
    this.value = undefined;
    this.#control.abort();
    const { signal } = (this.#control = new AbortController());
    if (of) void this.#listen(of, signal);
  }

  async #listen(of: OfChannel, signal: AbortSignal): Promise<void> {
    try {
      for await (const value of this.host.examples(of, signal)) {
        if (signal.aborted) return;
        this.value = value;
        this.changed();
      }
    } catch (error) {
      if (signal.aborted) return;
      this.value = { ...noExamples, phase: "failed", failure: failureOf(error).message };
      this.changed();
    }
  }
}

/** How far it has come, or what was found, in words. `what`: "this channel". */
export function stateWords(state: ChannelExamples, what: string): string {
  const { phase, done, total, images, most, prepared, madeHere = 0 } = state;
  const folder = state.folder === undefined ? "the folder" : visible(state.folder);
  const over = `${counted(images, "photo")} in ${folder}`;
  const silent = most.length ? "" : ` None of them fires ${what}: it is silent on them all.`;
  const left = madeHere ? ` Left out: ${ofGlassbox(madeHere)}.` : "";
  const besides = `${left}${prepared?.from === "guess" ? " How the photos are prepared is a guess." : ""}`;
  switch (phase) {
    case "none":
      return "";
    case "running":
      return total
        ? `${done.toLocaleString("en")} of ${counted(total, "photo")} in ${folder}: the best so far.`
        : `Listing the photos in ${folder}…`;
    case "found":
      return `Over ${over}.${silent}${besides}`;
    case "stopped":
      return `Stopped: as far as ${counted(images, "photo")} of ${total.toLocaleString("en")} in ${folder} tell.${besides}`;
    case "interrupted":
      return `Interrupted when the window was closed: as far as ${done.toLocaleString("en")} of ${counted(total, "photo")} in ${folder} tell.${besides}`;
    case "outdated":
      return `Over ${over}, as they and the model were then: something has changed since.`;
    case "failed":
      return "";
  }
}

/** What is offered once a search is over: to go on with it where it was left, or to begin again. */
export const againWords = (phase: ChannelExamples["phase"] | undefined) =>
  phase === "interrupted" || phase === "stopped"
    ? ({ button: "Go On", link: "Go on" } as const)
    : ({ button: "Look Again", link: "Look again" } as const);

/** The files that could not be read, folded away. */
export const refusedWords = ({ refused }: ChannelExamples): HTMLElement | undefined =>
  refused.length
    ? h(
        "details",
        { class: "examples-refused" },
        h("summary", {}, `${counted(refused.length, "file")} could not be read`),
        h("ul", {}, ...refused.map(({ why }) => h("li", {}, visible(why)))),
      )
    : undefined;

export interface ExampleActions {
  /** What a click on a patch does, in words, and the doing of it. */
  readonly chooses: string;
  choose(example: Example): void;
  open(example: Example): void;
}

export interface ExampleGrid {
  readonly element: HTMLElement;
  show(examples: readonly Example[]): void;
}

/** Patches, the strongest first, each with its value and its photo's name. What stays stays as it is, without flicker. */
export function exampleGrid(label: string, actions: ExampleActions): ExampleGrid {
  const element = h("ol", { class: "examples", "aria-label": label });
  let tiles = new Map<string, HTMLElement>();
  return {
    element,
    show(examples) {
      const now = new Map(
        examples.map((example) => {
          const key = JSON.stringify([example.photo, example.place, example.value, !example.patch, example.unread]);
          return [key, tiles.get(key) ?? tile(example, actions)];
        }),
      );
      const shown = [...now.values()];
      const same = shown.length === element.children.length && shown.every((each, i) => each === element.children[i]);
      tiles = now;
      if (same) return;
      const focused = document.activeElement;
      fill(element, ...shown);
      if (focused instanceof HTMLElement && element.contains(focused)) focused.focus();
    },
  };
}

function tile(example: Example, { chooses, choose, open }: ExampleActions): HTMLElement {
  const { name, within, value, place, patch, unread } = example;
  const missing = unread ? "The photo cannot be read" : "It sees nothing of the photo there";
  const file = visible(name);
  const where = `row ${place[0]}, column ${place[1]}`;
  const picture = h(
    "button",
    {
      type: "button",
      class: "example-patch",
      title: `${visible(within)}, ${where}: ${chooses}`,
      "aria-label": `${figure(value)} in ${file} at ${where}: ${chooses}`,
      onclick: () => choose(example),
    },
    patch ? undefined : h("span", { class: "dim" }, missing),
  );
  if (patch) void drawn(patch.png).then((canvas) => fill(picture, canvas));
  return h(
    "li",
    { class: "example" },
    picture,
    h("span", { class: "number", title: String(value) }, figure(value)),
    h(
      "button",
      { type: "button", class: "link example-name", title: `Open ${visible(within)}`, onclick: () => open(example) },
      file,
    ),
  );
}

/** A PNG from the host as a canvas. */
export async function drawn(png: Uint8Array): Promise<HTMLCanvasElement> {
  const bitmap = await createImageBitmap(new Blob([new Uint8Array(png)], { type: "image/png" }));
  const canvas = h("canvas", { width: bitmap.width, height: bitmap.height, "aria-hidden": "true" });
  canvas.getContext("2d")?.drawImage(bitmap, 0, 0);
  bitmap.close();
  return canvas;
}
