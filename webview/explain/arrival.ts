/** How long what was there before goes on being shown. */
const patience = 300;

/** The wait for something that is to appear all at once; what takes long appears in parts, rather than not at all. */
export class Arrival {
  #late: ReturnType<typeof setTimeout> | undefined;

  /** `over`: called when it took too long. */
  constructor(private readonly over: () => void) {}

  get awaited(): boolean {
    return this.#late !== undefined;
  }

  expect(): void {
    clearTimeout(this.#late);
    this.#late = setTimeout(() => {
      this.#late = undefined;
      this.over();
    }, patience);
  }

  end(): void {
    clearTimeout(this.#late);
    this.#late = undefined;
  }
}
