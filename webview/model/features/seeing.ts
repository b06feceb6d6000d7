import type { Stroke } from "../../../src/shared/inside.ts";
import type { PhotoSlot } from "../../../src/shared/model-panel.ts";
import type { Failure } from "../../../src/shared/rpc.ts";
import type { Host } from "../session.ts";
import { Latest } from "./latest.ts";

interface Question {
  readonly photo: PhotoSlot;
  readonly strokes: readonly Stroke[];
}

/** The photo as the network sees it, what a brush did included. The last picture stays until the next one is there. */
export class Seeing {
  picture: ImageBitmap | undefined;
  #subject = "";
  readonly #questions: Latest<Question, ImageBitmap>;

  constructor(host: () => Host, changed: () => void) {
    this.#questions = new Latest(
      async (question, signal) => {
        const { png } = await host().seen(question, signal);
        return createImageBitmap(new Blob([new Uint8Array(png)], { type: "image/png" }));
      },
      (picture) => {
        this.picture?.close();
        this.picture = picture;
      },
      changed,
    );
  }

  get failure(): Failure | undefined {
    return this.#questions.failure;
  }

  want(subject: string, photo: PhotoSlot, strokes: readonly Stroke[]): void {
    if (subject !== this.#subject) this.forget();
    this.#subject = subject;
    this.#questions.put(JSON.stringify([subject, photo, strokes]), { photo, strokes });
  }

  forget(): void {
    this.#questions.drop();
    this.#subject = "";
  }
}
