import type { ThemeKind } from "../shared/theme.ts";
import type { Viewport } from "../shared/viewport.ts";
import { firstLook } from "./frame.ts";
import type { PhotoOnScreen } from "./photo-on-screen.ts";
import type { Picture } from "./result.ts";
import { isZero, pictureOf } from "./result.ts";
import type { Session } from "./session.ts";

/** What the regions share: what is known, how it looks, and who speaks. */
export interface View {
  readonly session: Session;
  theme: ThemeKind;
  readonly photo: PhotoOnScreen;
  /** Whether the tenth that was erased is outlined on the panes. */
  marking: boolean;
  announce(text: string, often?: boolean): void;
}

/** The picture on the large pane. */
export function shownPicture({ session }: View): Picture | undefined {
  const { technique, keys } = session.remembered;
  return pictureOf(session.resultOf(technique), keys[technique]);
}

/** What the panes show of the frame. */
export function viewportOf({ session }: View): Viewport {
  const { viewport, whole } = session.remembered;
  const { prediction } = session.looked ?? {};
  return prediction && !whole && viewport.zoom <= 1 ? firstLook(prediction) : viewport;
}

/** Over the photo, signed and fine maps hide only what they mark: their middle or their low end would cover all else. */
export const letsThrough = ({ session }: View, picture: Picture): boolean =>
  session.remembered.view === "overlay" &&
  picture.kind === "heatmap" &&
  (picture.signed || picture.percentile !== undefined);

/** Maps let the photo through; but those whose few bright points need an end of their scale would drown in it. */
export function smallOpacity({ session }: View, technique: string, picture: Picture): number {
  const chosen = session.remembered.opacity[technique];
  if (chosen !== undefined) return chosen;
  if (picture.kind === "classes") return 0.7;
  if (isZero(picture)) return 0.5;
  return picture.percentile === undefined ? 0.65 : 1;
}

/** On the large pane, where a map that lets the photo through needs nothing else to. */
export function opacityOf(view: View, technique: string, picture: Picture): number {
  const chosen = view.session.remembered.opacity[technique];
  return chosen === undefined && letsThrough(view, picture) ? 1 : smallOpacity(view, technique, picture);
}
