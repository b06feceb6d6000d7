import type { InputShape } from "../../src/shared/preparation.ts";
import type { ModelCard } from "../../src/shared/protocol.ts";
import { count, visible } from "../shared/words.ts";
import { amount, costText, wholeCost } from "../../src/shared/amounts.ts";
import { dimensions } from "./amounts.ts";
import type { Session } from "./session.ts";

/** "ONNX, opset 17 · 4.65 M parameters · 0.39 GMAC · image 3 × 224 × 224 → 1000 classes", as far as it is known. */
export function factsOf({ card, structure, anatomy }: Session): string {
  const { value: known } = card;
  const nodes = structure.value?.nodes.length;
  if (!known) return nodes !== undefined ? count(nodes, "node") : structure.state.status === "failed" ? "" : "Opening…";
  const cost = anatomy.value && wholeCost(anatomy.value, known.besideLayers);
  return [
    `${visible(known.format)}, opset ${known.opset}`,
    `${amount(known.parameters)} parameters`,
    cost && costText(cost.multiplyAdds, cost.uncounted),
    flow(known),
  ]
    .filter((fact) => fact !== undefined)
    .join(" · ");
}

function flow({ picture, classes, outputs, layers }: ModelCard): string | undefined {
  const input = picture && `image ${pictureText(picture)}`;
  const [first] = outputs;
  const output =
    classes !== undefined
      ? `${classes} ${classes === 1 ? "class" : "classes"}`
      : outputs.length > 1
        ? `${outputs.length} outputs`
        : first?.shape && visible(dimensions(ofOne(first.shape)));
  return input === undefined && layers.length === 0 ? undefined : `${input ?? "no image"} → ${output ?? "?"}`;
}

type Dimensions = NonNullable<ModelCard["outputs"][number]["shape"]>;

/** Of one picture: what the file calls its batch says nothing of it. */
const ofOne = (shape: Dimensions): Dimensions =>
  shape.length > 1 && !(typeof shape[0] === "number" && shape[0] > 1) ? shape.slice(1) : shape;

/** "3 × 224 × 224"; what the file leaves open is not a number. */
function pictureText({ channels, height, width, layout, written }: InputShape): string {
  const [h, w] = layout === "NCHW" ? [2, 3] : [1, 2];
  const named = (axis: number) => visible(String(written[axis] ?? "any"));
  return [channels ?? "?", height ?? named(h), width ?? named(w)].join(" × ");
}
