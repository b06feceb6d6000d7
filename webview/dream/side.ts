import type { PathKind } from "../../src/shared/parameters.ts";
import type { LayerCard } from "../../src/shared/protocol.ts";
import { dropdown, textField } from "../shared/controls.ts";
import { fill, h, whenChanged } from "../shared/dom.ts";
import { form } from "../shared/form.ts";
import { presetRow } from "../shared/presets.ts";
import type { Region } from "../shared/region.ts";
import { shortLabel, visible } from "../shared/words.ts";
import { classPicker } from "./class-picker.ts";
import type { Session } from "./session.ts";
import type { View } from "./view.ts";

/** The part of the toolkit's element that matters here: whether its list is open. */
type Dropdown = Element & { readonly open: boolean };

const largestSeed = 2 ** 32 - 1;
/** No layer's name; and not empty, which a list would take for chosen whatever is. */
const automatic = "\u0000automatic";

/** All that can be chosen, as the technique declares it. */
export function side({ session }: View): Region {
  const what = h("section", { class: "what", "aria-label": "What" });
  const how = h("section", { class: "how", "aria-label": "How" });
  const element = h("div", { class: "settings" }, what, how);

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
        settings?.channel,
        settings?.place?.join(),
        settings?.target,
        state?.layerUsed,
        left,
      ];
    },
    () => {
      const rows = [
        ...(session.needs.includes("layer") ? layerRows(session) : []),
        ...(session.needs.includes("class") ? [classRow(session)] : []),
      ];
      const focused = what.contains(document.activeElement) ? document.activeElement : undefined;
      const isChoice = focused?.matches("vscode-dropdown") === true && !(focused as Dropdown).open; // the tag says so
      isOutdated = focused !== undefined && !isChoice && what.dataset["rows"] === String(rows.length);
      if (isOutdated) return;
      what.dataset["rows"] = String(rows.length);
      what.hidden = !rows.length;
      fill(what, h("h2", {}, "What"), ...rows);
      if (isChoice) what.querySelector<HTMLElement>("vscode-dropdown")?.focus();
    },
  );

  /** The form keeps what is typed in it: it is made anew where somebody else changed the settings. */
  let own: unknown;
  const buildHow = whenChanged(
    () => [session.technique, JSON.stringify(session.settings?.parameters), session.settings?.seed],
    () => {
      const { technique, settings } = session;
      if (!technique || !settings) return fill(how);
      const { parameters, presets } = technique;
      const same = JSON.stringify([technique.id, settings.parameters, settings.seed]);
      if (own === same) return;
      own = same;
      const take = (given: typeof settings.parameters) => {
        own = JSON.stringify([technique.id, given, session.settings?.seed]);
        session.useParameters(given);
      };
      const row =
        presets &&
        presetRow(
          presets,
          parameters,
          () => session.settings?.parameters ?? {},
          (given) => session.useParameters(given),
        );
      row?.update();
      const browse = (kind: PathKind) => session.act(session.host.browse({ kind }));
      fill(
        how,
        h("h2", {}, "How"),
        row?.element,
        form(parameters, settings.parameters, { changed: take, browse }),
        seedRow(session),
        h("p", { class: "dim about" }, technique.summary),
      );
    },
  );
  return {
    element,
    update() {
      buildWhat();
      buildHow();
    },
  };
}

function layerRows(session: Session): readonly HTMLElement[] {
  const { subject, settings, state } = session;
  const layers = subject?.card.layers.filter(({ spatial }) => spatial) ?? [];
  const used = state?.layerUsed;
  const byItself = {
    value: automatic,
    text: used === undefined || settings?.layer !== undefined ? "Automatic" : `${visible(used)} (automatic)`,
  };
  const choices = [byItself, ...layers.map((layer) => ({ value: layer.name, text: layerText(layer) }))];
  const now = layers.find(({ name, value }) => name === settings?.layer || value === settings?.layer);
  const picker = dropdown("Layer", choices, now?.name ?? automatic, (name) =>
    session.change({ layer: name === automatic ? undefined : name, channel: undefined, place: undefined }),
  );
  const [, channels, rows, columns] = (now ?? layers.find(({ name }) => name === used))?.shape ?? [];
  return [
    field("Layer", picker),
    ...(session.needs.includes("channel") ? [field("Channel", channelField(session, channels))] : []),
    ...(session.needs.includes("place") ? [field("Place", placeFields(session, rows, columns))] : []),
  ];
}

