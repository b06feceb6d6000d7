import type { ValueMessage } from "./messages.ts";
import type { Wire } from "./wire.ts";

/** ValueInfoProto. */
export function parseValue(wire: Wire): ValueMessage {
  const value: ValueMessage = { name: "", holds: "nothing known", type: 0 };
  while (wire.next()) {
    if (wire.field === 1) value.name = wire.text("name");
    else if (wire.field === 2) wire.message("type", () => parseType(wire, value));
    else if (wire.field === 3) value.doc = wire.text("doc_string");
    else wire.skip();
  }
  return value;
}

const containers: Readonly<Record<number, ValueMessage["holds"]>> = {
  4: "sequence",
  5: "map",
  8: "sparse tensor",
  9: "optional",
};

function parseType(wire: Wire, value: ValueMessage): void {
  while (wire.next()) {
    if (wire.field === 1) {
      value.holds = "tensor";
      wire.message("tensor_type", () => parseTensorType(wire, value));
    } else {
      value.holds = containers[wire.field] ?? value.holds;
      wire.skip();
    }
  }
}

function parseTensorType(wire: Wire, value: ValueMessage): void {
  while (wire.next()) {
    if (wire.field === 1) value.type = wire.integer("elem_type");
    else if (wire.field === 2) {
      const dims = (value.dims ??= []);
      wire.message("shape", () => {
        while (wire.next()) {
          if (wire.field === 1) dims.push(wire.message("dim", () => parseDimension(wire)));
          else wire.skip();
        }
      });
    } else wire.skip();
  }
}

/** A size, a symbol, or neither; old exporters write -1 for neither. */
function parseDimension(wire: Wire): number | string | undefined {
  let dimension: number | string | undefined;
  while (wire.next()) {
    if (wire.field === 1) dimension = wire.integer("dim_value");
    else if (wire.field === 2) dimension = wire.text("dim_param");
    else wire.skip();
  }
  return dimension === -1 || dimension === "" ? undefined : dimension;
}
