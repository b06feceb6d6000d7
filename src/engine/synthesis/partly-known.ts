import { shown } from "../../shared/shown.ts";
import { zeroedInputs } from "../../shared/zeroed-inputs.ts";
import type { ModelFile } from "../formats/format.ts";
import { allLayers, troubleOf } from "../lost-layers.ts";
import type { Bound } from "../model.ts";

/** Where a part of the network cannot be computed, which, and why; undefined where all of it can. */
export function partlyKnown(bound: Bound): string | undefined {
  const all = allLayers(bound);
  const troubled = all.flatMap((layer) => {
    const why = troubleOf(layer, bound);
    return why === undefined ? [] : [{ name: layer.name, why }];
  });
  const [first] = troubled;
  if (!first) return undefined;
  const which = troubled.length === 1 ? shown(first.name) : `${troubled.length} layers, from ${shown(first.name)} on,`;
  return `Of this network's ${all.length} layers ${which} cannot be computed; the picture is made by the others. ${first.why}`;
}

/** Where the network has inputs that no picture is put into; undefined where it has none. */
export function zeroedBeside({ network: { problems } }: Bound, { inputs, picture }: ModelFile): string | undefined {
  const zeroed = zeroedInputs({ inputs, picture, problems });
  return (
    zeroed &&
    `Only ${zeroed.pictured} is given the picture; ${zeroed.given}: what the network says of it holds for those alone.`
  );
}
