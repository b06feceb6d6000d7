import type { Failure } from "../../../src/shared/rpc.ts";
import { zeroedWords } from "../../../src/shared/zeroed-inputs.ts";
import type { Session } from "../session.ts";
import { channelsOf, verdictOf } from "./held.ts";
import type { Work } from "./work.ts";

export interface Message {
  readonly title?: string;
  readonly text: string;
  readonly action?: "photo" | "again" | "other";
  /** In place of the maps, or above them. */
  readonly extent: "whole" | "part";
}

/** What a person should know of the maps before they read them, or why there are none. */
export function messageOf(session: Session, work: Work): Message | undefined {
  return noModel(session, work) ?? noPhoto(session, work) ?? noMaps(session, work) ?? ofMaps(session, work);
}

/** The line above the graph says why, and offers what can be done. */
function noModel(session: Session, work: Work): Message | undefined {
  if (session.card.state.status !== "failed") return undefined;
  if (isOfLayer(work, session))
    return {
      extent: "part",
      text: "The network does not run any more; the line above says why. These are its last maps.",
    };
  return {
    extent: "whole",
    title: "No feature maps",
    text: "The network does not run here; the line above says why.",
  };
}

/** Maps that are at hand stand under the heading of the layer that is chosen now: others are not shown there. */
const isOfLayer = ({ a }: Work, { layer }: Session) => a !== undefined && a.layer === layer?.name;

function noPhoto(session: Session, work: Work): Message | undefined {
  const { photo, card, layer } = session;
  const { state } = photo;
  if (card.value && !layer) return { extent: "whole", text: "Choose a layer in the graph to see its feature maps." };
  if (photo.value && state.status !== "failed") return undefined;
  if (photo.value && state.status === "failed" && isOfLayer(work, session))
    return {
      extent: "part",
      text: `The photo was refused, the last one is still shown: ${state.failure.message}`,
      action: "photo",
    };
  if (state.status === "failed" && isTrust(state.failure))
    return { extent: "whole", title: "This model is not run here", text: state.failure.message };
  if (state.status === "failed")
    return { extent: "whole", title: "This photo cannot be used", text: state.failure.message, action: "photo" };
  if (state.status !== "ready") return { extent: "whole", text: "Reading the photo…" };
  return {
    extent: "whole",
    title: "No photo yet",
    text: "Feature maps are what a layer makes of a photo. Choose one to see this layer’s.",
    action: "photo",
  };
}

/** The model is the matter, not the photo; what can be done stands above. */
const isTrust = ({ name }: Failure) => name === "Untrusted";

function noMaps(session: Session, work: Work): Message | undefined {
  const { failure, a } = work;
  if (failure && !a) return { ...refused(failure), extent: "whole" };
  if (failure && work.outdated) return { ...refused(failure), extent: isOfLayer(work, session) ? "part" : "whole" };
  if (failure) return { ...refused(failure), extent: "part" };
  return a ? undefined : { extent: "whole", text: "Computing the maps…" };
}

const refused = ({ message }: Failure) =>
  ({ title: "This layer cannot be computed", text: message, action: "again" }) as const;

function ofMaps(session: Session, work: Work): Message | undefined {
  const { a } = work;
  if (!a) return undefined;
  const { compare } = session.remembered;
  if (compare === "other" && !session.other.value)
    return { extent: "part", text: "There is nothing to compare with yet.", action: "other" };
  if (compare === "brushed" && work.brush.strokes.length === 0)
    return { extent: "part", text: "Paint on the photo with the brush to compare it with how it was before." };
  const { statistics } = a;
  const silent = statistics.verdict.length > 0 && statistics.verdict.every((_, c) => verdictOf(a, c) === "dead");
  if (!silent) return undefined;
  const nothing = `All ${channelsOf(a)} channels are zero everywhere on this photo: nothing gets through this layer.`;
  const zeroed = session.card.value && zeroedWords(session.card.value);
  return { extent: "part", text: zeroed === undefined ? nothing : `${nothing} ${zeroed}` };
}
