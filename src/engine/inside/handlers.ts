import type { inside } from "../../shared/inside.ts";
import type { Handlers } from "../../shared/rpc.ts";
import type { Looking } from "../subject.ts";
import { anatomy } from "./anatomy.ts";
import { counts } from "./counts.ts";
import { contributions } from "./contributions.ts";
import { dead } from "./dead.ts";
import { diff } from "./diff.ts";
import { activation, features } from "./features.ts";
import { featureSheet } from "./feature-sheet.ts";
import { fieldless, fieldOf, fields, seenBy } from "./fields.ts";
import { filterSheet } from "./filter-sheet.ts";
import { filter, filters } from "./filters.ts";
import { glance } from "./glance.ts";
import { node } from "./node.ts";
import { overview } from "./overview.ts";
import { predictPainted, seen } from "./seen.ts";
import { step } from "./step.ts";
import { structure } from "./structure.ts";
import { unitMaps } from "./unit-maps.ts";
import { unit } from "./unit.ts";
import { weightCard, weightTable, weightValues } from "./weights.ts";

/** The calls about what is inside a network, answered. */
export function insideHandlers(looking: Looking): Handlers<typeof inside> {
  const { library } = looking;
  return {
    structure: (request) => structure(library, request),
    anatomy: (request) => anatomy(library, request),
    node: (request) => node(library, request),
    weight: weightCard,
    weightTable: async (request) => Promise.resolve(weightTable(request)),
    weightValues,
    diff: (request, signal) => diff(library, request, signal),
    predictPainted: (request) => predictPainted(looking, request),
    seen: (request) => seen(looking, request),
    features: (request, signal) => features(looking, request, signal),
    activation: (request, signal) => activation(looking, request, signal),
    glance: (request, signal) => glance(looking, request, signal),
    featureSheet: (request, signal) => featureSheet(looking, request, signal),
    counts: (request, signal) => counts(looking, request, signal),
    overview: (request, signal) => overview(looking, request, signal),
    fieldOf: (request) => fieldOf(looking, request),
    seenBy: (request) => seenBy(looking, request),
    fields: (request) => fields(looking, request),
    fieldless: (request) => fieldless(looking, request),
    unit: (request, signal) => unit(looking, request, signal),
    unitMaps: (request, signal) => unitMaps(looking, request, signal),
    contributions: (request, signal) => contributions(looking, request, signal),
    step: (request, signal) => step(looking, request, signal),
    filters: (request, signal) => filters(looking, request, signal),
    filter: (request, signal) => filter(looking, request, signal),
    filterSheet: (request, signal) => filterSheet(looking, request, signal),
    dead: (request, signal) => dead(looking, request, signal),
  };
}
