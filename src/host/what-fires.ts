import { existsSync, statSync } from "node:fs";
import { basename, dirname } from "node:path";
import * as vscode from "vscode";
import type { ChannelExamples, examplesOfPage, OfChannel } from "../shared/examples.ts";
import { isPhoto } from "../shared/photo-endings.ts";
import type { Handlers } from "../shared/rpc.ts";
import { browsePath } from "./browse-path.ts";
import type { Current } from "./current.ts";
import { exampleRequest, findExamplesRequest, ofChannelRequest, ofLayerRequest } from "./example-requests.ts";
import type { SearchEngine, Sought } from "./example-search.ts";
import { ExampleSearches } from "./example-searches.ts";
import type { ExampleStore } from "./example-store.ts";
import { Refused } from "./requests.ts";
import type { Services } from "./services.ts";

const folderKey = "glassbox.examplesFolder";

/** What in a person's own photos fires a channel, for all panels of the window. */
export class WhatFires implements vscode.Disposable {
  readonly searches: ExampleSearches;

  constructor(
    private readonly services: Services,
    private readonly current: Current,
    private readonly memory: vscode.Memento,
    store: ExampleStore,
  ) {
    const { engine, models } = services;
    // A patch may run a part of the network, as the search itself does.
    const asked: SearchEngine = {
      client: {
        photoFolder: (request, signal) => engine.client.photoFolder(request, signal),
        async patch(request, signal) {
          models.refuseUntrusted(request.model);
          return engine.client.patch(request, signal);
        },
      },
      async *run(request, signal) {
        models.refuseUntrusted(request.model);
        yield* engine.job("examples", request, signal);
      },
    };
    this.searches = new ExampleSearches(asked, undefined, store);
  }

  /** What a page about `model` may ask, answered. */
  calls(model: () => string): Handlers<typeof examplesOfPage> {
    return {
      examples: (params, signal) => this.#watch({ model: model(), ...ofChannelRequest(params) }, signal),
      findExamples: async (params) => {
        const { layer, another } = findExamplesRequest(params);
        return this.find({ model: model(), layer }, another);
      },
      stopExamples: async (params) =>
        Promise.resolve(this.searches.stop({ model: model(), layer: ofLayerRequest(params).layer })),
      openExample: async (params) => {
        const photo = this.photo(model(), params);
        if (!isPhoto(photo))
          throw new Refused(`${basename(photo)} is a tensor: there is nothing in VS Code that shows it.`);
        await vscode.commands.executeCommand("vscode.open", vscode.Uri.file(photo));
      },
    };
  }

  /** What an earlier window kept is shown with patches, which are the network's to cut. */
  async *#watch(of: Pick<Sought, "model"> & OfChannel, signal: AbortSignal): AsyncGenerator<ChannelExamples, void> {
    this.services.models.refuseUntrusted(of.model);
    yield* this.searches.watch(of, signal);
  }

  /** Makes an example's photo the one that everything is seen through. */
  async use(model: string, params: unknown): Promise<void> {
    const photo = this.photo(model, params);
    if (!isPhoto(photo))
      throw new Refused(`${basename(photo)} is a tensor: only photos can be what everything is seen through.`);
    await this.current.usePhoto(photo);
  }

  /**
   * Looks through the folder that was chosen before, or through another; false when the person left the question. What was
   * left before it was over goes on, in its own folder.
   */
  async find({ model, layer }: { readonly model: string; readonly layer: string }, another: boolean): Promise<boolean> {
    const { models, preparations } = this.services;
    models.refuseUntrusted(model);
    await this.searches.recall({ model, layer });
    const own = this.searches.unfinished({ model, layer });
    const gone = own !== undefined && folderThere(own) === undefined ? own : undefined;
    const before = gone === undefined ? (own ?? this.#kept) : undefined;
    const folder = another || before === undefined ? await this.#ask(another ? undefined : gone) : before;
    if (folder === undefined) return false;
    await this.memory.update(folderKey, folder);
    const preparation = preparations.of(model);
    this.searches.start({ model, layer, folder, ...(preparation && { preparation }) });
    return true;
  }

  private photo(model: string, params: unknown): string {
    const { layer, photo } = exampleRequest(params);
    const path = this.searches.photo({ model, layer }, photo);
    if (path === undefined || !existsSync(path)) throw new Refused("This photo is no longer there: look again.");
    return path;
  }

  get #kept(): string | undefined {
    return folderThere(this.memory.get<unknown>(folderKey));
  }

  /** `gone`: the folder that was meant, where it is no longer there. */
  async #ask(gone?: string): Promise<string | undefined> {
    const { photo } = this.current;
    const kept = this.#kept;
    const open = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === "file");
    const known = [
      ...(kept === undefined ? [] : [{ path: kept, description: "looked through before" }]),
      ...(photo === undefined ? [] : [{ path: dirname(photo), description: `where ${basename(photo)} is` }]),
      ...open.map(({ uri }) => ({ path: uri.fsPath, description: "of the workspace" })),
    ];
    const folders = known.filter(({ path }, i) => known.findIndex((other) => other.path === path) === i);
    const items = folders.map(({ path, description }) => ({
      label: `$(folder) ${basename(path)}`,
      description,
      detail: path,
      path,
    }));
    const browse = { label: "$(folder-opened) Browse…", description: "any folder of photos", path: undefined };
    const picked = await vscode.window.showQuickPick([...items, browse], {
      title: "Find what fires it in which photos?",
      ignoreFocusOut: true, // the editor that opens for the answer takes the focus
      placeHolder:
        gone === undefined
          ? "A folder of photos, with all folders in it"
          : `${gone} is no longer there: another folder of photos, with all folders in it`,
    });
    return picked === browse ? browsePath("folder") : picked?.path;
  }

  dispose(): void {
    this.searches.dispose();
  }
}

const folderThere = (path: unknown): string | undefined =>
  typeof path === "string" && statSync(path, { throwIfNoEntry: false })?.isDirectory() ? path : undefined;
