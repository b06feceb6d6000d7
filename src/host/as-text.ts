import { shown } from "../shared/shown.ts";

/** VS Code makes links of "[text](address)" in its messages, of commands too: in the name of a file they are to stay text. */
export const asText = (message: string): string => shown(message, 2000).replaceAll("](", "] (");

/** It makes icons of "$(name)" in labels: a model that is called so keeps its name. */
export const asLabel = (name: string): string => shown(name).replaceAll("$(", "$ (");
