import { release } from "./kept.js";

export default () => release("node");