/** "fire8/concat · 512". */
const layerText = ({ name, shape }: LayerCard) => `${visible(name)}${shape?.[1] === undefined ? "" : ` · ${shape[1]}`}`;

function channelField(session: Session, count: number | undefined): HTMLElement {
  const last = count === undefined ? Infinity : count - 1;
  const range = count === undefined ? "from 0" : `from 0 to ${last}`;
  return wholeNumber({
    label: `Channel, ${range}; empty for the whole layer, or the first where there must be one`,
    placeholder: "not one alone",
    value: session.settings?.channel,
    least: 0,
    most: last,
    take: (channel) => session.change({ channel, place: undefined }),
  });
}

/** Row and column in the layer's map, empty for its centre. Where only one is given, the other is the centre's. */
function placeFields(session: Session, rows: number | undefined, columns: number | undefined): HTMLElement {
  const { place } = session.settings ?? {};
  const [middleRow, middleColumn] = [rows, columns].map((size) => Math.floor((size ?? 1) / 2)) as [number, number]; // of two, two
  const take = (row: number | undefined, column: number | undefined) =>
    session.change({
      place: row === undefined && column === undefined ? undefined : [row ?? middleRow, column ?? middleColumn],
    });
  const one = (label: string, size: number | undefined, index: 0 | 1, set: (value: number | undefined) => void) =>
    wholeNumber({
      label: `${label}, from 0${size === undefined ? "" : ` to ${size - 1}`}; empty for the centre`,
      placeholder: label.toLowerCase(),
      value: place?.[index],
      least: 0,
      most: size === undefined ? Infinity : size - 1,
      take: set,
    });
  return h(
    "div",
    { class: "place-fields" },
    one("Row", rows, 0, (row) => take(row, row === undefined ? undefined : session.settings?.place?.[1])),
    one("Column", columns, 1, (column) =>
      take(column === undefined ? undefined : session.settings?.place?.[0], column),
    ),
  );
}

const seedRow = (session: Session): HTMLElement =>
  field(
    "Seed",
    wholeNumber({
      label: "Seed of all chance",
      placeholder: "0",
      value: session.settings?.seed,
      least: 0,
      most: largestSeed,
      take: (seed) => session.change({ seed: seed ?? 0 }),
    }),
  );

interface WholeNumber {
  readonly label: string;
  readonly placeholder: string;
  readonly value: number | undefined;
  readonly least: number;
  readonly most: number;
  take(value: number | undefined): void;
}

/** A number, or nothing; the arrows step. What is neither goes back to what it was. */
function wholeNumber({ label, placeholder, value, least, most, take }: WholeNumber): HTMLElement {
  const { field } = textField(label, { class: "number-field", placeholder, title: label });
  let now = value;
  const show = () => (field.value = now === undefined ? "" : String(now));
  const set = (next: number | undefined) => {
    if (next !== now) take((now = next));
    show();
  };
  show();
  field.addEventListener("change", () => {
    const typed = field.value.trim();
    const number = Number(typed);
    if (typed === "") set(undefined);
    else if (Number.isInteger(number) && number >= least && number <= most) set(number);
    else show();
  });
  field.addEventListener("keydown", (event) => {
    const direction = event.key === "ArrowUp" ? 1 : event.key === "ArrowDown" ? -1 : 0;
    if (direction === 0) return;
    event.preventDefault();
    set(now === undefined ? least : Math.min(most, Math.max(least, now + direction)));
  });
  return field;
}

function classRow(session: Session): HTMLElement {
  const { subject, settings } = session;
  const { card } = subject ?? {};
  const target = settings?.target;
  const label = target === undefined ? "" : shortLabel(card?.labels[target] ?? `class ${target}`);
  return field(
    "Class",
    classPicker({
      labels: card?.labels ?? [],
      classes: card?.classes ?? 0,
      chosen: label,
      take: (index) => session.change({ target: index }),
    }),
  );
}

const field = (label: string, control: HTMLElement): HTMLElement =>
  h("div", { class: "field" }, h("span", { class: "label" }, label), control);
