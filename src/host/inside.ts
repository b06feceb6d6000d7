import type { Current } from "./current.ts";
import type { ExplainPanels } from "./explain-panels.ts";
import type { LayerHealth } from "./layer-health.ts";
import type { FactsOfModels } from "./model-facts.ts";
import type { Services } from "./services.ts";

/** What everything that looks into models shares. */
export interface Inside {
  readonly services: Services;
  readonly current: Current;
  readonly facts: FactsOfModels;
  readonly health: LayerHealth;
  readonly explain: Pick<ExplainPanels, "show">;
}
