import type { TensorMessage } from "./messages.ts";
import { Words } from "./messages.ts";
import type { Span, Wire } from "./wire.ts";

/** Up to this many bytes are copied while they are in the window anyway. */
export const fewBytes = 1024;

export const emptyTensor = (): TensorMessage => ({ name: "", dims: [], type: 0, external: false });

/** TensorProto, added to what is known of the tensor. */
export function parseTensor(wire: Wire, tensor: TensorMessage): TensorMessage {
  while (wire.next()) {
    switch (wire.field) {
      case 1:
        wire.integers("dims", tensor.dims);
        break;
      case 2:
        tensor.type = wire.integer("data_type");
        break;
      case 4:
        fixeds(wire, tensor, "float_data", 4);
        break;
      case 5:
        words(wire, tensor, "int32_data");
        break;
      case 6:
        (tensor.texts ??= []).push(wire.text("string_data"));
        break;
      case 7:
        words(wire, tensor, "int64_data");
        break;
      case 8:
        tensor.name = wire.text("name");
        break;
      case 9:
        delete tensor.width;
        keep(wire, tensor, wire.skipBytes("raw_data"));
        break;
      case 10:
        fixeds(wire, tensor, "double_data", 8);
        break;
      case 11:
        words(wire, tensor, "uint64_data");
        break;
      case 13:
        wire.message("external_data", () => parseEntry(wire, (tensor.location ??= new Map())));
        break;
      case 14:
        tensor.external = wire.integer("data_location") === 1;
        break;
      default:
        wire.skip();
    }
  }
  return tensor;
}

function keep(wire: Wire, tensor: TensorMessage, place: Span): void {
  tensor.place = place;
  if (place.length <= fewBytes) tensor.bytes = wire.copy(place);
  else delete tensor.bytes;
}

/** One packed piece is as good as raw bytes; anything else is gathered number by number. */
function fixeds(wire: Wire, tensor: TensorMessage, name: string, width: 4 | 8): void {
  const found = wire.fixedOrSpan(name, width);
  tensor.width = width;
  if (typeof found !== "number" && !tensor.place && !tensor.numbers) {
    keep(wire, tensor, found);
    return;
  }
  const numbers = (tensor.numbers ??= []);
  if (tensor.place) for (const number of wire.fixeds(tensor.place, width)) numbers.push(number);
  delete tensor.place;
  delete tensor.bytes;
  if (typeof found === "number") numbers.push(found);
  else for (const number of wire.fixeds(found, width)) numbers.push(number);
}

function words(wire: Wire, tensor: TensorMessage, name: string): void {
  const words = (tensor.words ??= new Words());
  wire.words(name, (low, high) => words.push(low, high));
}

/** StringStringEntryProto. */
export function parseEntry(wire: Wire, into: Map<string, string>): void {
  let key = "";
  let value = "";
  while (wire.next()) {
    if (wire.field === 1) key = wire.text("key");
    else if (wire.field === 2) value = wire.text("value");
    else wire.skip();
  }
  into.set(key, value);
}
