import type { examples as api } from "../../shared/examples.ts";
import type { Handlers } from "../../shared/rpc.ts";
import type { Looking } from "../subject.ts";
import { examples } from "./examples.ts";
import { patchSheet } from "./patch-sheet.ts";
import { patch } from "./patch.ts";
import { photoFolder } from "./photo-folder.ts";

/** The calls about the photos of a set that fire a layer's channels, answered. */
export const exampleHandlers = (looking: Looking): Handlers<typeof api> => ({
  photoFolder,
  examples: (request, signal) => examples(looking, request, signal),
  patch: (request) => patch(looking, request),
  patchSheet: (request, signal) => patchSheet(looking, request, signal),
});
