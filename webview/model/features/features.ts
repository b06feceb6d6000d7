import { button } from "../../shared/controls.ts";
import { fill, h } from "../../shared/dom.ts";
import type { Region } from "../../shared/region.ts";
import { visible } from "../../shared/words.ts";
import { choosePhoto } from "../photo-picker.ts";
import type { View } from "../view.ts";
import { brushBar } from "./brush-bar.ts";
import "./features.css";
import { grid } from "./grid.ts";
import { messageOf } from "./message.ts";
import { stage } from "./stage.ts";
import { Tiles } from "./tiles.ts";
import { toolbar } from "./toolbar.ts";
import { Work } from "./work.ts";

/** What every channel of the chosen layer makes of the photo: a grid, one of them in large, and what a brush changes in them. */
export function features(view: View): Region {
  const { session } = view;
  const work = new Work(session);
  const tiles = new Tiles(() => view.theme);
  const message = h("div", { class: "maps-message", role: "status" });
  const parts = [toolbar(view, work, tiles), brushBar(view, work), stage(view, work, tiles), grid(view, work, tiles)];
  const shown = h("div", { class: "maps" }, ...parts.map(({ element }) => element));
  const element = h("div", { class: "features" }, message, shown);

  let said = "";
  function say(): boolean {
    const told = messageOf(session, work);
    const key = JSON.stringify(told ?? null);
    if (key !== said) {
      said = key;
      const actions = {
        photo: () => button("Choose a photo", () => void choosePhoto(session), "primary"),
        again: () => button("Try again", () => work.again()),
        other: () =>
          button("Choose the other photo", () => void session.attempt(() => session.host.usePhoto({ photo: "other" }))),
      };
      fill(
        message,
        told?.title ? h("h3", {}, visible(told.title)) : undefined,
        told ? h("p", {}, visible(told.text)) : undefined,
        told?.action ? actions[told.action]() : undefined,
      );
      message.hidden = !told;
      message.dataset["extent"] = told?.extent ?? "none";
    }
    return told?.extent === "whole";
  }

  return {
    element,
    update() {
      work.ask();
      const instead = say();
      shown.hidden = instead;
      element.dataset["outdated"] = String(work.outdated);
      if (instead) return;
      for (const part of parts) part.update();
      work.ask(); // the grid knows now which channels are in sight
    },
  };
}
