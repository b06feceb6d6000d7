import { placeOfExtreme } from "./extremes.ts";

export default placeOfExtreme();
