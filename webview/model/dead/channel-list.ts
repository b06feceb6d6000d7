import { channelCounts, faultWords, shareNames, sharesOver } from "../../../src/shared/dead.ts";
import type { DeadLayer } from "../../../src/shared/dead.ts";
import { link } from "../../shared/controls.ts";
import { h } from "../../shared/dom.ts";
import { count, percent, visible } from "../../shared/words.ts";

/** Lines of one layer's list: it is read, not scrolled through for ever. */
const listed = 256;

/** The channels of one layer with their shares, the least active first. `images`: how many photos were counted. */
export function channelList(layer: DeadLayer, images: number, open: (channel: number) => void): HTMLElement {
  const all = [...channelCounts(layer)].sort(
    (a, b) => a.places - b.places || a.photos - b.photos || a.channel - b.channel,
  );
  const rest = all.length - listed;
  const shares = sharesOver(images);
  const head = ["Channel", ...shares.map((kind) => shareNames[kind]), "What is wrong"].map((name) =>
    h("th", { scope: "col" }, name),
  );
  const table = h(
    "table",
    { class: "channel-list", "aria-label": `Channels of ${visible(layer.layer)}, the least active first` },
    h("thead", {}, h("tr", {}, ...head)),
    h(
      "tbody",
      {},
      ...all.slice(0, listed).map(({ channel, faults, ...own }) =>
        h(
          "tr",
          {},
          h(
            "td",
            {},
            link(String(channel), () => open(channel), `Channel ${channel} in the feature maps`),
          ),
          ...shares.map((kind) => h("td", {}, percent(own[kind]))),
          h("td", {}, faults.map((kind) => faultWords[kind]).join(", ")),
        ),
      ),
    ),
  );
  const more = `… and ${count(rest, "channel")} more that ${rest === 1 ? "is" : "are"} more active.`;
  return h("div", {}, table, ...(rest > 0 ? [h("p", { class: "dim" }, more)] : []));
}
