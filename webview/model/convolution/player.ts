import { dropdown, iconButton } from "../../shared/controls.ts";
import { h, icon } from "../../shared/dom.ts";
import type { Region } from "../../shared/region.ts";
import { paces } from "./moments.ts";
import type { Pace } from "./moments.ts";

const paceNames: Readonly<Record<Pace, string>> = {
  products: "Step: a cell of the window",
  channels: "Step: an input channel",
  places: "Step: an output place",
  pixels: "Step: an input pixel, backwards",
};
/** Steps per second. */
const speeds = [0.5, 1, 2, 4, 8, 16] as const;
const pictures = {
  back: "M11 3.5L5.5 8l5.5 4.5zM4 3.5v9",
  play: "M5 3l8 5-8 5z",
  pause: "M5.5 3v10M10.5 3v10",
  step: "M5 3.5L10.5 8 5 12.5zM12 3.5v9",
  first: "M12 3.5L7 8l5 4.5zM7 3.5L3 8l4 4.5",
  last: "M4 3.5L9 8l-5 4.5zM9 3.5L13 8l-4 4.5",
};

export interface PlayerEvents {
  /** False where there is nothing farther. */
  step(by: 1 | -1, pace: Pace): boolean;
  /** To the window's beginning or end. */
  jump(to: "first" | "last"): void;
  /** False while an answer is waited for: the next step waits too. */
  ready(): boolean;
  paced(): void;
}

export interface Player extends Region {
  /** Which steps there are. */
  offer(paces: readonly Pace[]): void;
  readonly pace: Pace;
  stop(): void;
  /** Whether the key was one of the player's. */
  key(event: KeyboardEvent): boolean;
}

/** Goes through something step by step, by hand or by itself. Nothing moves by itself for those who asked for less motion. */
export function player(events: PlayerEvents): Player {
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  let timer: ReturnType<typeof setTimeout> | undefined;
  let pace: Pace = "products";
  let speed = 2;
  let offered: readonly Pace[] = paces;

  const play = iconButton("Play (P)", icon(pictures.play), () => (timer === undefined ? start() : stop()));
  const paceField = h("span", {});
  const speedField = dropdown(
    "Speed",
    speeds.map((value) => ({ value: String(value), text: `${value} a second` })),
    String(speed),
    (value) => {
      speed = Number(value);
    },
  );
  const noMotion = h("span", { class: "dim" }, "Less motion is asked for: step by hand.");
  const element = h(
    "div",
    { class: "player", role: "toolbar", "aria-label": "Animation" },
    iconButton("To the window’s beginning (Home)", icon(pictures.first), () => jump("first")),
    iconButton("Back (,)", icon(pictures.back), () => byHand(-1)),
    play,
    iconButton("Step (.)", icon(pictures.step), () => byHand(1)),
    iconButton("To the window’s end (End)", icon(pictures.last), () => jump("last")),
    paceField,
    speedField,
    noMotion,
  );

  function byHand(by: 1 | -1): void {
    stop();
    events.step(by, pace);
  }
  function jump(to: "first" | "last"): void {
    stop();
    events.jump(to);
  }
  function start(): void {
    if (still.matches) return;
    const turn = () => {
      if (element.offsetParent === null) return stop(); // nobody sees it
      if (events.ready() && !events.step(1, pace)) return stop();
      timer = setTimeout(turn, 1000 / speed);
    };
    timer = setTimeout(turn, 0);
    mark();
  }
  function stop(): void {
    clearTimeout(timer);
    timer = undefined;
    mark();
  }
  function mark(): void {
    const playing = timer !== undefined;
    const label = playing ? "Pause (P)" : "Play (P)";
    if (play.title === label) return;
    play.title = label;
    play.setAttribute("aria-label", label);
    play.replaceChildren(icon(playing ? pictures.pause : pictures.play));
  }
  function build(): void {
    if (!offered.includes(pace)) pace = offered[0] ?? "products";
    const choices = offered.map((value) => ({ value, text: paceNames[value] }));
    paceField.replaceChildren(
      dropdown("What a step is", choices, pace, (value) => {
        pace = paces.find((each) => each === value) ?? "products";
        events.paced();
      }),
    );
  }

  build();
  return {
    element,
    get pace() {
      return pace;
    },
    stop,
    offer(next) {
      if (next.join() === offered.join()) return;
      offered = next;
      build();
    },
    key({ key }) {
      const actions: Readonly<Record<string, () => void>> = {
        ",": () => byHand(-1),
        ".": () => byHand(1),
        p: () => play.click(),
        Home: () => jump("first"),
        End: () => jump("last"),
      };
      const action = actions[key];
      action?.();
      return action !== undefined;
    },
    update() {
      play.hidden = speedField.hidden = still.matches;
      noMotion.hidden = !still.matches;
    },
  };
}
