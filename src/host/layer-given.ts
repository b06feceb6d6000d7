import type { Current, LayerOf } from "./current.ts";
import { ModelEditors } from "./model-editor.ts";
import { Refused } from "./requests.ts";

type Known = Pick<Current, "model" | "layer">;

/**
 * The layer that a menu gives; where it gives a module, the one whose output leaves the module. A page names a layer alone:
 * the model is that of the editor in front.
 */
export function layerGiven(given: unknown, current: Known): LayerOf | undefined {
  const { model, layer, output, webview } = Object(given) as Readonly<Record<string, unknown>>; // Object() makes anything safe to ask
  const of = webview === ModelEditors.viewType ? current.model : model;
  const meant = layer ?? output;
  return typeof of === "string" && typeof meant === "string" ? { model: of, layer: meant } : undefined;
}

/** The layer of the Layers view's own row or of a model editor's own menu, or the layer looked at last. */
export function layerMeant(given: unknown, current: Known): LayerOf {
  const meant = layerGiven(given, current) ?? current.layer;
  if (!meant) throw new Refused("Choose a layer first, in the Layers view or in a model's graph.");
  return meant;
}
