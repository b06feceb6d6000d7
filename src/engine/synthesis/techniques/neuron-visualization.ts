import { choice } from "../../../shared/parameters.ts";
import { demandUnit } from "../channels.ts";
import { fromNothing, growFromNothing } from "../from-nothing.ts";
import { channelMean, energy, sum, unit, type Objective } from "../objectives.ts";
import { synthesisTechnique } from "../technique.ts";

export default synthesisTechnique({
  title: "Neuron visualization",
  summary: "A picture that one unit, one channel or a whole layer likes best, or least, made from nothing.",
  convention:
    "a channel: its mean over the map; a unit: one number of it, at the centre unless told; a layer: half its mean square; made like a class's picture",
  citation: {
    authors: "Olah, Mordvintsev, Schubert",
    title: "Feature visualization",
    venue: "Distill",
    year: 2017,
    url: "https://distill.pub/2017/feature-visualization",
  },
  fromPhoto: false,
  needs: ["layer"],
  parameters: {
    of: choice({
      label: "What",
      default: "channel",
      options: { channel: "A channel", unit: "One unit of a channel", layer: "The whole layer" },
    }),
    sign: choice({
      label: "The picture that it likes",
      default: "best",
      options: { best: "Best", least: "Least" },
    }),
    ...fromNothing,
  },
  order: 30,

  async *run(run) {
    const { model, bound, layer, channel = 0, place, parameters } = run;
    demandUnit(model, bound, layer, channel, place);
    const wanted: Readonly<Record<typeof parameters.of, readonly [Objective, string]>> = {
      channel: [channelMean(layer, channel), `Channel ${channel} of ${layer}`],
      unit: [unit(layer, channel, place), `The unit of channel ${channel} of ${layer}`],
      layer: [energy(layer), `The energy of ${layer}`],
    };
    const [objective, what] = wanted[parameters.of];
    yield* growFromNothing(run, parameters.sign === "best" ? objective : sum([[-1, objective]]), what);
  },
});
