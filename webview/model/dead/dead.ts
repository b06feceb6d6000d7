import { button, link } from "../../shared/controls.ts";
import { fill, h, whenChanged } from "../../shared/dom.ts";
import { Fetched } from "../../shared/fetched.ts";
import { faultKinds, gapsOf, noneFound } from "../../../src/shared/dead.ts";
import type { FaultKind } from "../../../src/shared/dead.ts";
import type { CountedDead } from "../../../src/shared/model-panel.ts";
import { preparedWords } from "../../../src/shared/preparation.ts";
import { zeroedWords } from "../../../src/shared/zeroed-inputs.ts";
import type { Region } from "../../shared/region.ts";
import { count as counted, visible } from "../../shared/words.ts";
import { fileNameOf } from "../file-name.ts";
import { lead } from "../heading.ts";
import { choosePhoto } from "../photo-picker.ts";
import type { ShownChannels } from "../remembered.ts";
import type { Host } from "../session.ts";
import { needOf, needWords } from "../unit/needs.ts";
import type { View } from "../view.ts";
import { Count } from "./count.ts";
import type { Over } from "./count.ts";
import "./dead.css";
import { definitions } from "./definitions.ts";
import { channelsCsvOf, csvOf, jsonOf } from "./files.ts";
import { framed } from "./frame.ts";
import { foundIn, hasFaults, rowsOf, sorted, sortedNext } from "./rows.ts";
import type { DeadRow, Sorting } from "./rows.ts";
import { deadTable } from "./table.ts";
import { showUncomputed } from "./uncomputed.ts";
import { folderName, listedWords, momentWords, namesOf, summaryOf } from "./words.ts";

