import { extreme } from "./extremes.ts";

export default extreme();
