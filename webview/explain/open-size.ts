import type { InputShape } from "../../src/shared/preparation.ts";
import { visible } from "../shared/words.ts";

/** Whether a file leaves the size of its picture to whoever uses it. */
export const isOpen = (picture: InputShape | undefined): picture is InputShape =>
  picture !== undefined && (picture.height === undefined || picture.width === undefined);

/** What the file leaves open of its input's size, as it is written there: "width (“w”) and height". */
export function leftOpen({ layout, written, height, width }: InputShape): string {
  const [row, column] = layout === "NHWC" ? [1, 2] : [2, 3];
  const name = (axis: number, what: string) =>
    typeof written[axis] === "string" ? `${what} (“${visible(written[axis])}”)` : what;
  const open = [
    ...(width === undefined ? [name(column, "width")] : []),
    ...(height === undefined ? [name(row, "height")] : []),
  ];
  return open.join(" and ");
}
