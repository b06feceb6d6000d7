/** A value as JSON or Python write it; dictionaries become maps, whose keys no text can turn into anything else. */
export type Literal = string | number | boolean | null | readonly Literal[] | ReadonlyMap<string, Literal>;

const DEPTH = 20;
const words = new Map<string, Literal>([
  ["true", true],
  ["True", true],
  ["false", false],
  ["False", false],
  ["null", null],
  ["None", null],
]);
const closing = new Map([
  ["[", "]"],
  ["(", ")"],
]);
const escapes: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", b: "\b", f: "\f" };

/** Reads a literal and nothing else: nothing is evaluated. Undefined where the text is not one. */
export function parseLiteral(text: string): Literal | undefined {
  let at = 0;
  const space = () => {
    while (/\s/.test(text[at] ?? "")) at++;
  };
  const taken = (character: string): boolean => {
    space();
    if (text[at] !== character) return false;
    at++;
    return true;
  };
  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found !== undefined) at += found.length;
    return found;
  };

  function value(depth: number): Literal | undefined {
    space();
    const character = text[at] ?? "";
    if (depth > DEPTH) return undefined;
    if (character === "'" || character === '"') return quoted(character);
    if (character === "{") return dictionary(depth);
    const close = closing.get(character);
    if (close !== undefined) return list(depth, close);
    const number = match(/[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?/iy);
    if (number !== undefined) return Number(number);
    return words.get(match(/[a-z]+/iy) ?? "");
  }

  function quoted(quote: string): string | undefined {
    let result = "";
    for (at++; at < text.length; at++) {
      const character = text[at]!;
      if (character === quote) return (at++, result);
      if (character !== "\\") result += character;
      else {
        const code = /^(?:u([\da-f]{4})|x([\da-f]{2}))/i.exec(text.slice(at + 1, at + 6));
        const next = text[++at] ?? "";
        result += code ? String.fromCharCode(parseInt(code[1] ?? code[2]!, 16)) : (escapes[next] ?? next);
        at += code ? code[0].length - 1 : 0;
      }
    }
    return undefined;
  }

  function list(depth: number, close: string): Literal[] | undefined {
    const items: Literal[] = [];
    at++;
    while (!taken(close)) {
      const item = value(depth + 1);
      if (item === undefined) return undefined;
      items.push(item);
      if (!taken(",")) return taken(close) ? items : undefined;
    }
    return items;
  }

  function dictionary(depth: number): Map<string, Literal> | undefined {
    const entries = new Map<string, Literal>();
    at++;
    while (!taken("}")) {
      const key = value(depth + 1);
      if ((typeof key !== "string" && typeof key !== "number") || !taken(":")) return undefined;
      const item = value(depth + 1);
      if (item === undefined) return undefined;
      entries.set(String(key), item);
      if (!taken(",")) return taken("}") ? entries : undefined;
    }
    return entries;
  }

  const result = value(0);
  space();
  return at === text.length ? result : undefined;
}
