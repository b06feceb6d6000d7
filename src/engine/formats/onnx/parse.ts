import type {
  AttributeMessage,
  FunctionMessage,
  GraphMessage,
  ModelMessage,
  NodeMessage,
  ValueMessage,
} from "./messages.ts";
import { emptyTensor, parseEntry, parseTensor } from "./parse-tensor.ts";
import { parseValue } from "./parse-value.ts";
import type { Wire } from "./wire.ts";

/** ModelProto, the whole file. */
export function parseModel(wire: Wire): ModelMessage {
  const model: ModelMessage = {
    irVersion: 0,
    producer: "",
    producerVersion: "",
    opsets: new Map(),
    metadata: new Map(),
    functions: [],
  };
  while (wire.next()) {
    switch (wire.field) {
      case 1:
        model.irVersion = wire.integer("ir_version");
        break;
      case 2:
        model.producer = wire.text("producer_name");
        break;
      case 3:
        model.producerVersion = wire.text("producer_version");
        break;
      case 7: {
        const graph = (model.graph ??= emptyGraph());
        wire.message("graph", () => parseGraph(wire, graph));
        break;
      }
      case 8:
        wire.message("opset_import", () => parseOpset(wire, model.opsets));
        break;
      case 14:
        wire.message("metadata_props", () => parseEntry(wire, model.metadata));
        break;
      case 25:
        model.functions.push(wire.message("function", () => parseFunction(wire)));
        break;
      default:
        wire.skip();
    }
  }
  return model;
}

/** The standard operators' domain has two spellings. */
const domainOf = (written: string) => (written === "ai.onnx" ? "" : written);

function parseOpset(wire: Wire, opsets: Map<string, number>): void {
  let domain = "";
  let version = 0;
  while (wire.next()) {
    if (wire.field === 1) domain = domainOf(wire.text("domain"));
    else if (wire.field === 2) version = wire.integer("version");
    else wire.skip();
  }
  opsets.set(domain, version);
}

const emptyGraph = (): GraphMessage => ({
  name: "",
  nodes: [],
  initializers: [],
  sparse: [],
  inputs: [],
  outputs: [],
  values: [],
});

function parseGraph(wire: Wire, graph: GraphMessage): GraphMessage {
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

function parseNode(wire: Wire): NodeMessage {
  const inputs: string[] = [];
  const outputs: string[] = [];
  const attributes: AttributeMessage[] = [];
  const metadata = new Map<string, string>();
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
        wire.message("metadata_props", () => parseEntry(wire, metadata));
        break;
      default:
        wire.skip();
    }
  }
  for (const [key, value] of metadata) if (value.length > longestMetadata) metadata.delete(key);
  if (attributes.length) node.attributes = attributes;
  if (metadata.size) node.metadata = metadata;
  return node;
}

function parseAttribute(wire: Wire): AttributeMessage {
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

function parseFunction(wire: Wire): FunctionMessage {
  const body: FunctionMessage = {
    name: "",
    domain: "",
    overload: "",
    inputs: [],
    outputs: [],
    nodes: [],
    defaults: [],
    opsets: new Map(),
  };
  while (wire.next()) {
    switch (wire.field) {
      case 1:
        body.name = wire.text("name");
        break;
      case 4:
        body.inputs.push(wire.text("input"));
        break;
      case 5:
        body.outputs.push(wire.text("output"));
        break;
      case 7:
        body.nodes.push(wire.message("node", () => parseNode(wire)));
        break;
      case 9:
        wire.message("opset_import", () => parseOpset(wire, body.opsets));
        break;
      case 10:
        body.domain = domainOf(wire.text("domain"));
        break;
      case 11:
        body.defaults.push(parseAttribute(wire));
        break;
      case 13:
        body.overload = wire.text("overload");
        break;
      default:
        wire.skip();
    }
  }
  return body;
}
