import { encodable } from "./wire.ts";
import type { engine } from "../shared/protocol.ts";
import type { Handlers } from "../shared/rpc.ts";
import { cardOf } from "./card.ts";
import { exampleHandlers } from "./inside/example-handlers.ts";
import { insideHandlers } from "./inside/handlers.ts";
import { glimpse, preview } from "./images/preview.ts";
import { render } from "./render.ts";
import { Results } from "./results.ts";
import type { Samples } from "./samples.ts";
import { Looking, predictionOf } from "./subject.ts";
import { techniqueCards } from "./technique-cards.ts";
import { synthesisHandlers } from "./synthesis/handlers.ts";
import { trust } from "./trust.ts";

/** What the engine answers. Everything it keeps belongs to this one object. */
export function createEngine(samples: Samples): Handlers<typeof engine> {
  const looking = new Looking(samples);
  const results = new Results(looking);
  return {
    open: async ({ model }) => cardOf(await looking.library.open(model), samples),
    paints: ({ model }, signal) => looking.paints(model, signal),
    techniques: async () => Promise.resolve(techniqueCards()),
    photo: async ({ image, largest }) => preview(await looking.read(image), largest),
    glimpse: async ({ image, largest }) => glimpse(await looking.read(image), largest),
    predict: async (subject, signal) => predictionOf(await looking.see(subject, signal)),
    preparations: (subject, signal) => looking.preparations(subject, signal),
    async *run(request, signal) {
      for await (const finding of results.run(request, signal)) yield encodable(finding);
    },
    raw: (request, signal) => results.raw(request, signal),
    async render({ key = "map", ...request }, signal) {
      const map = await results.map(request, key, signal);
      return render(map, await looking.see(request, signal), () => looking.read(request.image));
    },
    trust: (request, signal) => trust(looking, results, request, signal),
    ...insideHandlers(looking),
    ...exampleHandlers(looking),
    ...synthesisHandlers(looking),
  };
}
