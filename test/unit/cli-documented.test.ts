import assert from "node:assert/strict";
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { basename, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { engineOptionsOf } from "../../src/cli/engine-options.ts";
import type { explain } from "../../src/cli/explain.ts";
import { isCommand } from "../../src/cli/usage.ts";
import { folder } from "../fixtures/onnx/writer.ts";
import { client } from "./support/cli.ts";
import { samplesFolder } from "./support/engine.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const documents = ["README.md", ...readdirSync(join(root, "docs")).map((name) => join("docs", name))];

/** Each line of a fenced block that calls the program. */
const lines = documents.flatMap((document) =>
  [...readFileSync(join(root, document), "utf8").matchAll(/^```sh\n(.*?)^```/gms)].flatMap(([, block = ""]) =>
    block.split("\n").flatMap((line) => {
      const [, words] = /^(?:glassbox|node dist\/cli\.js) (.+?)(?: +#.*)?$/.exec(line) ?? [];
      return words === undefined ? [] : [{ document, line, words: wordsOf(words) }];
    }),
  ),
);

/** As a shell takes them apart. */
function wordsOf(text: string): readonly string[] {
  return [...text.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(([, double, single, plain]) => double ?? single ?? plain ?? ""); // prettier-ignore
}

/** What the program would do next, were it not only asked to understand the words. */
class WouldRun extends Error {
  override message = "nothing is run here";
}
/** What it asks before it has understood them: what there is, not what comes of it. */
const asks: ReadonlySet<keyof ReturnType<typeof client>> = new Set(["open", "paints", "techniques", "syntheses"]);

describe("a command line of the documents", function () {
  this.timeout(60_000);
  const own = client();
  const engine = new Proxy(own, {
    get: (_, call) =>
      asks.has(call as keyof typeof own)
        ? own[call as keyof typeof own]
        : () => {
            throw new WouldRun();
          },
  });
  /** Where anything would be written, with pictures that other lines made. */
  let place: string;
  before(() => {
    place = folder();
    mkdirSync(join(place, "photos"));
    const coffee = join(samplesFolder, "coffee.png");
    for (const name of ["photos/coffee.png", "adversarial-example.png"]) copyFileSync(coffee, join(place, name));
  });

  const isPath = (word: string) => word.endsWith("/") || extname(word) !== "";
  function here(word: string): string {
    if (word === "samples") return join(place, "photos");
    const sample = join(samplesFolder, basename(word));
    if (isPath(word)) return existsSync(sample) ? sample : join(place, basename(word));
    return word;
  }

  /** Ends where the words are understood. */
  async function understood(words: readonly string[]): Promise<void> {
    const [command = "", ...rest] = engineOptionsOf(words).rest;
    assert.ok(isCommand(command), `there is a command ${command}`);
    const exported = command.replace(/-./g, (dash) => dash.slice(1).toUpperCase());
    const { [exported]: run } = (await import(`../../src/cli/${command}.ts`)) as Record<string, typeof explain>;
    assert.ok(run, command);
    // A layer's name is no file's.
    const placed = rest.map((word, i) => (rest[i - 1] === "--layer" ? word : here(word)));
    try {
      await run(placed, engine, () => undefined, (problem) => assert.match(problem, /nothing is run here$/)); // prettier-ignore
    } catch (error) {
      if (!(error instanceof WouldRun)) throw error;
    }
  }

  it("stands in each of them", () => {
    for (const document of ["README.md", "docs/gallery.md"])
      assert.ok(lines.filter((line) => line.document.replaceAll("\\", "/") === document).length > 10, document);
  });

  for (const { document, line, words } of lines) {
    it(`is understood: ${line} (${document})`, () => understood(words));
    const flag = words.findIndex((word) => word.startsWith("--"));
    if (flag >= 0)
      it(`is not with another option: ${line}`, () => {
        const [name = "", ...value] = words[flag]!.split("=");
        const other = words.with(flag, [`${name}s`, ...value].join("="));
        return assert.rejects(understood(other), new RegExp(`there is no option ${name}s(?![\\w-])`));
      });
  }
});
