import type { NodeValue, Structure } from "../../../src/shared/structure.ts";
import { link } from "../../shared/controls.ts";
import { fill, h } from "../../shared/dom.ts";
import { visible } from "../../shared/words.ts";
import { dimensions } from "../amounts.ts";
import { breakable } from "../breakable.ts";
import type { Session } from "../session.ts";
import { neighboursOf } from "./neighbours.ts";

/** Of a tensor that many read, so many readers are named. */
const named = 8;

/** What a node reads or writes, a line each: its role, name and type, and where the tensor comes from or goes to. */
export function valueTable(
  session: Session,
  structure: Structure,
  title: string,
  direction: "in" | "out",
  list: readonly NodeValue[],
): HTMLElement | undefined {
  if (list.length === 0) return undefined;
  const head = ["Role", "Name", "Type", direction === "in" ? "Comes from" : "Goes to"];
  return h(
    "table",
    { class: "values" },
    h("caption", {}, title),
    h("thead", {}, h("tr", {}, ...head.map((name) => h("th", { scope: "col" }, name)))),
    h("tbody", {}, ...list.map((each) => line(session, structure, direction, each))),
  );
}

function line(
  session: Session,
  structure: Structure,
  direction: "in" | "out",
  { value, role }: NodeValue,
): HTMLElement {
  const card = structure.values[value];
  if (!card) return h("tr", {}, h("td", {}, visible(role)), h("td", { colspan: 3, class: "dim" }, "left out"));
  const type = [card.dtype, card.shape ? dimensions(card.shape) : ""].filter(Boolean).join(" ");
  const ends = direction === "in" ? comesFrom(session, structure, value) : goesTo(session, structure, value);
  return h(
    "tr",
    {},
    h("td", {}, visible(role)),
    h("td", { class: "name" }, ...breakable(card.name)),
    h("td", { class: "type" }, visible(type) || "not known"),
    h("td", {}, ...ends),
  );
}

function comesFrom(session: Session, structure: Structure, value: number): (Node | string)[] {
  const card = structure.values[value];
  if (card?.weight)
    return [
      link(
        "a weight of the file",
        () => session.remember({ weight: card.name, tab: "weights" }),
        `${visible(card.name)}: its numbers`,
      ),
    ];
  const writer = neighboursOf(structure).writer.get(value);
  if (writer !== undefined) return [toNode(session, structure, writer)];
  return [structure.inputs.includes(value) ? "the network’s input" : "nowhere: nothing writes it"];
}

function goesTo(session: Session, structure: Structure, value: number): (Node | string)[] {
  const readers = neighboursOf(structure).readers.get(value) ?? [];
  const links = readers.slice(0, named).map((node) => toNode(session, structure, node));
  const rest = readers.length - named;
  const ends: (Node | string)[] = links.flatMap((each, i) => (i === 0 ? [each] : [", ", each]));
  if (rest > 0) ends.push(` and ${rest.toLocaleString("en")} more`);
  if (structure.outputs.includes(value)) ends.push(ends.length ? ", " : "", "the network’s output");
  return ends.length ? ends : ["nowhere: nobody reads it"];
}

function toNode(session: Session, structure: Structure, place: number): HTMLElement {
  const node = structure.nodes[place];
  const name = node?.name || node?.op || "?";
  const element = link("", () => session.selectNode(place), `${visible(name)}, ${visible(node?.op ?? "")}`);
  fill(element, ...breakable(name));
  return element;
}
