/** Where programs are computed: on the processor, or by WebGPU on the graphics processor. */
export type DeviceName = "cpu" | "webgpu";

const words: Readonly<Record<DeviceName, string>> = { cpu: "the processor", webgpu: "the GPU (WebGPU)" };

/** What a model computes on. A GPU that fails is not asked again: the processor takes over, and `note` says why. */
export class Device {
  #name: DeviceName;
  #note: string | undefined;

  constructor(wanted: DeviceName = "cpu") {
    this.#name = wanted;
  }

  get name(): DeviceName {
    return this.#name;
  }

  /** For the person, once the wanted device has failed. */
  get note(): string | undefined {
    return this.#note;
  }

  fallBack(reason: unknown): void {
    if (this.#name === "cpu") return;
    const message = reason instanceof Error ? reason.message : String(reason);
    this.#note = `computed on ${words.cpu}: ${words[this.#name]} failed`;
    this.#name = "cpu";
    console.error(`${words.webgpu} failed; ${words.cpu} takes its place. ${message}`);
  }
}

/** What a setting, a flag or a variable says; anything unknown is the processor. */
export const deviceNamed = (text: string | undefined): DeviceName => (text === "webgpu" ? "webgpu" : "cpu");
