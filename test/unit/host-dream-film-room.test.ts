import assert from "node:assert/strict";
import { Film } from "../../src/host/dream-film.ts";
import { FilmRoom } from "../../src/host/dream-film-room.ts";
import { frameAt } from "../ui/harness/dream-staged.ts";

/** A film of `count` frames, and how often it was told that some of them are gone. */
function filming(count: number) {
  const one = { film: new Film(), told: 0, thinned: () => void one.told++ };
  let last: ReturnType<Film["add"]> | undefined;
  for (let done = 1; done <= count; done++) last = one.film.add(frameAt(done, 1, count), last);
  return one;
}

describe("the room that films share", () => {
  it("takes from the largest until all fit, never the newest frame nor what it takes to go on from it", () => {
    const [small, large, larger] = [filming(4), filming(20), filming(30)];
    const all = [small, large, larger];
    const held = () => all.reduce((sum, { film }) => sum + film.held, 0);
    const bytes = held() / 2;
    const room = new FilmRoom(bytes);
    for (const one of all) room.enter(one);
    const before = small.film.held;
    room.settle();
    assert.ok(held() <= bytes, `${held()} of ${bytes}`);
    assert.equal(small.film.held, before, "the smallest gives nothing");
    assert.deepEqual([small.told, large.told > 0, larger.told > 0], [0, true, true]);
    for (const { film } of all) assert.ok(film.resumable(film.last?.id) === film.last);
    const told = larger.told;
    room.settle();
    assert.equal(larger.told, told, "what fits is left alone");
  });

  it("is all of one panel's where there is no other, and again when the others are closed", () => {
    const [one, other] = [filming(20), filming(20)];
    const room = new FilmRoom(one.film.held);
    room.enter(one);
    room.enter(other);
    room.leave(other);
    room.settle();
    assert.deepEqual([one.told, one.film.all.length], [0, 20]);
  });

  it("ends where the films have no more to give", () => {
    const [one, other] = [filming(5), filming(5)];
    const room = new FilmRoom(1);
    room.enter(one);
    room.enter(other);
    room.settle();
    assert.ok(one.film.last && other.film.last);
  });
});
