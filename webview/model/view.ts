import type { ThemeKind } from "../shared/theme.ts";
import type { Session } from "./session.ts";

/** What the header asks of the graph. */
export interface GraphCommands {
  /** Puts the cursor into the search field. */
  search(): void;
  /** Shows the whole graph. */
  fit(): void;
}

/** What the regions of the model editor share. */
export interface View {
  readonly session: Session;
  theme: ThemeKind;
  /** The graph puts its own here when it is made. */
  graph: GraphCommands | undefined;
  announce(text: string, often?: boolean): void;
}
