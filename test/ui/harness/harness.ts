// The Explain view in Chromium, on a host in the page. See `Scenario` for what can be turned.
import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import sharp from "sharp";
import type { Scenario } from "./fake-host.ts";
import { pagesOf, repository, type Pages, type View } from "./pages.ts";

export interface Look extends View {
  readonly scenario?: Scenario;
}

export interface Harness extends Omit<Pages, "open"> {
  open(look?: Look): Promise<Page>;
}

/** On the photo of the scenarios whose exact pixels can be told from their copy. */
export const redSquare = { left: 20, top: 20, side: 40 };

/** Photos that are mere lines, as the fake host has them. */
async function thinPhotos(photo: Buffer) {
  const [wide, tall] = [sharp(photo).resize(4000, 40), sharp(photo).resize(60, 3000)];
  const files = Object.entries({ wide, tall }).map(async ([name, each]) => [
    [`/${name}`, { contentType: "image/png", body: await each.clone().png().toBuffer() }] as const,
    [`/${name}-glimpse`, { contentType: "image/jpeg", body: await each.clone().jpeg().toBuffer() }] as const,
  ]);
  return (await Promise.all(files)).flat();
}

function marked(photo: Buffer): Promise<Buffer> {
  const { left, top, side } = redSquare;
  const input = { create: { width: side, height: side, channels: 3, background: "red" } } as const;
  return sharp(photo).composite([{ input, left, top }]).png().toBuffer();
}

export async function harness(): Promise<Harness> {
  const sample = (name: string) => readFile(`${repository}samples/${name}`);
  const cat = await sample("cat-chelsea.png");
  const pages = await pagesOf({
    view: "explain",
    bridge: "fake-host.ts",
    panel: { image: "/photos/cat-chelsea.png", model: "/models/efficientnet-lite0.onnx" },
    policy: ["connect-src 'self'"], // the host fetches what it shows
    files: new Map([
      ["/photo", { contentType: "image/png", body: cat }],
      ["/marked", { contentType: "image/png", body: await marked(cat) }],
      ...(await thinPhotos(await sample("coffee.png"))),
      ["/glimpse", { contentType: "image/jpeg", body: await sharp(cat).jpeg().toBuffer() }],
      ["/labels", { contentType: "text/plain", body: await sample("imagenet-labels.txt") }],
    ]),
  });
  return { ...pages, open: ({ scenario = {}, ...view } = {}) => pages.open(view, { scenario }) };
}
