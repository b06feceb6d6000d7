import type { Film } from "./dream-film.ts";

/** For the memory that the films of all panels take together: the extension host is other extensions', too. */
const mostBytes = 384e6;

/** Whose frames take part of the room. */
export interface Filming {
  readonly film: Pick<Film, "held" | "shrink">;
  /** Frames of it are gone. */
  thinned(): void;
}

/** The memory that films share: one panel alone may have all of it, where there are more the largest film makes room. */
export class FilmRoom {
  readonly #filming = new Set<Filming>();

  constructor(private readonly bytes = mostBytes) {}

  enter(one: Filming): void {
    this.#filming.add(one);
  }

  leave(one: Filming): void {
    this.#filming.delete(one);
  }

  /** Takes from the largest film, never more than leaves it an equal share, until all together fit, or it can give no more. */
  settle(): void {
    for (let excess = this.#excess(); excess > 0; excess = this.#excess()) {
      const [largest] = [...this.#filming].toSorted((a, b) => b.film.held - a.film.held);
      const share = this.bytes / this.#filming.size;
      if (!largest?.film.shrink(Math.max(share, largest.film.held - excess))) return;
      largest.thinned();
    }
  }

  #excess(): number {
    return [...this.#filming].reduce((sum, { film }) => sum + film.held, 0) - this.bytes;
  }
}
