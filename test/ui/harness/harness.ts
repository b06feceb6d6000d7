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

export async function harness(): Promise<Harness> {
  const sample = (name: string) => readFile(`${repository}samples/${name}`);
  const pages = await pagesOf({
    view: "explain",
    bridge: "fake-host.ts",
    panel: { image: "/photos/cat-chelsea.png", model: "/models/efficientnet-lite0.onnx" },
    policy: ["connect-src 'self'"], // the host fetches what it shows
    files: new Map([
      ["/photo", { contentType: "image/png", body: await sample("cat-chelsea.png") }],
      [
        "/glimpse",
        {
          contentType: "image/jpeg",
          body: await sharp(await sample("cat-chelsea.png"))
            .jpeg()
            .toBuffer(),
        },
      ],
      ["/labels", { contentType: "text/plain", body: await sample("imagenet-labels.txt") }],
    ]),
  });
  return { ...pages, open: ({ scenario = {}, ...view } = {}) => pages.open(view, { scenario }) };
}
