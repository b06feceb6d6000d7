import { h } from "./dom.ts";

/** Told of a field, bubbling, when something is wrong in it or no longer is. */
export const problemChanged = "problem-changed";

export interface Problem {
  readonly line: HTMLElement;
  /** Marks the field; with undefined it is taken back. */
  show(field: HTMLElement, words: string | undefined): void;
}

/** The line that says what is wrong in a field of this name, which may be one of several above it; tied to it for those who do not see both. */
export function problemOf(name: string): Problem {
  const id = `problem-${name.replace(/\W+/g, "-")}`;
  const line = h("p", { class: "problem", role: "alert", id, hidden: true });
  return {
    line,
    show(field, words) {
      line.textContent = words === undefined ? "" : `${name}: ${words}`;
      line.hidden = words === undefined;
      const mark = (attribute: string, value: string) =>
        words === undefined ? field.removeAttribute(attribute) : field.setAttribute(attribute, value);
      mark("aria-invalid", "true");
      mark("aria-describedby", id);
      field.dispatchEvent(new Event(problemChanged, { bubbles: true }));
    },
  };
}

/** What is wrong in the first field that is in sight. */
export const firstProblem = (within: Element): string | undefined =>
  [...within.querySelectorAll(".problem")].find((one) => !one.closest("[hidden]"))?.textContent ?? undefined;
