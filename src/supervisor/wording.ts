import { basename } from "node:path";
import type { engine } from "../shared/protocol.ts";

/** What the supervisor reads of a call's parameters to name it; the rest only passes through. */
interface Named {
  readonly technique: string;
  readonly image: string;
  readonly model: string;
}

/** A call in words, and as the circuit breaker knows it. */
export interface Wording {
  /** "occlusion of kitten.png by squeezenet1.1.onnx" */
  readonly title: string;
  /** After "while": "running occlusion of kitten.png by squeezenet1.1.onnx". */
  readonly doing: string;
  /** The same model file, call and technique: what crashed with it will likely crash again. */
  readonly key: string;
  /** Path of the model that it is about; empty where it is about none. */
  readonly model: string;
}

const doing: Readonly<Record<keyof typeof engine, (named: Named, title: string) => string>> = {
  open: ({ model }) => `opening ${model}`,
  techniques: () => "listing the techniques",
  photo: ({ image }) => `reading ${image}`,
  predict: ({ image, model }) => `running ${model} on ${image}`,
  preparations: ({ image, model }) => `finding out how ${model} wants ${image} prepared`,
  run: (_, title) => `running ${title}`,
  raw: (_, title) => `computing the values of ${title}`,
  trust: (_, title) => `checking ${title}`,
  render: (_, title) => `drawing ${title}`,
};

export function wordingOf(call: string, params: unknown): Wording {
  const given = (typeof params === "object" && params !== null ? params : {}) as Readonly<Record<string, unknown>>; // read as text below
  const text = (name: keyof Named) => (typeof given[name] === "string" ? given[name] : "");
  const technique = text("technique");
  const image = basename(text("image"));
  const model = basename(text("model"));
  const title = [technique || call, image && `of ${image}`, model && `by ${model}`].filter(Boolean).join(" ");
  const words = Object.hasOwn(doing, call) ? doing[call as keyof typeof doing] : undefined; // hasOwn has just said so
  return {
    title,
    doing: words?.({ technique, image, model }, title) ?? `answering ${title}`,
    model: text("model"),
    key: JSON.stringify([text("model"), call, technique]),
  };
}
