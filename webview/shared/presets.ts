import type { Given, Presets, Schema } from "../../src/shared/parameters.ts";
import { link } from "./controls.ts";
import { h } from "./dom.ts";
import { hasPreset, withPreset } from "./preset-values.ts";
import { parameterWords } from "./relevant.ts";

/** Values that go together, each set one click away. `take` gets what then differs from the defaults. */
export function presetRow(
  presets: Presets,
  schema: Schema,
  given: () => Given,
  take: (given: Given) => void,
): { readonly element: HTMLElement; update(): void } {
  const buttons = Object.values(presets).map(({ label, parameters }) => {
    const words = parameterWords(only(schema, parameters), parameters).join("; ");
    const button = link(label, () => take(withPreset(schema, given(), parameters)), `${label}: ${words}`);
    button.title = words;
    return { button, label, parameters };
  });
  const element = h(
    "div",
    { class: "field", role: "group", "aria-label": "Presets" },
    h("span", { class: "label" }, "Preset"),
    h("span", {}, ...buttons.flatMap(({ button }, i) => (i ? [" · ", button] : [button]))),
  );
  return {
    element,
    update() {
      for (const { button, label, parameters } of buttons) {
        const pressed = hasPreset(schema, given(), parameters);
        button.textContent = pressed ? `✓ ${label}` : label;
        button.setAttribute("aria-pressed", String(pressed));
      }
    },
  };
}

const only = (schema: Schema, preset: Given): Schema =>
  Object.fromEntries(Object.entries(schema).filter(([key]) => Object.hasOwn(preset, key)));
