// The station's page: the rooms of a board in their fixed order.
import { el } from "./parts.js";

document.querySelector("main")?.append(el("p", {}, "Connecting…"));
