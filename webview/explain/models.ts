import { failureOf } from "../../src/shared/rpc.ts";
import { browse } from "../shared/paths.ts";
import type { Session } from "./session.ts";

/** False where the dialog was left or the model was refused, and says why. */
export async function chooseModel(session: Session, choice: string = browse): Promise<boolean> {
  try {
    const path = choice === browse ? await session.host.browseModel(undefined) : choice;
    if (path === undefined) return false;
    await session.host.chooseModel({ path });
    return true;
  } catch (error) {
    session.say(failureOf(error).message, "warning");
    return false;
  }
}
