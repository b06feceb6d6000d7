import { demandNumbers } from "../shared/not-numbers.ts";
import { pathsIn } from "../shared/parameters.ts";
import type { engine, ModelCard, Prediction } from "../shared/protocol.ts";
import type { Client } from "../shared/rpc.ts";
import { classIn } from "./class-of.ts";
import { destination, type Destination } from "./destination.ts";
import { askedOf, type Asked } from "./explain-arguments.ts";
import { explanation, type Explanation } from "./explanation.ts";
import { looksAtLayer } from "./technique-flags.ts";
import { resultOf, textOf, type Refusal, type Report } from "./report.ts";
import { inTerminal, jsonText, WrongUse } from "./words.ts";

type Engine = Client<typeof engine>;

/** What every image is asked, besides itself. */
interface Question {
  readonly client: Engine;
  readonly card: ModelCard;
  readonly asked: Asked;
  readonly target: number | undefined;
  readonly against: number | undefined;
  readonly destination: Destination;
}

/**
 * One image or technique that fails does not take the others' answers with it: `complain` is told, once for each. What
 * concerns them all (the words, the model, the class) ends everything.
 */
export async function explain(
  words: readonly string[],
  client: Engine,
  print: (text: string) => void,
  complain: (problem: string) => void,
  onTerminal: boolean = process.stdout.isTTY,
): Promise<void> {
  const asked = askedOf(words, await client.techniques());
  const card = await client.open({ model: asked.model });
  const [target, against] = [asked.target, asked.against].map((each) =>
    each === undefined ? undefined : classIn(each, card),
  );
  if (target !== undefined && target === against) throw new WrongUse("--target and --against are the same class");
  const { out, raw, model, images } = asked;
  const others = asked.techniques.flatMap(({ card, parameters }) => pathsIn(card.parameters, parameters, ["photo"]));
  const goal = destination(out, raw, [model, ...images, ...others]);
  const question: Question = { client, card, asked, target, against, destination: goal };

  const results: unknown[] = [];
  for (const image of asked.images) {
    try {
      const report = await reportOn(image, question);
      if (asked.json) results.push(resultOf(card, report));
      else print(textOf(card, report));
      for (const each of report.explanations)
        if ("error" in each) complain(`${each.technique} of ${image}: ${each.error}`);
    } catch (error) {
      const message = messageOf(error);
      results.push({ image, error: message });
      complain(message.includes(image) ? message : `${image}: ${message}`);
    }
  }
  if (asked.json) print(jsonText(results));
  else if (onTerminal && asked.out === undefined && asked.raw === undefined) print(hint);
}

/** For a person at a terminal, who sees numbers and wonders where the picture is. */
const hint = "To see the map: --out map.png writes it as a picture, --out FOLDER one for each image and technique.\n";

async function reportOn(image: string, question: Question): Promise<Report> {
  const { client, card, asked, target, against } = question;
  const subject = { model: asked.model, image };
  const prediction = await client.predict(subject);
  // A class that was asked for by name has its map, whatever its score.
  if (target === undefined) await demandNumbers(client, card, subject, prediction);
  const explanations: (Explanation | Refusal)[] = [];
  for (const technique of asked.techniques) explanations.push(await answerOf(technique, image, question));
  const index = target ?? prediction.top[0]?.index;
  return {
    image,
    prediction,
    target: index === undefined ? undefined : classOf(index, card, prediction),
    against: against === undefined ? undefined : classOf(against, card, prediction),
    explanations,
  };
}

async function answerOf(
  technique: Asked["techniques"][number],
  image: string,
  { client, card, asked: { model, layer }, target, against, destination }: Question,
): Promise<Explanation | Refusal> {
  const { id, parameters } = technique;
  const at = looksAtLayer(technique, card) ? (layer ?? card.defaultLayer) : undefined;
  const request = {
    model,
    image,
    ...(target !== undefined && { target }),
    ...(against !== undefined && { against }),
    ...(at !== undefined && { layer: at }),
    technique: id,
    parameters,
  };
  try {
    return await explanation(client, request, destination);
  } catch (error) {
    return { technique: id, error: messageOf(error) };
  }
}

const classOf = (index: number, { labels }: ModelCard, { probabilities, scores }: Prediction) => ({
  index,
  label: labels[index] ?? String(index),
  probability: probabilities[index] ?? NaN,
  score: scores[index] ?? NaN,
});

const messageOf = (error: unknown) => inTerminal(error instanceof Error ? error.message : String(error));
