import protobuf from "protobufjs/minimal.js";
import type { Builder } from "../../../src/engine/graph/builder.ts";
import type { Operand, Value } from "../../../src/engine/graph/graph.ts";
import type { TensorType } from "../../../src/shared/tensor.ts";

/** A node that Glassbox passes on as it stands, so that ONNX Runtime alone says what its attributes mean. */
export function written(
  g: Builder,
  op: string,
  inputs: readonly Operand[],
  attributes: Readonly<Record<string, number | string | readonly number[]>>,
  type: TensorType,
  opset = 18,
): Value {
  g.graph.opsets.set("", opset);
  const opaque = {
    domain: "",
    attributes: Object.entries(attributes).map(([name, value]) => attributeProto(name, value)),
    captured: [],
  };
  return g.graph.addOpaque(op, inputs, opaque, [type], {})[0]!;
}

// Field numbers and types are those of onnx.proto3's AttributeProto: INT 2, STRING 3, INTS 7.
function attributeProto(name: string, value: number | string | readonly number[]): Uint8Array {
  const writer = protobuf.Writer.create().uint32(10).string(name);
  if (typeof value === "number") return writer.uint32(24).int64(value).uint32(160).int32(2).finish();
  if (typeof value === "string") return writer.uint32(34).string(value).uint32(160).int32(3).finish();
  for (const n of value) writer.uint32(64).int64(n);
  return writer.uint32(160).int32(7).finish();
}
