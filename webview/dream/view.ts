import type { Session } from "./session.ts";

/** What the regions share: what is known, and who speaks. */
export interface View {
  readonly session: Session;
  announce(text: string, often?: boolean): void;
}
