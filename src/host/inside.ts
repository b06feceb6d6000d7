import type { Current } from "./current.ts";
import type { DeadCounts } from "./dead-counts.ts";
import type { ExplainPanels } from "./explain-panels.ts";
import type { LayerHealth } from "./layer-health.ts";
import type { FactsOfModels } from "./model-facts.ts";
import type { Reports } from "./reports.ts";
import type { Services } from "./services.ts";
import type { WhatFires } from "./what-fires.ts";

/** What everything that looks into models shares. */
export interface Inside {
  readonly services: Services;
  readonly current: Current;
  readonly facts: FactsOfModels;
  readonly health: LayerHealth;
  readonly fires: WhatFires;
  readonly dead: DeadCounts;
  readonly reports: Reports;
  readonly explain: Pick<ExplainPanels, "show" | "showSeenBy">;
}
