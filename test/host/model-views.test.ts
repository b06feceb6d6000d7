import assert from "node:assert/strict";
import * as vscode from "vscode";
import type { LayerElement } from "../../src/host/layers-view.ts";
import { layerHover } from "../../src/host/layer-hover.ts";
import { closeAll, copies, glassbox, sample, seeingThroughCat, until } from "./support/glassbox.ts";

const model = sample("efficientnet-lite0.onnx");

describe("The sidebar", function () {
  this.timeout(60_000);
  const never = new vscode.CancellationTokenSource().token;
  const inside = async () => (await glassbox()).inside;
  const all = (elements: readonly LayerElement[]): LayerElement[] =>
    elements.flatMap((e) => [e, ...all([...e.children])]);
  const layers = async () => all(await (await inside()).layers.getChildren());
  const layer = async (name: string) => {
    const found = (await layers()).find((element) => element.layer === name);
    assert.ok(found, `there is no layer ${name}`);
    return found;
  };
  const module = async (label: string) => {
    const found = (await layers()).find((element) => !element.layer && element.label === label);
    assert.ok(found, `there is no module ${label}`);
    return found;
  };
  const hoverOf = async (of: string | LayerElement, token = never) => {
    const { layers: view } = await inside();
    const element = typeof of === "string" ? await layer(of) : of;
    const item = view.getTreeItem(element);
    assert.equal(item.tooltip, undefined, "VS Code asks for a tooltip only where there is none");
    const resolved = await view.resolveTreeItem(item, element, token);
    return (resolved?.tooltip as vscode.MarkdownString | undefined)?.value;
  };

  seeingThroughCat(model);

  describe("Layers", () => {
    it("holds every layer, nested as its name is, with shape and parameters", async () => {
      const { facts, layers: view } = await inside();
      const { card } = await facts.of(model);
      const shown = (await layers()).flatMap((element) => element.layer ?? []);
      assert.deepEqual([...shown].sort(), card.layers.map(({ name }) => name).sort());
      const depthwise = await layer("stage2/block1/depthwise");
      const item = view.getTreeItem(depthwise);
      assert.equal(item.label, "depthwise");
      assert.equal(item.description, "96 × 56 × 56 · 960");
      assert.equal(depthwise.parent?.label, "block1");
      assert.equal(view.getParent(depthwise), depthwise.parent);
      assert.match(item.accessibilityInformation?.label ?? "", /depthwise, Conv \+ Clip, output 96 × 56 × 56/);
    });

    it("counts a module's parameters as the sum of what it holds", async () => {
      const { facts, layers: view } = await inside();
      const { card } = await facts.of(model);
      const stage = await module("stage2");
      const sum = card.layers
        .filter(({ name }) => name.startsWith("stage2/"))
        .reduce((total, { parameters }) => total + parameters, 0);
      assert.equal(view.getTreeItem(stage).description, `24 × 56 × 56 · ${(sum / 1000).toPrecision(3)} k`);
    });

    it("gives a module's menu the layer whose output leaves it", async () => {
      const { current, facts, layers: view } = await inside();
      const stage = await module("stage2");
      assert.equal(view.getTreeItem(stage).contextValue, "module");
      const cards = (await facts.of(model)).card.layers; // in order of execution
      const last = cards.filter(({ name }) => name.startsWith("stage2/")).at(-1)?.name;
      assert.equal(stage.output, last);
      current.lookAt(undefined);
      const { dreams } = await glassbox();
      await vscode.commands.executeCommand("glassbox.featureGrid", stage);
      const [panel] = dreams.all;
      assert.deepEqual([panel?.settings.model, panel?.settings.layer], [model, last]);
      panel?.panel.dispose();
    });

    it("keeps its ids when it is drawn anew", async () => {
      const { layers: view } = await inside();
      const ids = (await layers()).map((element) => view.getTreeItem(element).id);
      view.refresh();
      assert.deepEqual(
        (await layers()).map((element) => view.getTreeItem(element).id),
        ids,
      );
      assert.equal(new Set(ids).size, ids.length);
    });

    it("reveals a layer by its name, and by the name of its value", async () => {
      const { layers: view, facts } = await inside();
      const { card } = await facts.of(model);
      const last = card.layers.at(-1)!; // a network has layers
      assert.ok(await view.reveal({ model, layer: last.value }, true));
      await until("it is chosen in the tree", () => view.view.selection[0]?.layer === last.name);
      assert.equal(await view.reveal({ model, layer: "no such layer" }, false), false);
    });
  });

  describe("A layer's hover", () => {
    it("has its feature maps, reach, cost and dead channels, in what VS Code shows whole", async () => {
      const text = await hoverOf("stage2/block1/depthwise");
      assert.ok(text);
      assert.ok(text.length <= 95_000, `${text.length} characters`);
      const [, data = ""] = /data:image\/png;base64,([A-Za-z0-9+/=]+)\|width=\d+,height=\d+\)/.exec(text) ?? [];
      assert.deepEqual([...Buffer.from(data, "base64").subarray(1, 4)], [...Buffer.from("PNG")]);
      const words = text.replaceAll("&nbsp;", " ").replaceAll("\\", "");
      assert.match(words, /!\[Feature maps of stage2\/block1\/depthwise\]/);
      assert.match(words, /96 × 56 × 56 · 960 parameters · 2\.71 MMAC \(0\.70 % of the network\)/);
      assert.match(words, /Receptive field: 11 × 11 pixels, step 4/);
      assert.match(words, /channels dead on cat-chelsea\.png/);
    });

    it("says where the photo is prepared by a guess", async () => {
      const { facts, glances } = await inside();
      const { paths, remove } = await copies(sample("squeezenet1.1.onnx")); // nothing beside it says how
      const [bare = ""] = paths;
      const words = async (of: string, layer: string) =>
        (await layerHover({ model: of, layer }, facts, glances, never))?.markdown.value.replaceAll("&nbsp;", " ");
      assert.match((await words(bare, "conv1")) ?? "", /How the photo is prepared is a guess/);
      assert.doesNotMatch((await words(model, "stem")) ?? "", /guess/);
      await remove();
    });

    it("of a module is that of the layer it ends in, with what all of it has, costs and makes dead", async () => {
      const { facts, glances, health } = await inside();
      const stage = await module("stage2");
      const { multiplyAdds, anatomy } = await facts.of(model);
      const picture = (text = "") => /data:image\/png;base64,[^|]+/.exec(text)?.[0];
      const named = /Dead.channels.inside/;
      let ofModule = await hoverOf(stage);
      for (
        const start = Date.now();
        !named.test(ofModule?.replaceAll("&nbsp;", " ") ?? "");
        ofModule = await hoverOf(stage)
      )
        assert.ok(Date.now() - start < 25_000, ofModule?.slice(-400)); // a hover does not wait until all are counted
      assert.ok(stage.output);
      const ofOutput = await hoverOf(stage.output);
      assert.ok(picture(ofModule));
      assert.equal(picture(ofModule), picture(ofOutput));
      const words = (ofModule ?? "").replaceAll("&nbsp;", " ").replaceAll("\\", "");
      assert.ok(words.startsWith(`**stage2**   module that ends in ${stage.output}\n`), words.slice(0, 80));
      const inStage = anatomy.filter(({ layer }) => layer.startsWith("stage2/"));
      const cost = inStage.reduce((sum, layer) => sum + layer.multiplyAdds, 0);
      const parameters = stage.cards.reduce((sum, layer) => sum + layer.parameters, 0);
      const own = (await facts.layer(model, stage.output)).card.parameters;
      assert.ok(parameters > own);
      const [, shape, said, of, percent] =
        /(24 × 56 × 56) · ([\d.]+) k parameters · (\d+(?:\.\d+)?) MMAC \(([\d.]+) % of the network\)/.exec(words) ?? [];
      assert.ok(shape, words.slice(-400));
      assert.equal(Number(said), Number((parameters / 1e3).toPrecision(3)));
      assert.equal(Number(of), Number((cost / 1e6).toPrecision(3)));
      assert.ok(Math.abs(Number(percent) - (100 * cost) / multiplyAdds) <= 0.5);
      glances.leave();
      const dead = inStage.flatMap(({ layer, own }) => {
        const count = own ? (health.of(model, layer)?.dead ?? 0) : 0;
        return count ? `${layer} ${count}` : [];
      });
      assert.ok(dead.length > 0, "this photo leaves some dead");
      assert.ok(words.includes(`Dead channels inside: ${dead.slice(0, 4).join(", ")}`), words.slice(-400));
    });

    it("of a module is asked for again where not all of it was counted, once the pointer is elsewhere", async () => {
      const { glances, layers: view } = await inside();
      const stage = await module("stage2");
      const redrawn: unknown[] = [];
      const listening = view.onDidChangeTreeData((element) => redrawn.push(element));
      const counted = glances.counted.bind(glances);
      glances.counted = () => Promise.resolve(false);
      try {
        assert.match((await hoverOf(stage)) ?? "", /its.output’s.*channels/);
        assert.deepEqual(redrawn, [], "that would close the hover");
        glances.counted = counted;
        glances.leave();
        assert.deepEqual(redrawn, [stage]);
        redrawn.splice(0);
        await hoverOf(stage);
        glances.leave();
        assert.deepEqual(redrawn, []);
      } finally {
        glances.counted = counted;
        listening.dispose();
      }
    });

    it("is another one on another photo, and the tree says so", async () => {
      const { current, layers: view } = await inside();
      const before = await hoverOf("stem");
      let told = 0;
      const listening = view.onDidChangeTreeData(() => told++);
      await current.usePhoto(sample("coffee.png"));
      listening.dispose();
      assert.ok(told > 0);
      const after = await hoverOf("stem");
      assert.notEqual(after, before);
      assert.match(after ?? "", /coffee/);
      await current.usePhoto(sample("cat-chelsea.png"));
    });

    it("says that it is noise where there is no photo", async () => {
      const { current } = await inside();
      await current.usePhoto(undefined);
      assert.match(((await hoverOf("stem")) ?? "").replaceAll("&nbsp;", " "), /no photo is chosen/);
      await current.usePhoto(sample("cat-chelsea.png"));
    });

    it("comes at once for a layer that was seen, and soon for one of a network that has run", async () => {
      await hoverOf("stage3/block1/expand");
      const took = async (name: string) => {
        const start = performance.now();
        await hoverOf(name);
        return performance.now() - start;
      };
      const again = await took("stage3/block1/expand");
      assert.ok(again < 50, `${again} ms`);
      const other = await took("stage3/block2/expand");
      assert.ok(other < 1000, `${other} ms`);
    });

    it("is nothing once nobody waits for it", async () => {
      const cancel = new vscode.CancellationTokenSource();
      cancel.cancel();
      assert.equal(await hoverOf("stage4/block1/expand", cancel.token), undefined);
    });

    it("does not wait for a job that keeps the engine busy", async () => {
      const { supervisor } = await glassbox();
      const cancel = new AbortController();
      const job = (async () => {
        const request = { model, image: sample("rocket.jpg"), technique: "occlusion", parameters: {} };
        for await (const _ of supervisor.client.run(request, cancel.signal)) continue;
      })().catch(() => undefined);
      await until("it runs", () => supervisor.state.jobs.some(({ state }) => state === "running"));
      const start = performance.now();
      const text = await hoverOf("stage5/block1/expand");
      const ms = performance.now() - start;
      cancel.abort();
      await job;
      assert.ok(ms < 2500, `${ms} ms`);
      assert.match((text ?? "").replaceAll("&nbsp;", " "), /672|480/);
    });

    it("shows names from files as they are, whatever they hold", async () => {
      const { facts, glances } = await inside();
      const name = "**bold** ![x](https://example.com/x.png) <b>\u202Eevil\n# title";
      const { card } = await facts.of(model);
      const odd = {
        layer: () => Promise.resolve({ card: { ...card.layers[0]!, name } }), // a network has layers
        of: (path: string) => facts.of(path),
      };
      const hover = await layerHover({ model, layer: name }, odd as unknown as typeof facts, glances, never); // all that it asks
      assert.ok(hover);
      assert.doesNotMatch(hover.markdown.value, /(?<!\\)!\[x|(?<!\\)\*\*bold|<b>|\u202E|\n# title/);
    });

    it("is the same over a layer's name in the file beside a model", async () => {
      const copy = await copies(sample("squeezenet1.1.onnx"));
      try {
        const [path] = copy.paths as [string];
        const { facts } = await inside();
        const { card } = await facts.of(path);
        const name = card.layers[0]!.name; // a network has layers
        const sidecar = vscode.Uri.file(path.replace(/onnx$/, "glassbox.json"));
        const text = JSON.stringify({ name });
        await vscode.workspace.fs.writeFile(sidecar, new TextEncoder().encode(text));
        await vscode.window.showTextDocument(sidecar);
        const at = new vscode.Position(0, text.indexOf(name) + 1);
        const hovers = await vscode.commands.executeCommand<vscode.Hover[]>("vscode.executeHoverProvider", sidecar, at);
        const texts = hovers.flatMap(({ contents }) =>
          contents.map((content) => (content as vscode.MarkdownString).value),
        );
        assert.ok(
          texts.some((each) => each.includes("data:image/png;base64,") && each.length <= 95_000),
          texts.map((each) => each.slice(-300)).join("; "),
        );
      } finally {
        await closeAll();
        await copy.remove();
      }
    });
  });

  describe("Badges", () => {
    it("wait until the pointer is elsewhere: on its own line they would close the hover", async () => {
      const { health } = await inside();
      health.forget();
      await hoverOf("stem");
      assert.equal(health.of(model, "stem"), undefined);
      await hoverOf("head");
      assert.ok(health.of(model, "stem"));
    });

    it("of all in a module wait while the pointer is on the module, on whose line they leave a mark", async () => {
      const { health, glances } = await inside();
      glances.forget();
      health.forget();
      const stage = await module("stage2");
      await hoverOf(stage);
      await until("the others are counted", () => health.of(model, "head") !== undefined);
      const inStage = stage.cards.map(({ name }) => name);
      assert.deepEqual(
        inStage.map((name) => health.of(model, name)),
        inStage.map(() => undefined),
      );
      await hoverOf("head");
      for (const name of inStage) assert.ok(health.of(model, name), name);
    });

    it("say how many channels are dead and which layers hold NaN, until the photo changes", async () => {
      const { health, current } = await inside();
      health.learn(health.round, model, "stem", { channels: 32, dead: 3, broken: 0 });
      health.learn(health.round - 1, model, "stem", { channels: 32, dead: 9, broken: 0 });
      assert.equal(health.of(model, "stem")?.dead, 3, "what was learned of an earlier photo does not count");
      await current.usePhoto(sample("rocket.jpg"));
      assert.equal(health.of(model, "stem"), undefined);
      await current.usePhoto(sample("cat-chelsea.png"));
    });
  });
});
