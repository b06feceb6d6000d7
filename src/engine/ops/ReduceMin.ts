import { extremeOver } from "./extremes.ts";

export default extremeOver();
