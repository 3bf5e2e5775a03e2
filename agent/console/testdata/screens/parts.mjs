// All parts, those that take longest first. A new part is a module in parts/ and a line here.
import { arrives } from "./parts/arrives.mjs";
import { calm } from "./parts/calm.mjs";
import { contrasts } from "./parts/contrast.mjs";
import { crisis } from "./parts/crisis.mjs";
import { first } from "./parts/first.mjs";
import { fit } from "./parts/fit.mjs";
import { frames } from "./parts/frames.mjs";
import { keys } from "./parts/keys.mjs";
import { languages } from "./parts/languages.mjs";
import { latency } from "./parts/latency.mjs";
import { line } from "./parts/line.mjs";
import { people } from "./parts/people.mjs";
import { prints } from "./parts/prints.mjs";
import { readme } from "./parts/readme.mjs";
import { screening } from "./parts/screening.mjs";
import { session } from "./parts/session.mjs";
import { sound } from "./parts/sound.mjs";
import { many } from "./parts/many.mjs";
import { rooms1, rooms2, ward } from "./parts/still.mjs";
import { soak } from "./parts/soak.mjs";
import { setup } from "./parts/setup.mjs";
import { together } from "./parts/together.mjs";

/** @type {import("./stage.mjs").Part[]} */
export const parts = [
  readme,
  crisis,
  session,
  screening,
  calm,
  rooms1,
  rooms2,
  ward,
  prints,
  soak,
  fit,
  contrasts,
  setup,
  people,
  keys,
  together,
  first,
  line,
  arrives,
  frames,
  many,
  languages,
  latency,
  sound,
];
