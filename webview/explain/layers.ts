import { layerCalled } from "../../src/shared/layer-called.ts";
import type { LayerCard } from "../../src/shared/protocol.ts";
import { shapeText } from "../../src/shared/tensor.ts";
import { visible } from "../shared/words.ts";
import type { Session } from "./session.ts";

/** The layers that have maps, in the network's order. */
export const mapLayers = (session: Session): readonly LayerCard[] =>
  session.looked?.card.layers.filter(({ spatial }) => spatial) ?? [];

/** The layer looked at: chosen, or where Grad-CAM looks unless told otherwise. */
export function layerOf(session: Session): LayerCard | undefined {
  const name = session.remembered.layer ?? session.looked?.card.defaultLayer;
  return layerCalled(session.looked?.card.layers ?? [], name);
}

/** "head/relu6 · 1280 × 7 × 7". */
export const layerText = ({ name, shape }: LayerCard): string =>
  shape ? `${visible(name)} · ${shapeText(shape.slice(1))}` : visible(name);
