import type { Example } from "../../../src/shared/examples.ts";
import { button, link } from "../../shared/controls.ts";
import { fill, h, whenChanged } from "../../shared/dom.ts";
import { againWords, exampleGrid, FollowedExamples, refusedWords, stateWords } from "../../shared/examples.ts";
import type { Region } from "../../shared/region.ts";
import { visible } from "../../shared/words.ts";
import { nameText } from "../breakable.ts";
import { fileNameOf } from "../file-name.ts";
import { pngOf } from "../filters/canvas.ts";
import type { View } from "../view.ts";
import { keepInSight } from "./keep-in-sight.ts";
import { exampleSheet } from "./example-sheet.ts";

export interface FiringUnit {
  readonly channel: number;
  /** What it is that nobody chose, as a clause. */
  readonly why?: string;
}

/** The photos of a folder, and the places in them, that fire the channel most. `show`: brings the unit itself into sight. */
export function fires(view: View, unitNow: () => FiringUnit | undefined, show: () => void): Region {
  const { session } = view;
  const { host } = session;
  let unit: FiringUnit | undefined;
  const followed = new FollowedExamples(host, () => session.changed());
  const use = (example: Example) => void session.attempt(() => useIt(example));
  const open = ({ photo }: Example) => void ofLayer((layer) => host.openExample({ layer, photo }));
  const actions = { chooses: "look at this unit there", choose: use, open };
  const most = exampleGrid("The photos that fire it most", actions);
  const least = exampleGrid("The photos in which it is least", actions);
  const title = h("h3", {});
  const chosen = h("p", { class: "dim" });
  const leastTitle = h("h4", {}, "Least");
  const ofLayer = (doing: (layer: string) => Promise<unknown>) => {
    const layer = session.layer?.name;
    return layer === undefined ? undefined : session.attempt(() => doing(layer));
  };
  const find = (another: boolean) => void ofLayer((layer) => host.findExamples({ layer, another }));

  // They stay what they are while the words change, so that a click on one of them is not lost.
  const first = button("Find What Fires It", () => find(false));
  const bar = h("progress", { "aria-label": "Photos looked through" });
  const cancel = button("Cancel", () => void ofLayer((layer) => host.stopExamples({ layer })));
  const again = button("Look Again", () => find(false));
  const words = h("span", { class: "dim" });
  const failed = h("p", { role: "alert" });
  const another = link("Another folder…", () => find(true));
  const saving = link("Save as PNG…", () => void session.attempt(save));
  const state = h("div", { class: "examples-state" }, failed, first, bar, words, cancel, again, another, saving);
  const refused = h("div", {});
  const element = h(
    "section",
    { class: "fires" },
    title,
    chosen,
    state,
    refused,
    most.element,
    leastTitle,
    least.element,
  );

  async function useIt({ photo, place }: Example): Promise<void> {
    const [layer, channel] = [session.layer?.name, unit?.channel];
    if (layer === undefined || channel === undefined) return;
    await host.useExample({ layer, photo });
    session.selectPlace(channel, place);
    show();
    view.announce(`Channel ${channel} at row ${place[0]}, column ${place[1]}`);
  }

  async function save(): Promise<void> {
    const [layer, channel, found] = [session.layer?.name, unit?.channel, followed.value];
    if (layer === undefined || channel === undefined || !found) return;
    const title = `${nameText(layer)}, channel ${channel}`;
    const bytes = await pngOf(await exampleSheet(title, stateWords(found, "this channel"), found));
    await host.savePicture({ name: `${fileNameOf(layer, `channel-${channel}`, "fires")}.png`, bytes, kind: "png" });
  }

  const draw = whenChanged(
    () => [followed.value],
    () => {
      const now = followed.value;
      const phase = now?.phase;
      const isOver = phase !== undefined && phase !== "none" && phase !== "running";
      failed.hidden = now?.failure === undefined;
      failed.textContent = visible(now?.failure ?? "");
      first.hidden = phase !== "none";
      bar.hidden = cancel.hidden = phase !== "running";
      again.hidden = !isOver || phase === "found";
      again.textContent = againWords(now?.phase).button;
      another.hidden = !isOver;
      saving.hidden = !isOver || !now?.most.length;
      words.textContent = !now ? "" : phase === "none" ? invitation : stateWords(now, "this channel");
      if (now?.total) [bar.max, bar.value] = [now.total, now.done];
      else bar.removeAttribute("value");
      fill(refused, now && refusedWords(now));
      most.show(now?.most ?? []);
      least.show(now?.least ?? []);
      most.element.hidden = !now?.most.length;
      least.element.hidden = leastTitle.hidden = !now?.least.length;
      if (now && phase !== "none") view.announce(stateWords(now, "this channel"), phase === "running");
    },
  );

  const name = whenChanged(
    () => [unit?.channel, unit?.why],
    () => {
      const { channel, why } = unit ?? {};
      title.textContent = `What fires channel ${channel}`;
      chosen.textContent = why === undefined ? "" : `No channel was chosen: this is ${why}.`;
      chosen.hidden = why === undefined;
    },
  );
  let led = 0;

  return {
    element,
    update() {
      unit = unitNow();
      const [layer, channel] = [session.layer?.name, unit?.channel];
      const isKnown = layer !== undefined && channel !== undefined && session.subject.value?.trusted === true;
      followed.follow(isKnown ? { layer, channel } : undefined, session.modelKey);
      element.hidden = !isKnown;
      name();
      draw();
      if (!isKnown || led === session.firesAsked) return;
      led = session.firesAsked;
      keepInSight(element);
    },
  };
}

const invitation = "looks through a folder of photos for the parts of them that fire each channel of this layer most.";
