import type { FeatureMaps, FilterCard } from "../../src/shared/inside.ts";
import type { NodeFacts } from "../../src/shared/structure.ts";
import type { Host, Session } from "./session.ts";

/** What came with the answers to other questions: of a layer, on a photo with what the brush had done to it then. */
export interface Learned {
  readonly maps?: { readonly photoKey: string; readonly answer: FeatureMaps };
  readonly node?: { readonly modelKey: string; readonly place: number; readonly answer: NodeFacts };
  readonly filters?: { readonly modelKey: string; readonly answer: FilterCard };
}

/**
 * The same host, listened to: whichever region asks for a layer's maps or filters, what the answer says of the layer is
 * kept for its table of facts, which needs no question of its own for it.
 */
export function listening(
  host: Host,
  keys: Pick<Session, "photoKey" | "modelKey">,
  learn: (learned: Learned) => void,
): Host {
  return {
    ...host,
    async features(params, signal) {
      const key = () => keys.photoKey("current", params.strokes ?? []);
      const photoKey = key();
      const answer = await host.features(params, signal);
      if (params.photo !== "other" && photoKey === key()) learn({ maps: { photoKey, answer } });
      return answer;
    },
    async node(params, signal) {
      const { modelKey } = keys;
      const answer = await host.node(params, signal);
      if (modelKey === keys.modelKey) learn({ node: { modelKey, place: params.node, answer } });
      return answer;
    },
    async filters(params, signal) {
      const { modelKey } = keys;
      const answer = await host.filters(params, signal);
      if (modelKey === keys.modelKey) learn({ filters: { modelKey, answer } });
      return answer;
    },
  };
}
