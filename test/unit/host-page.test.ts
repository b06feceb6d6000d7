import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type * as vscode from "vscode";
import { pageOf } from "../../src/host/webview.ts";
import { built } from "./support/cli.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const page = (name: string, start: unknown) => pageOf({ fsPath: root } as vscode.Uri, name, start); // all that it reads

/** Each directive of the page's policy. */
function policyOf(html: string): ReadonlyMap<string, string> {
  const [, content] = /<meta http-equiv="Content-Security-Policy" content="([^"]*)">/.exec(html) ?? [];
  assert.ok(content, "there is a policy");
  return new Map(
    content.split("; ").map((directive) => {
      const [name = "", ...rest] = directive.split(" ");
      return [name, rest.join(" ")] as const;
    }),
  );
}

describe("a panel's page", function () {
  before(function () {
    this.timeout(60_000);
    built();
  });

  for (const name of ["explain", "model", "dream"])
    it(`lets nothing run or load but what it brings along: ${name}`, async () => {
      const html = await page(name, {});
      const policy = policyOf(html);
      const nonce = /'nonce-([\w-]{32})'/.exec(policy.get("script-src") ?? "")?.[1];
      assert.ok(nonce, "its nonce has 24 random bytes");
      assert.deepEqual(Object.fromEntries(policy), {
        "default-src": "'none'",
        "script-src": `'nonce-${nonce}'`,
        "style-src": `'nonce-${nonce}'`,
        "img-src": "data: blob:",
        ...(name === "model" && { "worker-src": "blob:" }),
        "form-action": "'none'",
      });
      assert.ok(
        html.indexOf("Content-Security-Policy") < html.search(/<script|<style/),
        "it holds for all that follows",
      );
      const elements = [...html.matchAll(/<(script|style)( nonce="([^"]*)")?>/g)];
      assert.deepEqual(
        elements.map(([, element, , its]) => [element, its]),
        [
          ["style", nonce],
          ["script", nonce],
        ],
      );
      assert.equal(html.match(/<\/script/gi)?.length, 1, "the bundle does not end its own element");
      assert.equal(html.match(/<\/style/gi)?.length, 1);
      assert.doesNotMatch(html, /<[^>]+ (src|href)=["']?http/, "nothing comes from elsewhere");
    });

  it("has another nonce each time", async () => {
    const nonces = await Promise.all([1, 2, 3].map(async () => policyOf(await page("explain", {})).get("script-src")));
    assert.equal(new Set(nonces).size, 3);
  });

  it("holds a photo's name as text, whatever it is", async () => {
    const image = `/x/"><script>alert(1)</script><img src=x onerror='alert(2)'>&amp;.png`;
    const html = await page("explain", { image });
    assert.ok(!html.includes("alert(1)</script>") && !html.includes("<img src=x"));
    const [, attribute = ""] = /data-panel="([^"]*)"/.exec(html) ?? [];
    const characters: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" };
    const read = attribute.replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => characters[name] ?? "");
    assert.deepEqual(JSON.parse(read), { image });
  });

  it("may read no folder of the disk: in every panel that there is", () => {
    const host = join(root, "src/host");
    const sources = readdirSync(host).map((name) => readFileSync(join(host, name), "utf8"));
    const panels = sources.filter((text) => /enableScripts/.test(text));
    assert.ok(panels.length >= 3, `${panels.length} panels`);
    for (const text of panels) {
      assert.equal(text.match(/enableScripts: true, localResourceRoots: \[\] \}/g)?.length, 1);
      assert.equal(text.match(/localResourceRoots|enableScripts/g)?.length, 2);
    }
    assert.ok(sources.every((text) => !/enableCommandUris|asWebviewUri|portMapping/.test(text)));
  });
});
