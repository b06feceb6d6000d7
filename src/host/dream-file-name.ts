import { basename, extname } from "node:path";
import { startOf, styleOf } from "../shared/dream-pictures.ts";
import type { RecipeSettings } from "../shared/synthesis.ts";

/** What a picture is made with, as far as a file's name says it. */
export type Named = Pick<RecipeSettings, "technique" | "parameters"> & Partial<RecipeSettings>;

/** "kitten deep-dream fire8-concat", "cat style-transfer coffee", "class-visualization 282". */
export function fileNameOf({ technique, parameters, image, target, channel, layer }: Named): string {
  const photo = image ?? startOf(parameters);
  const style = styleOf(parameters);
  const unit =
    layer === undefined ? undefined : `${layer.replaceAll("/", "-")}${channel === undefined ? "" : ` ${channel}`}`;
  return [stem(photo), technique, stem(style), target, unit].filter((part) => part !== undefined).join(" ");
}

const stem = (file: string | undefined): string | undefined =>
  file === undefined ? undefined : basename(file, extname(file));
