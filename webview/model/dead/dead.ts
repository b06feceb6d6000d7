import { button } from "../../shared/controls.ts";
import { fill, h, whenChanged } from "../../shared/dom.ts";
import type { Region } from "../../shared/region.ts";
import { count as counted, visible } from "../../shared/words.ts";
import { fileNameOf } from "../file-name.ts";
import type { ShownChannels } from "../remembered.ts";
import { needOf, needWords } from "../unit/needs.ts";
import type { View } from "../view.ts";
import { Count } from "./count.ts";
import "./dead.css";
import { csvOf, jsonOf } from "./files.ts";
import { hasFaults, rowsOf, sorted, sortedNext, totalsOf } from "./rows.ts";
import type { DeadRow, FaultKind, Sorting } from "./rows.ts";
import { deadTable } from "./table.ts";

/** Which channels of the whole net never fire, and their kin, over this photo or a folder of them. */
export function dead(view: View): Region {
  const { session } = view;
  const count = new Count(
    (over, signal) => session.host.dead({ over }, signal),
    () => session.changed(),
  );
  const sorting = (): Sorting => session.remembered.deadSorting ?? { descending: false };
  const onlyFaults = () => session.remembered.onlyFaults === true;

  const status = h("div", { class: "status" });
  const start = (over: "photo" | "folder") => void count.start(over);
  const actions = h(
    "div",
    { class: "dead-actions" },
    button("Over this photo", () => start("photo")),
    button("Over a folder…", () => start("folder")),
  );
  const bar = h("progress", { "aria-label": "Photos counted" });
  const progressWords = h("span", { class: "number" });
  const progress = h(
    "div",
    { class: "dead-progress", hidden: true },
    bar,
    progressWords,
    button("Cancel", () => count.cancel()),
  );
  const summary = h("p", {});
  const refused = h("details", { hidden: true });
  const filter = h("input", { type: "checkbox" });
  filter.addEventListener("change", () => {
    session.remember({ onlyFaults: filter.checked });
  });
  const tools = h(
    "div",
    { class: "dead-tools" },
    h("label", {}, filter, " Only layers where something is wrong"),
    h(
      "span",
      { class: "filter-save" },
      button("Save as CSV…", () => save("csv")),
      " ",
      button("Save as JSON…", () => save("json")),
    ),
  );
  const table = deadTable({
    sort(column) {
      session.remember({ deadSorting: sortedNext(sorting(), column) });
    },
    openLayer: (layer) => session.selectLayer(layer),
    open,
  });
  const frame = h("div", { class: "dead-frame" }, table.element);
  const body = h("div", { class: "dead-body" }, summary, refused, tools, frame, definitions());
  const element = h("div", { class: "dead" }, status, actions, progress, body);

  /** Those channels in the feature maps, the first of them in large. */
  function open({ layer, faults }: DeadRow, kind: FaultKind): void {
    const shown = asShown[kind];
    session.selectLayer(layer);
    session.selectChannel(faults[kind][0]);
    session.remember({ shown, tab: "maps", side: "layer" });
  }

  function save(kind: "csv" | "json"): void {
    const { report } = count;
    if (!report) return;
    const name = `${fileNameOf(session.card.value?.title ?? "model", "dead", "filters")}.${kind}`;
    const text = kind === "csv" ? csvOf(report) : jsonOf(report);
    void session.attempt(() => session.host.saveText({ name, text, kind }));
  }

  const countPhoto = whenChanged(
    () => [session.modelKey, session.photo.value],
    () => {
      if (session.hasPhoto && count.over !== "folder" && count.running !== "folder") start("photo");
    },
  );

  const buildNeed = whenChanged(
    () => [needOf(session, false), session.photo.state, count.report, count.failure],
    () => {
      const need = needOf(session, false);
      const { failure } = count;
      // A folder can be counted without a photo.
      actions.hidden = need === "trust" || need === "opening";
      fill(
        status,
        need && need !== "photo" ? needWords(session, need, "to find its dead filters") : undefined,
        need === "photo" && !count.report
          ? h(
              "p",
              { class: "empty" },
              "Choose a photo or a folder of photos: channels that stay silent on all of them are dead.",
            )
          : undefined,
        failure ? h("p", { role: "alert" }, `The count broke off: ${visible(failure.message)}`) : undefined,
      );
      const [ofPhoto] = actions.children;
      if (ofPhoto instanceof HTMLElement) ofPhoto.hidden = need === "photo";
    },
  );

  const buildProgress = whenChanged(
    () => [count.running, count.progress],
    () => {
      const { running, progress: now } = count;
      progress.hidden = running === undefined;
      bar.max = now?.total ?? 1;
      if (now) bar.value = now.done;
      else bar.removeAttribute("value");
      progressWords.textContent = now
        ? `${now.done.toLocaleString("en")} of ${counted(now.total, "photo")}`
        : "Running the network…";
      if (now && now.total > 1) view.announce(progressWords.textContent, true);
    },
  );

  const build = whenChanged(
    () => [count.report, count.partial, count.over, count.running, session.remembered.deadSorting, onlyFaults()],
    () => {
      const { report, running } = count;
      body.hidden = !report;
      if (!report) return;
      const all = rowsOf(report);
      filter.checked = onlyFaults();
      const chosen = onlyFaults() ? all.filter(hasFaults) : all;
      fill(summary, summaryOf(all, report.images));
      refused.hidden = report.refused.length === 0;
      fill(
        refused,
        h("summary", {}, `${counted(report.refused.length, "file")} could not be read`),
        h("ul", {}, ...report.refused.map(({ image, why }) => h("li", {}, `${visible(image)}: ${visible(why)}`))),
      );
      table.show(sorted(chosen, sorting()), all, sorting());
      if (running === undefined) view.announce(summary.textContent);
    },
  );

  function summaryOf(all: readonly DeadRow[], images: number): string {
    const { channels, counts } = totalsOf(all);
    const where = count.over === "photo" ? "this photo" : counted(images, "photo");
    const silent = `${counts.dead.toLocaleString("en")} of ${counted(channels, "channel")} ${counts.dead === 1 ? "is" : "are"} never active on ${where}`;
    const broken =
      count.partial && count.running === undefined ? " The count was broken off: this is as far as it came." : "";
    const few =
      count.over === "photo" && counts.dead > 0
        ? " A channel that is silent on one photo may well fire on others: count over a folder."
        : "";
    return `${silent}.${few}${broken}`;
  }

  return {
    element,
    update() {
      const need = needOf(session, false);
      if (need === undefined) countPhoto();
      buildNeed();
      buildProgress();
      build();
    },
  };
}

const asShown: Readonly<Record<FaultKind, ShownChannels>> = {
  dead: "dead",
  nearlyDead: "nearly dead",
  saturated: "saturated",
  constant: "constant",
  duplicates: "doubled",
};

const terms: readonly (readonly [string, string])[] = [
  ["Never active", "dead: the sum over the set is zero, as keras-contrib’s dead-ReLU detector has it."],
  ["Nearly never", "active at fewer than one in a thousand places."],
  ["Saturated", "at the activation’s upper bound (ReLU6’s 6) at more than 95 % of places."],
  ["Constant", "the same value everywhere on all photos, and not zero."],
  ["Duplicates", "channels that say the same as another everywhere: correlation above 0.999."],
];

const definitions = (): HTMLElement =>
  h(
    "dl",
    { class: "definitions dim" },
    ...terms.flatMap(([term, meaning]) => [h("dt", {}, term), h("dd", {}, meaning)]),
    h("dt", {}, "Active"),
    h("dd", {}, "above zero behind a rectifier; elsewhere beyond a thousandth of the layer’s greatest magnitude."),
  );
