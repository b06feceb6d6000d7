import type { Session } from "./session.ts";

/** Photos on offer. The workspace is searched for them, which may take its time, and others come while the page is open. `told`: of the first. */
export async function offerPhotos(session: Session, told: () => void): Promise<void> {
  try {
    for await (const photos of session.host.photos(undefined)) {
      session.photos = photos;
      session.changed();
      told();
    }
  } catch {
    told(); // there is the dialog
  }
}
