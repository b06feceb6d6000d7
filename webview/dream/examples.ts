import type { Example, OfChannel } from "../../src/shared/examples.ts";
import { button, link } from "../shared/controls.ts";
import { fill, h, whenChanged } from "../shared/dom.ts";
import { againWords, exampleGrid, FollowedExamples, refusedWords, stateWords } from "../shared/examples.ts";
import type { Region } from "../shared/region.ts";
import { visible } from "../shared/words.ts";
import { channelMeant, channelOf } from "./channel-of.ts";
import type { View } from "./view.ts";

/** Beside the picture that a channel likes best: the photos of a folder that fire it most, in a row. */
export function examples({ session }: View): Region {
  const { host } = session;
  const followed = new FollowedExamples(host, session.changed);
  let of: OfChannel | undefined;
  /** Whether its place is there: before anything is known of it, too, so that the form below stays where it is. */
  let isShown = false;
  const open = ({ photo }: Example) => {
    if (of) void session.act(host.openExample({ layer: of.layer, photo }));
  };
  const find = (another: boolean) => {
    if (of) void session.act(host.findExamples({ layer: of.layer, another }));
  };
  const stop = () => {
    if (of) void session.act(host.stopExamples({ layer: of.layer }));
  };
  const most = exampleGrid("The photos that fire it most", { chooses: "open the photo", choose: open, open });
  const name = h("p", { class: "examples-of" });
  const words = h("p", { class: "dim" });
  const failed = h("p", { role: "alert" });
  const first = link("Find the photos that fire it…", () => find(false));
  const cancel = button("Cancel", stop);
  const again = link("Look again", () => find(false));
  const another = link("Another folder…", () => find(true));
  const ways = h("div", { class: "examples-state" }, first, cancel, again, another);
  const refused = h("div", {});
  const element = h(
    "section",
    { class: "fires", "aria-label": "Photos that fire the channel", hidden: true },
    h("h2", {}, "What fires it"),
    name,
    failed,
    words,
    ways,
    refused,
    most.element,
  );

  const draw = whenChanged(
    () => [followed.value, of?.layer, of?.channel, isShown],
    () => {
      const now = followed.value;
      const phase = now?.phase;
      element.hidden = !isShown;
      if (!of || !isShown) return;
      const isOver = now !== undefined && phase !== "none" && phase !== "running";
      name.textContent = `${visible(of.layer)}, channel ${of.channel}`;
      failed.hidden = now?.failure === undefined;
      failed.textContent = visible(now?.failure ?? "");
      words.hidden = phase === "none";
      words.textContent = now ? stateWords(now, "this channel") : "Looking…";
      first.hidden = phase !== "none";
      cancel.hidden = phase !== "running";
      again.hidden = !isOver || phase === "found";
      again.textContent = againWords(phase).link;
      another.hidden = !isOver;
      fill(refused, now && refusedWords(now));
      most.show(now?.most ?? []);
      most.element.hidden = !now?.most.length;
    },
  );

  return {
    element,
    update() {
      of = channelMeant(session);
      isShown = of !== undefined && session.subject?.trusted !== false;
      followed.follow(channelOf(session), session.settings?.model);
      draw();
    },
  };
}
