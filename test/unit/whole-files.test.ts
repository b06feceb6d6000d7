import assert from "node:assert/strict";
import { lstatSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { writeTo } from "../../src/cli/destination.ts";
import { NotWritten, writeSeries, writeWhole, type Files } from "../../src/host/whole-files.ts";
import { folder } from "../fixtures/onnx/writer.ts";
import { never } from "./support/engine.ts";

const bytes = Uint8Array.of(1, 2, 3);

/** A file system of that much room; what is too large is written as far as it goes. */
function small(room: number, held = new Map<string, Uint8Array>()): { files: Files<string>; held: typeof held } {
  const full = () => Object.assign(new Error("Error (FileSystemError): ENOSPC: no space left on device, write"), {});
  const files: Files<string> = {
    async writeFile(place, given) {
      const used = [...held.values()].reduce((sum, { length }) => sum + length, 0);
      held.set(place, given.slice(0, Math.max(0, room - used)));
      if (used + given.length > room) throw full();
      return Promise.resolve();
    },
    async rename(from, to) {
      held.set(to, held.get(from)!);
      held.delete(from);
      return Promise.resolve();
    },
    async delete(place) {
      if (!held.delete(place)) throw new Error("There is no such file.");
      return Promise.resolve();
    },
  };
  return { files, held };
}

const place = { place: "film.webp", beside: ".film.webp.new", words: "/pictures/film.webp" };

describe("a file that a person saves", () => {
  it("is there whole, and nothing beside it", async () => {
    const { files, held } = small(10);
    await writeWhole(files, place, bytes);
    assert.deepEqual([...held], [["film.webp", bytes]]);
  });

  it("leaves what was there where the disk is full, and says so in words", async () => {
    const { files, held } = small(4, new Map([["film.webp", Uint8Array.of(9, 9)]]));
    await assert.rejects(
      writeWhole(files, place, bytes),
      (error: Error) =>
        error instanceof NotWritten && error.message === "/pictures/film.webp was not written: the disk is full.",
    );
    assert.deepEqual([...held], [["film.webp", Uint8Array.of(9, 9)]]);
  });

  for (const [thrown, words] of [
    [Object.assign(new Error("x"), { code: "EACCES" }), "it may not be written there"],
    [new Error("Unable to write (NoPermissions (FileSystemError))"), "it may not be written there"],
    [new Error("FileNotFound (FileSystemError): gone"), "its folder is gone"],
    [new Error("The cable was pulled."), "The cable was pulled"],
    [Object.assign(new Error("x"), { code: "EFBIG" }), "no file may be that large there"],
    [new Error("Error: ENOENT: no such file, open '/o'neill/read-only/permission.png'"), "its folder is gone"],
    [
      new Error("Unable to write file '/permission/a.png' (Error: EROFS: open '/permission/a.png')"),
      "the disk is read-only",
    ],
    [Object.assign(new Error("open '/p/a.png': permission denied"), { code: "ENOSPC" }), "the disk is full"],
  ] as const)
    it(`says what "${thrown.message}" means`, async () => {
      const files = { ...small(10).files, writeFile: async () => Promise.reject(thrown) };
      await assert.rejects(writeWhole(files, place, bytes), {
        message: `/pictures/film.webp was not written: ${words}.`,
      });
    });

  it("of many tells how many were written before the disk was full", async () => {
    const { files, held } = small(7);
    const write = (i: number) => writeWhole(files, { place: `${i}.png`, beside: `.${i}`, words: `/p/${i}.png` }, bytes);
    await assert.rejects(writeSeries(5, "/p", write, never), {
      message: "2 of 5 frames are in /p; /p/2.png was not written: the disk is full.",
    });
    assert.deepEqual([...held.keys()], ["0.png", "1.png"]);
    assert.equal(await writeSeries(2, "/p", async () => Promise.resolve(), never), true);
    assert.equal(await writeSeries(2, "/p", async () => Promise.resolve(), AbortSignal.abort()), false);
  });
});

describe("a file that the command line writes", () => {
  /** Half of it, and then there is no room. */
  const failing = ((path: string, given: Uint8Array) => {
    writeFileSync(path, given.slice(0, 1));
    throw Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });
  }) as typeof writeFileSync;

  it("takes the place of what was there at once, through a link too", () => {
    const at = folder();
    const [path, link] = [join(at, "film.webp"), join(at, "link.webp")];
    writeFileSync(path, "before");
    symlinkSync(path, link);
    writeTo(link, bytes);
    assert.deepEqual([...readFileSync(path)], [1, 2, 3]);
    assert.deepEqual(readdirSync(at).sort(), ["film.webp", "link.webp"]);
  });

  it("leaves what was there where the disk is full, and says so", () => {
    const at = folder();
    const path = join(at, "film.webp");
    const full = { message: `${path} was not written: the disk is full.` };
    assert.throws(() => writeTo(path, bytes, failing), full);
    assert.deepEqual(readdirSync(at), []);
    writeFileSync(path, "before");
    assert.throws(() => writeTo(path, bytes, failing), full);
    assert.equal(readFileSync(path, "utf8"), "before");
    assert.deepEqual(readdirSync(at), ["film.webp"]);
  });

  it("may be read by those who might read the one before, and goes where a link leads that leads nowhere yet", function () {
    if (process.platform === "win32") this.skip();
    const at = folder();
    const [secret, link] = [join(at, "secret.png"), join(at, "link.png")];
    writeFileSync(secret, "before", { mode: 0o600 });
    writeTo(secret, bytes);
    assert.equal(statSync(secret).mode & 0o777, 0o600);
    symlinkSync("later.png", link);
    writeTo(link, bytes);
    assert.equal(lstatSync(link).isSymbolicLink(), true);
    assert.deepEqual([...readFileSync(join(at, "later.png"))], [1, 2, 3]);
  });
});
