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

const largestSeed = 2 ** 32 - 1;
/** No layer's name; and not empty, which a list would take for chosen whatever is. */
const automatic = "\u0000automatic";

/** All that can be chosen, as the technique declares it. */
export function side({ session }: View): Region {
  const what = h("section", { class: "what", "aria-label": "What" });
  const how = h("section", { class: "how", "aria-label": "How" });
  const element = h("div", { class: "settings" }, what, how);

  const buildWhat = whenChanged(
    () => {
      const { subject, settings, technique, needs, state } = session;
      return [
        subject?.card,
        technique,
        needs.join(),
        settings?.layer,
        settings?.channel,
        settings?.target,
        state?.layerUsed,
      ];
    },
    () => {
      const rows = [
        ...(session.needs.includes("layer") ? layerRows(session) : []),
        ...(session.needs.includes("class") ? [classRow(session)] : []),
      ];
      if (what.contains(document.activeElement) && what.dataset["rows"] === String(rows.length)) return; // somebody types here
      what.dataset["rows"] = String(rows.length);
      what.hidden = !rows.length;
      fill(what, h("h2", {}, "What"), ...rows);
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
      const browsePhoto = () => session.act(session.host.browsePhoto(undefined));
      fill(
        how,
        h("h2", {}, "How"),
        row?.element,
        form(parameters, settings.parameters, { changed: take, browsePhoto }),
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
    text: used === undefined || settings?.layer !== undefined ? "Automatic" : `Automatic: ${visible(used)}`,
  };
  const choices = [byItself, ...layers.map((layer) => ({ value: layer.name, text: layerText(layer) }))];
  const now = layers.find(({ name, value }) => name === settings?.layer || value === settings?.layer);
  const picker = dropdown("Layer", choices, now?.name ?? automatic, (name) =>
    session.change({ layer: name === automatic ? undefined : name, channel: undefined, place: undefined }),
  );
  const shape = (now ?? layers.find(({ name }) => name === used))?.shape;
  return [field("Layer", picker), field("Channel", channelField(session, shape?.[1]))];
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
