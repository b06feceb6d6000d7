import type { PathKind } from "../../src/shared/parameters.ts";
import { fill, h, whenChanged } from "../shared/dom.ts";
import { form } from "../shared/form.ts";
import { presetRow } from "../shared/presets.ts";
import { firstProblem, problemChanged } from "../shared/problem.ts";
import type { Region } from "../shared/region.ts";
import { shortLabel } from "../shared/words.ts";
import { classPicker, nowKnown } from "./class-picker.ts";
import { examples } from "./examples.ts";
import { field, wholeNumber } from "./fields.ts";
import { channelsOf, withinLayer } from "./layer-bounds.ts";
import { layersListed } from "./layer-list.ts";
import { layerRows } from "./layer-rows.ts";
import type { Session } from "./session.ts";
import { summaryOf } from "./summary.ts";
import type { View } from "./view.ts";

/** The part of the toolkit's element that matters here: whether its list is open. */
type Dropdown = Element & { readonly open: boolean };

const largestSeed = 2 ** 32 - 1;

/** All that can be chosen, as the technique declares it; what fires a channel stands where that is chosen. */
export function side(view: View): Region {
  const { session } = view;
  const what = h("section", { class: "what", "aria-label": "What" });
  const how = h("section", { class: "how", "aria-label": "How" });
  const about = h("p", { class: "dim about" });
  const photos = examples(view);
  const element = h("div", { class: "settings" }, what, photos.element, how);
  /** Nothing begins with other values than are shown. */
  const check = () => {
    const invalid = firstProblem(element);
    if (invalid === session.invalid) return;
    session.invalid = invalid;
    session.changed();
  };
  element.addEventListener(problemChanged, check);

  /** While somebody types there, or has a list open, what is shown stays; it is made anew when the focus has left. */
  let left = 0;
  let isOutdated = false;
  what.addEventListener("focusout", ({ relatedTarget }: FocusEvent) => {
    if (!isOutdated || what.contains(relatedTarget as Node | null)) return;
    left++;
    session.changed();
  });
  const buildWhat = whenChanged(
    () => {
      const { subject, settings, technique, needs, state } = session;
      return [
        subject?.card,
        technique,
        needs.join(),
        settings?.layer,
        JSON.stringify(layersListed(session)),
        settings?.channel,
        settings?.place?.join(),
        settings?.target,
        state?.layerUsed,
        left,
      ];
    },
    () => {
      const rows = [...layerRows(session), ...(session.needs.includes("class") ? [classRow(session)] : [])];
      const focused = what.contains(document.activeElement) ? (document.activeElement ?? undefined) : undefined;
      const kind = `${rows.length} ${layersListed(session).length}`;
      isOutdated = focused !== undefined && isBusy(focused) && what.dataset["kind"] === kind;
      if (isOutdated) return void focused?.closest(".class-picker")?.dispatchEvent(new Event(nowKnown));
      what.dataset["kind"] = kind;
      what.hidden = !rows.length;
      const called = focused?.getAttribute("aria-label") ?? focused?.textContent;
      fill(what, h("h2", {}, "What"), ...rows);
      if (focused) focusOn(what, called);
    },
  );

  /** The form keeps what is typed in it: it is made anew where somebody else changed the settings. */
  let own: unknown;
  const buildHow = whenChanged(
    () => [
      session.technique,
      JSON.stringify(session.settings?.parameters),
      session.settings?.seed,
      layersListed(session).length > 0,
      channelsOf(session)?.channels,
    ],
    () => {
      const { technique, settings } = session;
      if (!technique || !settings) return fill(how);
      const { presets } = technique;
      const areChosen = layersListed(session).length > 0;
      const channels = channelsOf(session)?.channels;
      const chosen = Object.entries(technique.parameters).filter(
        ([, { unlessLayers }]) => !(areChosen && unlessLayers),
      );
      const parameters = withinLayer(Object.fromEntries(chosen), channels);
      const formOf = (given: typeof settings.parameters) =>
        JSON.stringify([technique.id, given, session.settings?.seed, parameters]);
      const same = formOf(settings.parameters);
      if (own === same) return;
      own = same;
      const take = (given: typeof settings.parameters) => {
        own = formOf(given);
        session.change({ parameters: given });
      };
      const row =
        presets &&
        presetRow(
          presets,
          parameters,
          () => session.settings?.parameters ?? {},
          (given) => session.change({ parameters: given }),
        );
      row?.update();
      const browse = (kind: PathKind) => session.act(session.host.browse({ kind }));
      fill(
        how,
        h("h2", {}, "How"),
        row?.element,
        form(parameters, settings.parameters, { changed: take, browse }, { sliders: true }),
        seedRow(session),
        about,
      );
    },
  );
  const describe = whenChanged(
    () => [summaryOf(session)],
    () => (about.textContent = summaryOf(session)),
  );
  return {
    element,
    update() {
      buildWhat();
      photos.update();
      buildHow();
      describe();
      check(); // a field may have come, or gone, with what is wrong in it
    },
  };
}

/** Whether somebody types there, or looks at a list that is open. */
const isBusy = (focused: Element): boolean =>
  focused.matches("vscode-dropdown") ? (focused as Dropdown).open : !focused.matches("button"); // the tag says so

/** On what is called as before; where that is gone, on what comes last of its group: a way to add one. */
function focusOn(what: HTMLElement, called: string | null | undefined): void {
  const all = [...what.querySelectorAll<HTMLElement>("vscode-dropdown, vscode-text-field, button")];
  const same = all.find((one) => (one.getAttribute("aria-label") ?? one.textContent) === called);
  (same ?? all.find((one) => one.matches(".layer-list > button")))?.focus();
}

const seedRow = (session: Session): HTMLElement =>
  field(
    "Seed",
    wholeNumber({
      name: "Seed",
      label: "Seed of all chance",
      placeholder: "0",
      value: session.settings?.seed,
      least: 0,
      most: largestSeed,
      take: (seed) => session.change({ seed: seed ?? 0 }),
    }),
  );

function classRow(session: Session): HTMLElement {
  const known = () => session.subject?.card;
  const target = session.settings?.target;
  const label = target === undefined ? "" : shortLabel(known()?.labels[target] ?? `class ${target}`);
  return field(
    "Class",
    classPicker({
      known,
      chosen: label,
      take: (index) => session.change({ target: index }),
    }),
  );
}
