import type { InputShape, Preparation } from "../../src/shared/preparation.ts";
import { link, textField } from "../shared/controls.ts";
import { h } from "../shared/dom.ts";

/** No photo is larger than this on its longer side by the time that a network sees it. */
const largest = 4096;

/** The size that a network of any size is given, to change: what the file fixes stays as it is. */
export function inputSize(
  picture: InputShape,
  preparation: Preparation,
  use: (preparation: Preparation, keep: boolean) => void,
): HTMLElement {
  const [height, width] = preparation.size;
  const side = (label: string, value: number, fixed: number | undefined) => {
    const { field } = textField(label, { value: String(value), size: "4", inputmode: "numeric" });
    if (fixed !== undefined) field.setAttribute("disabled", "");
    return field;
  };
  const fields = [
    side("Width in pixels", width, picture.width),
    side("Height in pixels", height, picture.height),
  ] as const;
  const problem = h("p", { role: "alert", class: "warning-text" });
  const take = (keep: boolean) => {
    const [w, h] = fields.map(({ value }) => (/^\d{1,4}$/.test(value.trim()) ? Number(value) : 0)) as [number, number]; // as many as fields
    const fits = [w, h].every((n) => n >= 1 && n <= largest);
    problem.textContent = fits ? "" : `Width and height are whole numbers from 1 to ${largest}.`;
    if (fits) use({ ...preparation, size: [h, w] }, keep);
  };
  for (const field of fields)
    field.addEventListener("keydown", ({ key }) => {
      if (key === "Enter") take(false);
    });
  return h(
    "div",
    { class: "input-size", role: "group", "aria-label": "Input size" },
    h("div", { class: "sides" }, "Input size", fields[0], "×", fields[1]),
    problem,
    h(
      "div",
      { class: "actions" },
      link("Use in workspace", () => take(false), "Use this size in the workspace"),
      link("Keep with model", () => take(true), "Keep this size with the model"),
    ),
  );
}
