import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { engine } from "../shared/protocol.ts";
import { serve } from "../shared/rpc.ts";
import { createEngine } from "./engine.ts";
import { processPort } from "./port.ts";
import { samplesIn } from "./samples.ts";
import { startWatchdog } from "./watchdog.ts";

// The engine's process: the bundle lies in dist/, beside the samples' folder.
startWatchdog();
const bundle = dirname(fileURLToPath(import.meta.url));
serve(engine, createEngine(samplesIn(join(bundle, "..", "samples"))), processPort());
