import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { photosAmong } from "../../src/host/selection.ts";
import { isPhoto, photoEndings } from "../../src/shared/photo-endings.ts";

const among = (...paths: string[]) => photosAmong(paths, (path) => path);

describe("a selection of files", () => {
  it("is explained whole where it is all photos", () => {
    assert.deepEqual(among("/a/x.png", "/a/y.JPG"), { photos: ["/a/x.png", "/a/y.JPG"], leftOut: undefined });
  });

  it("is explained without what is no photo, which is named", () => {
    const { photos, leftOut } = among("/a/notes.txt", "/a/x.png", "/a/y.gif");
    assert.deepEqual(photos, ["/a/x.png", "/a/y.gif"]);
    assert.equal(leftOut, "Left out 1 of the 3 selected files, which is not a photo: notes.txt.");
    assert.equal(
      among("1.txt", "2.txt", "3.txt", "4.txt", "5.txt", "x.png").leftOut,
      "Left out 5 of the 6 selected files, which are not photos: 1.txt, 2.txt, 3.txt and 2 more.",
    );
  });

  it("goes on as it is where nothing of it is a photo, to be refused by name", () => {
    assert.deepEqual(among("a.txt", "b.onnx"), { photos: ["a.txt", "b.onnx"], leftOut: undefined });
  });
});

interface Item {
  readonly command?: string;
  readonly submenu?: string;
  readonly when?: string;
}
const { contributes } = JSON.parse(
  readFileSync(fileURLToPath(new URL("../../package.json", import.meta.url)), "utf8"),
) as { contributes: { menus: Readonly<Record<string, readonly Item[]>> } }; // of the manifest, as VS Code reads it
const items = Object.entries(contributes.menus).flatMap(([menu, all]) => all.map((item) => ({ menu, ...item })));

/** The endings that a `when` clause asks for. */
const endingOf = (when: string): RegExp | undefined => {
  const [, source, flags] = /resourceExtname =~ \/(.+?)\/(i?)(?: |$)/.exec(when) ?? [];
  return source === undefined ? undefined : new RegExp(source, flags);
};
const forPhotos = items.filter(({ when = "" }) => endingOf(when)?.test(".png"));

describe("the menus of layers", () => {
  it("offer over blocks, maps and units every picture that a layer's menu in the sidebar does", () => {
    const inEditor = items.filter(({ menu, when = "" }) => menu === "webview/context" && /\blayer\b/.test(when));
    const inSidebar = items.filter(({ menu }) => menu === "glassbox.picturesOfLayer");
    assert.ok(inSidebar.length > 3);
    for (const { command } of inSidebar)
      assert.ok(
        inEditor.some((item) => item.command === command),
        command,
      );
  });
});

describe("the menus of photos", () => {
  it("are where a photo can be clicked: in the explorer, above an editor, on its tab", () => {
    assert.deepEqual(
      forPhotos.filter(({ command }) => command === "glassbox.explain").map(({ menu }) => menu),
      ["explorer/context", "editor/title", "editor/title/context"],
    );
    assert.ok(forPhotos.length >= 8, `${forPhotos.length} entries`);
  });

  it("of a file offer no dialog for another file", () => {
    const commands = items.filter(({ menu }) => menu === "glassbox.onPhoto").map(({ command }) => command);
    assert.ok(commands.includes("glassbox.useAsCurrentPhoto"));
    assert.ok(!commands.includes("glassbox.choosePhoto"));
  });

  for (const { menu, command, submenu, when = "" } of forPhotos)
    it(`offer ${command ?? submenu} in ${menu} for every ending that Glassbox reads, and no other`, () => {
      const ending = endingOf(when);
      for (const each of photoEndings)
        for (const name of [`.${each}`, `.${each.toUpperCase()}`, `.${each[0]?.toUpperCase()}${each.slice(1)}`]) {
          assert.ok(ending?.test(name), name);
          assert.ok(isPhoto(`photo${name}`), name);
        }
      for (const name of [".onnx", ".txt", ".svg", ".heic", ".pngx", ".xpng", "png", ".tifff", ".jpgpng", ""])
        assert.ok(!ending?.test(name), name);
      assert.match(when, /resourceScheme =~ \/\^\(file\|vscode-remote\)\$\//, "there is a file to read");
    });
});
