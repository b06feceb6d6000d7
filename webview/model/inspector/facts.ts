import type { LayerCard } from "../../../src/shared/protocol.ts";
import type { NodeCard } from "../../../src/shared/structure.ts";
import { fill, h, whenChanged } from "../../shared/dom.ts";
import type { Region } from "../../shared/region.ts";
import { amount, costText, wholeCost } from "../../../src/shared/amounts.ts";
import { bytesText, dimensions, shareText } from "../amounts.ts";
import { nameText } from "../breakable.ts";
import { lead } from "../heading.ts";
import { nodeTrouble } from "../node-trouble.ts";
import type { Session } from "../session.ts";
import type { View } from "../view.ts";
import { centerText, fieldText } from "./field-text.ts";
import type { Fact } from "./fact.ts";
import { factRow } from "./rows.ts";
import { layerSubject, nodeSubject, unread, withoutBatch } from "./subject.ts";
import type { Subject, Typed } from "./subject.ts";
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
  const subject = node ? nodeSubject(session, node) : layer && layerSubject(session, layer);
  if (!subject) return [];
  return [
    ...rowsOf(session, subject),
    ...(node ? placeOf(session, node) : layer ? verdictsOf(session, layer, verdicts) : []),
  ];
}

/** The lines that layers and nodes have in common, in the same order. */
function rowsOf(session: Session, subject: Subject): Fact[] {
  const { operator, domain, settings, inputs, output, parameters, multiplyAdds, bytes, field, pending } = subject;
  const all = wholeCost(session.anatomy.value ?? [], session.card.value?.besideLayers).multiplyAdds;
  const weights = session.card.value?.parameters ?? 0;
  const center = field === unread ? undefined : centerText(field);
  const unknown = { value: pending ? "…" : "not known", pending };
  return [
    { name: "Operator", value: nameText(operator), more: domain },
    { name: "Attributes", ...attributesOf(session, settings) },
    ...inputs.map((input, i) => ({ name: i ? `Input ${i + 1}` : "Input", ...typeOf(input) })),
    { name: "Output", ...typeOf(output) },
    { name: "Parameters", ...(parameters === undefined ? unknown : parametersOf(parameters, subject.shared, weights)) },
    { name: "Cost", ...(multiplyAdds === undefined ? unknown : costOf(multiplyAdds, subject.uncounted, all)) },
    { name: "Memory", ...(bytes === undefined ? unknown : { value: bytesText(bytes) }) },
    { name: "Receptive field", ...(field === unread ? unknown : fieldText(field, session.card.value?.picture)) },
    ...(center === undefined ? [] : [{ name: "Centre", value: center, more: "of unit 0, 0" }]),
  ];
}

function attributesOf({ structure, node }: Session, settings: string | undefined): Pick<Fact, "value" | "pending"> {
  if (settings !== undefined) return { value: settings || "none" };
  const pending = node !== undefined || structure.state.status === "loading";
  return { value: pending ? "…" : "not known", pending };
}

function typeOf({ shape, dtype, more }: Typed): Pick<Fact, "value" | "more"> {
  return {
    value: shape ? dimensions(withoutBatch(shape)) : "not known",
    more: [dtype, more].filter(Boolean).join(", "),
  };
}

/** What other layers have counted already is no share of the whole. */
function parametersOf(parameters: number, shared: Subject["shared"], all: number): Pick<Fact, "value" | "more"> {
  const share = shareText(parameters, all);
  if (!shared) return { value: parameters ? amount(parameters) : "none", more: share };
  const together = `shared with ${nameText(shared.layer)}`;
  return parameters
    ? {
        value: amount(parameters),
        more: [share, `and ${amount(shared.parameters)} ${together}`].filter(Boolean).join(" "),
      }
    : { value: amount(shared.parameters), more: together };
}

const costOf = (multiplyAdds: number, uncounted: Subject["uncounted"], all: number): Pick<Fact, "value" | "more"> => ({
  value: costText(multiplyAdds, uncounted) ?? "none",
  more: shareText(multiplyAdds, all),
});

/** Where a node stands, and what is wrong with it. */
function placeOf(session: Session, node: NodeCard): Fact[] {
  const layer = session.layers[node.layer];
  const trouble = nodeTrouble(node, session.layers);
  return [
    {
      name: "Layer",
      value: layer ? nameText(layer.name) : "none",
      more: layer ? undefined : "no picture reaches it, or it was folded away",
      open: layer && (() => lead(() => session.selectLayer(layer.name))),
    },
    ...(trouble ? [{ name: "Trouble", value: trouble, warning: true }] : []),
  ];
}

/** What only the maps and the filters tell, when they have been looked at. Their lines are there before, so that nothing moves. */
function verdictsOf(session: Session, { name, parameters, trouble }: LayerCard, verdicts: Verdicts): Fact[] {
  const hasWeights = (session.anatomyOf(name)?.weights.length ?? parameters) > 0;
  const dead = verdicts.dead(name);
  const uncounted = session.chosenPhoto.value ? "not counted yet" : "needs a photo";
  const filters = verdicts.filters(name) ?? {
    value: hasWeights ? "not looked at yet" : "none",
    pending: hasWeights,
    open: hasWeights ? () => session.remember({ tab: "filters" }) : undefined,
  };
  return [
    {
      name: "Dead channels",
      ...(dead
        ? { ...dead, more: [dead.where, dead.more].filter(Boolean).join(", ") }
        : trouble === undefined
          ? { value: uncounted, pending: true }
          : { value: "cannot be counted" }),
      line: true,
    },
    { name: "Filters", ...filters, line: true },
  ];
}