/** Which channels of the whole net never fire, and their kin, over this photo or a folder of them. */
export function dead(view: View): Region {
  const { session } = view;
  const count: Count = new Count(
    (over, signal) => session.host.dead({ over }, signal),
    () => {
      if (chosen !== undefined && count.over === chosen && count.running === chosen) remember(chosen);
      if (count.failure) countedFor = session.plainPhotoKey; // it is told until another photo is counted
      session.changed();
    },
  );
  /** What the person asked for, until there is something of it: a dialog may be left. */
  let chosen: Over | undefined;
  const remember = (over: Over) => {
    chosen = undefined;
    session.remember({ deadOver: over });
  };
  const kept = new Fetched<Awaited<ReturnType<Host["keptDead"]>>>(() => session.changed());
  const sorting = (): Sorting => session.remembered.deadSorting ?? { descending: false };
  /** What is counted is the photo as it is. */
  const isPainted = () => session.remembered.strokes.length > 0;
  const onlyFaults = () => session.remembered.onlyFaults === true;

  const status = h("div", { class: "status" });
  const overPhoto = () => {
    remember("photo");
    startPhoto();
  };
  const overFolder = async (asked: "folder" | "running") => {
    chosen = "folder";
    if (count.running === "photo") countedFor = ""; // the dialog may be left, or the folder's count cancelled
    await count.start(asked);
    kept.forget(); // it may be another table now, or go on unseen
    session.changed();
  };
  const ofPhoto = button("Over this photo", overPhoto);
  const choosing = button("Choose a photo", () => void choosePhoto(session));
  const earlier = h("span", {});
  const actions = h(
    "div",
    { class: "dead-actions" },
    ofPhoto,
    choosing,
    button("Over a folder…", () => void overFolder("folder")),
    earlier,
  );
  const bar = h("progress", { "aria-label": "Photos counted" });
  const progressWords = h("span", { class: "number" });
  const progress = h(
    "div",
    { class: "dead-progress", hidden: true },
    bar,
    progressWords,
    button("Cancel", () => {
      if (count.running === "folder") void session.attempt(() => session.host.cancelDead(undefined));
      count.cancel();
    }),
  );
  const summary = h("p", {});
  const moment = h("p", { class: "dead-moment dim" });
  const prepared = h("p", { class: "dead-prepared dim" });
  const zeroed = h("p", { class: "dead-zeroed" });
  const refused = h("details", { hidden: true });
  const uncomputed = h("details", { class: "dead-uncomputed", hidden: true });
  const filter = h("input", { type: "checkbox" });
  filter.addEventListener("change", () => {
    session.remember({ onlyFaults: filter.checked });
  });
  const asDocument = button("Open as a document", report);
  const tools = h(
    "div",
    { class: "dead-tools" },
    h("label", {}, filter, " Only layers where something is wrong"),
    h(
      "span",
      { class: "filter-save" },
      button("Save as CSV…", () => save("csv", csvOf)),
      button("Save channels as CSV…", () => save("csv", channelsCsvOf, "channels")),
      button("Save as JSON…", () => save("json", jsonOf)),
      asDocument,
    ),
  );
  const openLayer = (layer: string) => lead(() => session.selectLayer(layer));
  const table = deadTable({
    sort(column) {
      session.remember({ deadSorting: sortedNext(sorting(), column) });
    },
    openLayer,
    open: (row, kind) => lead(() => open(row, kind)),
    openChannel: (layer, channel) =>
      lead(() => {
        session.selectLayer(layer);
        session.selectChannel(channel);
        session.remember({ shown: "all", tab: "maps", side: "layer" });
      }),
  });
  const absent = h("p", { class: "dead-absent" });
  const meanings = h("div", {});
  const told = [summary, moment, prepared, zeroed, refused, uncomputed];
  const parts = [...told, tools, framed(table.element), absent, meanings];
  const body = h("div", { class: "dead-body" }, ...parts);
  const element = h("div", { class: "dead" }, status, actions, progress, body);

  /**
   * Those channels in the feature maps, the first of them in large. Over a folder they are listed one by one: on the photo
   * that is looked at, others may be silent; and so on the photo that was painted on since. Duplicates are always listed:
   * the table knows them by their numbers, the maps by the bytes that are shown.
   */
  function open({ layer, faults }: DeadRow, kind: FaultKind): void {
    const channels = faults[kind];
    const { report } = count;
    session.selectLayer(layer);
    session.selectChannel(channels[0]);
    const asOfPhoto = count.over === "photo" && !isPainted() && kind !== "duplicates" ? asShown[kind] : undefined;
    const shown =
      report && asOfPhoto === undefined
        ? {
            shown: "listed" as const,
            listed: { layer, channels, words: listedWords(kind, channels.length, report, isPainted()) },
          }
        : { shown: asOfPhoto ?? "all" };
    session.remember({ ...shown, tab: "maps", side: "layer" });
  }

  function save(kind: "csv" | "json", write: typeof jsonOf, ...more: readonly string[]): void {
    const { report } = count;
    if (!report) return;
    const name = `${fileNameOf(session.card.value?.title ?? "model", "dead", "filters", ...more)}.${kind}`;
    void session.attempt(() => session.host.saveText({ name, text: write(report), kind }));
  }

  function report(): void {
    const { over } = count;
    if (over) void session.attempt(() => session.host.deadReport({ over }));
  }

  /**
   * What an earlier window counted, and what goes on in the background, is taken up before anything is counted anew; but for
   * who chose the photo's table.
   */
  const takeUp = whenChanged(
    () => [kept.state],
    () => {
      const { state } = kept;
      if (state.status !== "ready") return;
      const isRevealed = session.deadAsked !== revealed;
      revealed = session.deadAsked;
      const isIdle = count.running === undefined;
      const { deadOver } = session.remembered;
      const isPhotoWanted = deadOver !== "folder" && session.hasPhoto;
      const { counted, running } = state.value;
      if (isPhotoWanted && isRevealed) {
        if ((count.running ?? count.over) === "folder") startPhoto();
      } else if (count.running === "folder") return;
      else if (running && deadOver !== "photo") void overFolder("running");
      else if (isPhotoWanted) {
        if (isIdle && count.over === "folder" && countedFor !== session.plainPhotoKey) startPhoto();
      } else if (counted && ((isIdle && !count.failure) || isRevealed) && !isShown(counted)) count.show(counted);
    },
  );
  /** How often it was asked for from elsewhere what is shown. */
  let revealed = session.deadAsked;
  /** That table or a later one: what was broken off since then stays in sight. */
  const isShown = ({ when }: CountedDead) => count.over === "folder" && (count.report?.when ?? 0) >= when;
  const countPhoto = whenChanged(
    () => [session.modelKey, session.photo.value, kept.state.status, count.running],
    () => {
      if (!session.hasPhoto || kept.state.status === "loading" || kept.state.status === "idle") return;
      if (count.over !== "folder" && count.running !== "folder" && countedFor !== session.plainPhotoKey) startPhoto();
    },
  );
  /** The photo that was counted already, or is being; or that is not to be counted unasked. */
  let countedFor = "";
  function startPhoto(): void {
    chosen = undefined;
    countedFor = session.plainPhotoKey;
    void count.start("photo");
  }

  function showEarlier(before: CountedDead): void {
    remember("folder");
    count.show(before);
  }
  function showRunning(): void {
    remember("folder");
    void overFolder("running");
  }
  const buildEarlier = whenChanged(
    () => [kept.state, count.over, count.running, session.remembered.deadOver],
    () => {
      const { counted: before, running = false } = kept.value ?? {};
      const isFollowed = count.running === "folder";
      const offered =
        before?.folder !== undefined && count.over !== "folder" && !isFollowed
          ? `Over ${visible(folderName(before.folder))}, ${momentWords(before.when)}`
          : undefined;
      fill(
        earlier,
        running && !isFollowed && session.remembered.deadOver === "photo"
          ? link("Show the count over the folder", showRunning, "The count over a folder that is running")
          : undefined,
        " ",
        before && offered && link(offered, () => showEarlier(before), `The table of earlier: ${offered}`),
      );
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
      ofPhoto.hidden = need === "photo";
      choosing.hidden = need !== "photo";
    },
  );

  const buildProgress = whenChanged(
    () => [count.running, count.progress],
    () => {
      const { running, progress: now } = count;
      progress.hidden = running === undefined;
      // The folder is asked for first, and what another job has begun comes before: a bar that moves would say that it runs.
      bar.hidden = running === "folder" && !now;
      bar.max = now?.total ?? 1;
      if (now) bar.value = now.done;
      else bar.removeAttribute("value");
      progressWords.textContent = now
        ? `${now.done.toLocaleString("en")} of ${counted(now.total, "photo")}`
        : running === "folder"
          ? "Nothing counted yet"
          : "Running the network…";
      if (now && now.total > 1) view.announce(progressWords.textContent, true);
    },
  );

  const build = whenChanged(
    () => [
      ...[count.report, count.partial, count.over, count.running, kept.state],
      ...[session.remembered.deadSorting, onlyFaults(), isPainted(), session.card.value],
    ],
    () => {
      const { report, running } = count;
      body.hidden = !report;
      if (!report) return;
      const all = rowsOf(report);
      filter.checked = onlyFaults();
      const chosen = onlyFaults() ? all.filter(hasFaults) : all;
      fill(summary, summaryOf(count, report, all, isPainted()));
      asDocument.hidden = count.partial; // only whole tables are kept
      const outdated = kept.value?.outdated === true && kept.value.counted?.when === report.when;
      moment.hidden = count.over !== "folder";
      moment.title = visible(report.folder ?? "");
      fill(
        moment,
        `Counted on ${momentWords(report.when)}.`,
        outdated
          ? h("span", { class: "outdated" }, " The model’s file or its preprocessing has changed since: count again.")
          : undefined,
      );
      const zeros = session.card.value && zeroedWords(session.card.value);
      zeroed.hidden = zeros === undefined;
      fill(zeroed, zeros);
      prepared.hidden = !report.prepared;
      fill(prepared, report.prepared && `Seen as ${visible(preparedWords(report.prepared))}.`);
      refused.hidden = report.refused.length === 0;
      fill(
        refused,
        h("summary", {}, `${counted(report.refused.length, "file")} could not be read`),
        h("ul", {}, ...report.refused.map(({ image, why }) => h("li", {}, `${visible(image)}: ${visible(why)}`))),
      );
      showUncomputed(uncomputed, report, openLayer);
      const kinds = foundIn(all);
      const missing = faultKinds.filter((kind) => !kinds.includes(kind));
      const none = noneFound(missing, report.layers);
      fill(absent, [...(none === undefined ? [] : [none]), ...gapsOf(report, namesOf)].join(" "));
      table.show(sorted(chosen, sorting()), all, kinds, sorting(), report.images);
      fill(meanings, definitions(report.images));
      if (running === undefined) view.announce(summary.textContent);
    },
  );

  return {
    element,
    update() {
      const need = needOf(session, false);
      if (need === undefined || need === "photo") {
        kept.ask(`${session.modelKey} ${session.deadAsked}`, (signal) => session.host.keptDead(undefined, signal));
        takeUp();
      }
      if (need === undefined) countPhoto();
      for (const part of [buildEarlier, buildNeed, buildProgress, build]) part();
    },
  };
}

const asShown: Readonly<Record<Exclude<FaultKind, "duplicates">, ShownChannels>> = {
  dead: "dead",
  nearlyDead: "nearly dead",
  saturated: "saturated",
  constant: "constant",
  broken: "broken",
};
