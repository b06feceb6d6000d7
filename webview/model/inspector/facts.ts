import type { LayerAnatomy } from "../../../src/shared/inside.ts";
import type { LayerCard } from "../../../src/shared/protocol.ts";
import type { NodeCard } from "../../../src/shared/structure.ts";
import { fill, h, whenChanged } from "../../shared/dom.ts";
import type { Region } from "../../shared/region.ts";
import { count } from "../../shared/words.ts";
import { amount, bytesText, costText, dimensions } from "../amounts.ts";
import type { Session } from "../session.ts";
import type { View } from "../view.ts";
import { centerText, fieldText } from "./field-text.ts";
import { factRow } from "./rows.ts";
import type { Fact } from "./fact.ts";
import { Verdicts } from "./verdicts.ts";

/** What is known of the chosen layer or node, in one table. */
export function facts({ session }: View): Region {
  const element = h("dl", { class: "facts" });
  const verdicts = new Verdicts(session);
  const build = whenChanged(
    () => [JSON.stringify(known(session, verdicts))],
    () => {
      const rows = known(session, verdicts);
      element.hidden = rows.length === 0;
      fill(element, ...rows.map(factRow));
    },
  );
  return { element, update: build };
}

function known(session: Session, verdicts: Verdicts): Fact[] {
  const { node, layer } = session;
  if (node) return ofNode(session, node);
  return layer
    ? [...ofLayer(session, layer, session.anatomyOf(layer.name)), ...verdictsOf(session, layer, verdicts)]
    : [];
}

function ofLayer(session: Session, layer: LayerCard, anatomy: LayerAnatomy | undefined): Fact[] {
  const all = session.anatomy.value?.reduce((sum, { multiplyAdds }) => sum + multiplyAdds, 0) ?? 0;
  const field = anatomy?.field;
  return [
    {
      name: "Output",
      value: layer.shape ? dimensions(withoutBatch(layer.shape)) : "known only when it runs",
      more: "float32",
    },
    {
      name: "Parameters",
      value: layer.parameters ? amount(layer.parameters) : "none",
      more: share(layer.parameters, session),
    },
    ...(anatomy
      ? [
          { name: "Cost", value: costText(anatomy.multiplyAdds, all) },
          { name: "Memory", value: bytesText(anatomy.bytes) },
          { name: "Receptive field", ...fieldText(field, session.card.value?.picture) },
          ...(field && !field.whole ? [{ name: "Centre", value: centerText(field), more: "of unit 0, 0" }] : []),
        ]
      : []),
  ];
}

/** What only the maps and the filters tell, when they have been looked at. Their lines are there before, so that nothing moves. */
function verdictsOf(session: Session, { name, parameters }: LayerCard, verdicts: Verdicts): Fact[] {
  const dead = verdicts.dead(name);
  const filters = verdicts.filters(name) ?? {
    value: parameters > 0 ? "not judged yet" : "none",
    pending: parameters > 0,
  };
  return [
    {
      name: "Dead channels",
      ...(dead
        ? { ...dead, more: ["on this photo", dead.more].filter(Boolean).join(", ") }
        : { value: session.hasPhoto ? "not counted yet" : "needs a photo", pending: true }),
      line: true,
    },
    { name: "Filters", ...filters, line: true },
  ];
}

/** One picture's: the batch axis says nothing. */
const withoutBatch = (shape: readonly number[]) => (shape.length > 1 && shape[0] === 1 ? shape.slice(1) : shape);

function share(parameters: number, { card }: Session): string | undefined {
  const all = card.value?.parameters ?? 0;
  return parameters && all ? `${((100 * parameters) / all).toPrecision(2)} %` : undefined;
}

function ofNode(session: Session, node: NodeCard): Fact[] {
  const values = session.structure.value?.values ?? [];
  const output = values[node.outputs.find((each) => each >= 0) ?? -1];
  const shape = output?.shape;
  const layer = session.layers[node.layer];
  return [
    { name: "Operator", value: node.op, more: node.domain },
    ...(node.detail ? [{ name: "Setting", value: node.detail }] : []),
    {
      name: "Output",
      value: shape ? dimensions(shape) : "shape not known",
      more: [output?.dtype, node.outputs.length > 1 ? `the first of ${count(node.outputs.length, "output")}` : ""]
        .filter(Boolean)
        .join(", "),
    },
    {
      name: "Layer",
      value: layer ? layer.name : "none",
      more: layer ? undefined : "no picture reaches it, or it was folded away",
      open: layer && (() => session.selectLayer(layer.name)),
    },
    ...(node.trouble ? [{ name: "Trouble", value: node.trouble, warning: true }] : []),
  ];
}
