import type { AttributeMessage, GraphMessage, NodeMessage, ValueMessage } from "./messages.ts";
import { emptyTensor, parseEntry, parseTensor } from "./parse-tensor.ts";
import { parseValue } from "./parse-value.ts";
import type { Wire } from "./wire.ts";

/** The standard operators' domain has two spellings. */
export const domainOf = (written: string) => (written === "ai.onnx" ? "" : written);

export const emptyGraph = (): GraphMessage => ({
  name: "",
  nodes: [],
  initializers: [],
  sparse: [],
  inputs: [],
  outputs: [],
  values: [],
});

/** GraphProto, added to what is known of the graph. */
export function parseGraph(wire: Wire, graph: GraphMessage): GraphMessage {
  const value = (name: string, list: ValueMessage[]) => list.push(wire.message(name, () => parseValue(wire)));
  while (wire.next()) {
    switch (wire.field) {
      case 1:
        graph.nodes.push(wire.message("node", () => parseNode(wire)));
        break;
      case 2:
        graph.name = wire.text("name");
        break;
      case 5:
        graph.initializers.push(wire.message("initializer", () => parseTensor(wire, emptyTensor())));
        break;
      case 11:
        value("input", graph.inputs);
        break;
      case 12:
        value("output", graph.outputs);
        break;
      case 13:
        value("value_info", graph.values);
        break;
      case 15:
        graph.sparse.push(wire.message("sparse_initializer", () => parseSparseName(wire)));
        break;
      default:
        wire.skip();
    }
  }
  return graph;
}

/** A sparse tensor goes by the name of its values. */
function parseSparseName(wire: Wire): string {
  const values = emptyTensor();
  while (wire.next()) {
    if (wire.field === 1) wire.message("values", () => parseTensor(wire, values));
    else wire.skip();
  }
  return values.name;
}

const noAttributes: readonly AttributeMessage[] = [];
const noMetadata: ReadonlyMap<string, string> = new Map();

/** Stack traces are kept beside names of scopes; only the latter are short and of use. */
const longestMetadata = 512;

/** NodeProto. */
export function parseNode(wire: Wire): NodeMessage {
  const inputs: string[] = [];
  const outputs: string[] = [];
  const attributes: AttributeMessage[] = [];
  let metadata: Map<string, string> | undefined;
  const node: NodeMessage = {
    name: "",
    op: "",
    domain: "",
    overload: "",
    inputs,
    outputs,
    attributes: noAttributes,
    metadata: noMetadata,
    offset: wire.position,
  };
  while (wire.next()) {
    switch (wire.field) {
      case 1:
        inputs.push(wire.text("input"));
        break;
      case 2:
        outputs.push(wire.text("output"));
        break;
      case 3:
        node.name = wire.text("name");
        break;
      case 4:
        node.op = wire.text("op_type");
        break;
      case 5:
        attributes.push(parseAttribute(wire));
        break;
      case 7:
        node.domain = domainOf(wire.text("domain"));
        break;
      case 8:
        node.overload = wire.text("overload");
        break;
      case 9:
        wire.message("metadata_props", () => parseEntry(wire, (metadata ??= new Map<string, string>())));
        break;
      default:
        wire.skip();
    }
  }
  if (attributes.length) node.attributes = attributes;
  if (metadata) node.metadata = new Map([...metadata].filter(([, { length }]) => length <= longestMetadata));
  return node;
}

/** AttributeProto. */
export function parseAttribute(wire: Wire): AttributeMessage {
  return wire.message("attribute", () => {
    const attribute: AttributeMessage = { name: "", type: 0, reference: "", span: wire.rest() };
    while (wire.next()) parseAttributeField(wire, attribute);
    return attribute;
  });
}

function parseAttributeField(wire: Wire, attribute: AttributeMessage): void {
  switch (wire.field) {
    case 1:
      attribute.name = wire.text("name");
      break;
    case 2:
      attribute.float = wire.float("f");
      break;
    case 3:
      attribute.int = wire.integer("i");
      break;
    case 4:
      attribute.text = wire.text("s");
      break;
    case 5: {
      const tensor = (attribute.tensor ??= emptyTensor());
      wire.message("t", () => parseTensor(wire, tensor));
      break;
    }
    case 6: {
      const graph = (attribute.graph ??= emptyGraph());
      wire.message("g", () => parseGraph(wire, graph));
      break;
    }
    case 7: {
      const found = wire.fixedOrSpan("floats", 4);
      const floats = (attribute.floats ??= []);
      for (const float of typeof found === "number" ? [found] : wire.fixeds(found, 4)) floats.push(float);
      break;
    }
    case 8:
      wire.integers("ints", (attribute.ints ??= []));
      break;
    case 9:
      (attribute.texts ??= []).push(wire.text("strings"));
      break;
    case 10:
      (attribute.tensors ??= []).push(wire.message("tensors", () => parseTensor(wire, emptyTensor())));
      break;
    case 11:
      (attribute.graphs ??= []).push(wire.message("graphs", () => parseGraph(wire, emptyGraph())));
      break;
    case 20:
      attribute.type = wire.integer("type");
      break;
    case 21:
      attribute.reference = wire.text("ref_attr_name");
      break;
    default:
      wire.skip();
  }
}
