import type { Finding, Update } from "../shared/updates.ts";
import { displayed } from "./display.ts";

/** A finding as a view gets it: bytes to draw; the floats stay here until someone asks for them. */
export function encodable(finding: Finding): Update {
  if (finding.kind !== "heatmap") return finding;
  const { raw: _, ...rest } = finding;
  return { ...rest, values: displayed(finding) };
}
