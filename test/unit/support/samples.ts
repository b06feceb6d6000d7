import { join } from "node:path";
import { samplesIn } from "../../../src/engine/samples.ts";
import { Looking } from "../../../src/engine/subject.ts";
import { samplesFolder } from "./engine.ts";

// The networks and photos that come with the program, and an engine that knows of them.

export const looking = () => new Looking(samplesIn(samplesFolder));
export const squeezenet = join(samplesFolder, "squeezenet1.1.onnx");
export const efficientnet = join(samplesFolder, "efficientnet-lite0.onnx");
export const cat = join(samplesFolder, "cat-chelsea.png");
