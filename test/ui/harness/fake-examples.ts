// What fires a channel, found by the real engine over the samples' folder, as the host has it.
import { ExampleSearches } from "../../../src/host/example-searches.ts";
import type { examples, examplesOfPage } from "../../../src/shared/examples.ts";
import type { Handlers } from "../../../src/shared/rpc.ts";

const never = new AbortController().signal;

export function examplesFrom(
  engine: Handlers<typeof examples>,
  model: () => string,
  folder: string,
): { readonly calls: Handlers<typeof examplesOfPage>; readonly searches: ExampleSearches } {
  const searches = new ExampleSearches({
    client: {
      photoFolder: (request, signal = never) => engine.photoFolder(request, signal),
      patch: (request, signal = never) => engine.patch(request, signal),
    },
    run: (request, signal) => engine.examples(request, signal),
  });
  const calls: Handlers<typeof examplesOfPage> = {
    examples: (of, signal) => searches.watch({ model: model(), ...of }, signal),
    findExamples: ({ layer }) => {
      searches.start({ model: model(), layer, folder });
      return Promise.resolve(true);
    },
    stopExamples: ({ layer }) => Promise.resolve(searches.stop({ model: model(), layer })),
    openExample: () => Promise.resolve(),
  };
  return { calls, searches };
}
