import type { Given, PathKind } from "../../src/shared/parameters.ts";
import { dropdown, link, refill } from "../shared/controls.ts";
import { fill, h, whenChanged } from "../shared/dom.ts";
import { form } from "../shared/form.ts";
import { presetRow } from "../shared/presets.ts";
import type { Region } from "../shared/region.ts";
import { fillTrack } from "../shared/slider.ts";
import { aboutOf } from "./about.ts";
import { layerOf, layerText, mapLayers } from "./layers.ts";
import { offeredBy } from "./subject-words.ts";
import { opacityOf, shownPicture } from "./view.ts";
import type { View } from "./view.ts";

/** What can be turned at the technique shown: its layer, its parameters, and how it is drawn. */
export function parameters(view: View): Region {
  const { session } = view;
  const heading = h("h2", {});
  const layer = h("div", {});
  const presetPlace = h("div", {});
  const fields = h("div", {});
  const opacity = h("input", {
    type: "range",
    min: 0.1,
    max: 1,
    step: 0.05,
    "aria-label": "Opacity of the map",
    class: "slider",
  });
  const element = h(
    "section",
    { class: "parameters" },
    heading,
    layer,
    presetPlace,
    fields,
    h("div", { class: "field" }, h("span", { class: "label" }, "Opacity"), opacity),
  );
  opacity.addEventListener("input", () => {
    const { technique, opacity: before } = session.remembered;
    session.remember({ opacity: { ...before, [technique]: Number(opacity.value) } });
  });

  let built: { readonly card: unknown; readonly given: unknown; readonly asked: string } | undefined;
  const given = () => session.remembered.parameters[session.remembered.technique];
  function buildFields(): void {
    const { technique } = session;
    // What the form itself has changed it shows already: built again, it would lose the focus.
    const asked = session.target === undefined ? "no class" : session.against ? "two classes" : "a class";
    const same = built && built.card === technique && built.given === given() && built.asked === asked;
    if (same) return;
    built = { card: technique, given: given(), asked };
    heading.textContent = technique?.title ?? "";
    if (!technique) return fill(fields);
    const events = {
      changed(values: Given) {
        built = { card: technique, given: values, asked };
        session.setParameters(technique.id, values);
      },
      browse: (kind: PathKind) => session.host.browse({ kind }),
    };
    fill(fields, form(offeredBy(session), given() ?? {}, events));
  }
  const reset = link("Reset to defaults", () => session.setParameters(session.remembered.technique, undefined));
  element.append(reset);

  let presets: ReturnType<typeof presetRow> | undefined;
  const buildPresets = whenChanged(
    () => [session.technique],
    () => {
      const { technique } = session;
      presets =
        technique?.presets &&
        presetRow(
          technique.presets,
          technique.parameters,
          () => given() ?? {},
          (values) => session.setParameters(technique.id, values),
        );
      fill(presetPlace, presets?.element);
    },
  );

  const buildLayer = whenChanged(
    () => [session.looked?.card, session.technique, session.remembered.layer, aboutOf(session).layer],
    () => {
      const layers = mapLayers(session);
      layer.hidden = !aboutOf(session).layer || layers.length === 0;
      if (layer.hidden) return fill(layer);
      const byDefault = session.looked?.card.defaultLayer;
      const choices = layers.map((card) => ({
        value: card.name,
        text: layerText(card) + (card.name === byDefault || card.value === byDefault ? " (default)" : ""),
      }));
      const select = dropdown("Layer", choices, layerOf(session)?.name, (name) => session.useLayer(name));
      const shown = layerOf(session)?.name;
      const look = link(
        "Look inside this layer",
        () => void (shown !== undefined && session.act(session.host.showLayer({ layer: shown }))),
      );
      refill(layer, h("div", { class: "field layer" }, h("span", { class: "label" }, "Layer"), select), look);
    },
  );

  return {
    element,
    update() {
      buildPresets();
      presets?.update();
      buildFields();
      buildLayer();
      reset.hidden = Object.keys(given() ?? {}).length === 0;
      const picture = shownPicture(view);
      opacity.disabled = !picture;
      if (picture) opacity.value = String(opacityOf(view, session.remembered.technique, picture));
      fillTrack(opacity);
    },
  };
}
