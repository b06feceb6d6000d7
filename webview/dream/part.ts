export { partOf, type Part } from "../../src/shared/part.ts";
