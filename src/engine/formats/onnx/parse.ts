import type { FunctionMessage, ModelMessage } from "./messages.ts";
import { domainOf, emptyGraph, parseAttribute, parseGraph, parseNode } from "./parse-graph.ts";
import { parseEntry } from "./parse-tensor.ts";
import type { Wire } from "./wire.ts";

export const emptyModel = (): ModelMessage => ({
  irVersion: 0,
  producer: "",
  producerVersion: "",
  opsets: new Map(),
  metadata: new Map(),
  functions: [],
});

/** ModelProto, the whole file; where that breaks off, `model` has what was read up to there. */
export function parseModel(wire: Wire, model = emptyModel()): ModelMessage {
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
