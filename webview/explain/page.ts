import { h } from "../shared/dom.ts";
import { noticeLine } from "../shared/notice-line.ts";
import type { Region } from "../shared/region.ts";
import { header } from "./header.ts";
import { keepingHeight } from "./keeping-height.ts";
import { parameters } from "./parameters.ts";
import { prediction } from "./prediction.ts";
import { refusal } from "./refusal.ts";
import { convention, sentence } from "./sentence.ts";
import { stage } from "./stage.ts";
import { tabs } from "./tabs.ts";
import { thumbnails } from "./thumbnails.ts";
import { trust } from "./trust.ts";
import type { View } from "./view.ts";

/** All regions, in the order in which Tab goes through them; photo and map by themselves too. */
export function page(view: View): Region & { readonly stage: Region } {
  const { session } = view;
  const top = header(view);
  const refused = refusal(view);
  const small = thumbnails(view);
  const pictures = stage(view);
  const words = [tabs(view), sentence(view)];
  const computed = convention(view);
  const predicted = prediction(view);
  const side = [predicted, trust(view), parameters(view)];
  const notice = noticeLine(session);
  const said = h("div", { class: "words" }, ...words.map((region) => region.element));
  keepingHeight(said);
  const below = h("div", { class: "under-pictures" }, said, small.element, computed.element);
  const left = h("main", {}, pictures.element, below);
  const right = h("aside", {}, ...side.map((region) => region.element));
  const columns = h("div", { class: "columns" }, left, right);
  // In one column what the network said comes before the thumbnails, for the eye and for the Tab key alike.
  const narrow = matchMedia("(max-width: 760px)");
  const arrange = () => (narrow.matches ? small.element.before(predicted.element) : right.prepend(predicted.element));
  narrow.addEventListener("change", arrange);
  arrange();
  const element = h("div", { class: "page" }, top.element, notice.element, refused.element, columns);
  const regions = [top, notice, refused, pictures, ...words, small, computed, ...side];
  return {
    element,
    stage: pictures,
    update() {
      const { standing } = session;
      columns.hidden = standing.kind === "refused";
      columns.dataset["standing"] = standing.kind === "ready" && standing.outdated ? "outdated" : standing.kind;
      for (const region of regions) region.update();
    },
  };
}
