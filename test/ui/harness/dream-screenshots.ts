// npx tsx test/ui/harness/dream-screenshots.ts FOLDER [NAME]: the Dream panel in every theme, wide and narrow, to be looked at.
import { dreamHarness } from "./dream-harness.ts";
import { finished, narrow, running, themes, type DreamShot } from "./dream-shots.ts";
import { shotsOfForm } from "./dream-shots-of-form.ts";
import { shotsOfPhases } from "./dream-shots-of-phases.ts";
import { shotsOfResults } from "./dream-shots-of-results.ts";
import { shotsOfRuns } from "./dream-shots-of-runs.ts";
import { staged } from "./dream-staged.ts";
import { shoot } from "./shots.ts";

const dream = await dreamHarness();

const shots: readonly DreamShot[] = [
  ...themes.map((theme) => ({ name: `${theme}-wide`, look: { theme, scenario: running }, until: finished })),
  ...themes.map((theme) => ({
    name: `${theme}-narrow`,
    look: { theme, ...narrow, scenario: { begins: true, start: staged() } },
    until: finished,
  })),
  { name: "idle" },
  ...shotsOfPhases,
  ...shotsOfRuns(() => dream.host),
  ...shotsOfResults,
  ...shotsOfForm,
];

await shoot(dream, shots, (page) => page.waitForTimeout(900));
process.exit();
