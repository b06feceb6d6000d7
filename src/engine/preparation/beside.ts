import { readRegularFile, UnreadableFile } from "../images/file.ts";

/** What stands beside a model, its sidecar or its labels, is wrong: no other photo would help, another model would. */
export class WrongSidecar extends UnreadableFile {
  override name = "WrongSidecar";
}

/** The text of a file beside a model. Throws WrongSidecar. */
export async function readBeside(path: string, limit: number): Promise<string> {
  try {
    return new TextDecoder().decode(await readRegularFile(path, limit));
  } catch (error) {
    throw error instanceof UnreadableFile ? new WrongSidecar(error.path, error.problem) : error;
  }
}
