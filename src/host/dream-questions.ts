import { basename } from "node:path";
import * as vscode from "vscode";
import type { LayerCard, ModelCard } from "../shared/protocol.ts";
import { Refused } from "./requests.ts";

// What the commands that make pictures ask first. Each answer is undefined when the list was left.

interface ClassQuestion {
  readonly title: string;
  /** Offered first, as an answer that is no class. */
  readonly otherwise?: string;
}

/** A class's number, or "otherwise". */
export async function askClass(
  { classes, labels, title: model }: ModelCard,
  { title, otherwise }: ClassQuestion,
): Promise<number | "otherwise" | undefined> {
  if (classes === undefined) throw new Refused(`${model} does not classify: there is no class to make a picture of.`);
  const first = otherwise === undefined ? [] : [{ label: otherwise, description: "", answer: "otherwise" as const }];
  const entries = Array.from({ length: classes }, (_, index) => ({
    label: labels[index] ?? `class ${index}`,
    description: String(index),
    answer: index,
  }));
  const picked = await vscode.window.showQuickPick([...first, ...entries], {
    title,
    placeHolder: `A class: its name, or its number from 0 to ${classes - 1}`,
    matchOnDescription: true,
    ignoreFocusOut: true, // a panel that is still loading takes the focus: what was typed is not lost by it
  });
  return picked?.answer;
}

/** A layer's name. */
export async function askLayer({ layers, title: model }: ModelCard, question: string): Promise<string | undefined> {
  const entries = layers
    .filter(({ spatial }) => spatial)
    .map(({ name, kind, maps }) => ({
      label: name,
      description: maps === undefined ? kind : `${kind} · ${maps[0]} channels`,
    }));
  if (!entries.length) throw new Refused(`${model} has no layer with maps: there is none to make a picture of.`);
  const picked = await vscode.window.showQuickPick(entries, {
    title: question,
    placeHolder: `A layer of ${model}`,
    matchOnDescription: true,
    ignoreFocusOut: true, // as above
  });
  return picked?.label;
}

export async function askChannel(
  { title: model }: ModelCard,
  { name: layer, maps }: LayerCard,
): Promise<number | undefined> {
  const count = maps?.[0];
  const last = count === undefined ? undefined : count - 1;
  const typed = await vscode.window.showInputBox({
    title: `Visualize a channel of ${layer} in ${model}`,
    prompt: last === undefined ? "Its number, from 0" : `Its number, from 0 to ${last}: there are ${count} channels`,
    value: "0",
    ignoreFocusOut: true, // as above
    validateInput: (text) => {
      const channel = Number(text);
      const fine = text.trim() !== "" && Number.isInteger(channel) && channel >= 0 && channel <= (last ?? Infinity);
      return fine ? undefined : `A whole number from 0${last === undefined ? "" : ` to ${last}`}`;
    },
  });
  return typed === undefined ? undefined : Number(typed);
}

/** What fools it: a photo that is changed a little, or as much as it takes, or noise. */
export type Fooling = "little" | "photo" | "noise";

/** `atHand`: the photo that is meant, where one is. */
export async function askHowToFool(network: string, atHand: string | undefined): Promise<Fooling | undefined> {
  const photo = atHand === undefined ? "a photo" : basename(atHand);
  const ways = [
    {
      label: "Adversarial example",
      description: `${photo}, changed so little that nobody sees it`,
      answer: "little" as const,
    },
    {
      label: "Fooling image from a photo",
      description: `${photo}, changed as much as it takes to be a class for sure`,
      answer: "photo" as const,
    },
    { label: "Fooling image from noise", description: "noise that is a class for sure", answer: "noise" as const },
  ];
  const picked = await vscode.window.showQuickPick(ways, {
    title: `Fool ${network} with what?`,
    matchOnDescription: true,
  });
  return picked?.answer;
}

/** From what the look of photos is learned. */
export async function askPrior(): Promise<"folder" | "generator" | undefined> {
  const picked = await vscode.window.showQuickPick(
    [
      {
        label: "A folder of photos",
        description: "Their spectrum, colours and small patches",
        answer: "folder" as const,
      },
      {
        label: "A generator",
        description: "An ONNX file that makes a picture from a latent",
        answer: "generator" as const,
      },
    ],
    { title: "From what is the look of photos learned?" },
  );
  return picked?.answer;
}
