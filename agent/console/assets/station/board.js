// The rooms of the station as this page knows them: what came with events, and what can be said of the moments between them.
// It draws nothing.
/** @typedef {import("../base/types.js").Alert} Alert */
/** @typedef {import("../base/types.js").Board} Board */
/** @typedef {import("../base/types.js").Tile} Tile */
/** @typedef {import("../base/types.js").Status} Status */
/** @typedef {import("../base/types.js").Session} Session */

/** A tile, when it came by the station's clock, and how far the room's clock is behind the station's, in milliseconds.
 * @typedef {{tile: Tile, got: number, lag: number}} Held */
/** What the parts of the room page need, as of now. @typedef {Pick<Status, "at"|"devices"|"alerts"|"session"|"silence">} View */

const STEP = 30_000; // a room's clock that seems to fall behind by more than this was set, or the room was silent

/** The latest moment of the room's clock that a tile tells. @param {Tile} t */
function latest(t) {
  return Math.max(0, ...Object.values(t.values ?? {}).map((v) => Date.parse(v.at)), ...t.alerts.map((a) => Date.parse(a.at)));
}

export function makeBoard() {
  /** @type {Board|null} */
  let head = null;
  /** @type {Map<string, Held>} */
  let rooms = new Map();
  let heard = 0, heardHere = 0; // the station's clock at the last event, and this page's

  /** @param {Tile} tile @param {number} got */
  function hold(tile, got) {
    const before = rooms.get(tile.room), told = latest(tile);
    const lag = told ? got - told : (before?.lag ?? 0);
    // The freshest word tells the clock best; older ones were only longer on their way.
    rooms.set(tile.room, { tile, got, lag: before && told && lag > before.lag && lag < before.lag + STEP ? before.lag : lag });
  }

  /** @param {string} at @param {number} here */
  function hear(at, here) {
    heard = Date.parse(at);
    heardHere = here;
    return heard;
  }

  return {
    /** @param {Board} b @param {number} here */
    board(b, here) {
      const got = hear(b.at, here), old = rooms;
      rooms = new Map(b.rooms.flatMap((t) => (old.has(t.room) ? [[t.room, /** @type {Held} */ (old.get(t.room))]] : [])));
      head = b;
      for (const t of b.rooms) hold(t, got);
    },
    /** @param {import("../base/types.js").RoomsEvent} e @param {number} here */
    rooms(e, here) {
      const got = hear(e.at, here);
      if (e.board && head) head = { ...e.board, rooms: head.rooms };
      for (const t of e.rooms) if (rooms.has(t.room)) hold(t, got);
    },
    /** @param {import("../base/types.js").AlarmEvent} e @param {number} here */
    alarm(e, here) {
      if (rooms.has(e.room)) hold(e.tile, heard + here - heardHere);
    },
    head: () => head,
    /** In the order of the station, which never changes by an alarm. @returns {Held[]} */
    list: () => head?.rooms.map((t) => /** @type {Held} */ (rooms.get(t.room))) ?? [],
    /** @param {string} room */
    find: (room) => rooms.get(room),
    /** The station's clock now. @param {number} here */
    now: (here) => heard + here - heardHere,
  };
}

/** Whether a room is heard that has not told its state yet: to a station that has just begun, values and alerts come before the heartbeat
 * that explains them. @param {import("../base/types.js").Tile} t */
export const untold = (t) => t.link !== "silent" && !t.mode;

/** A room as of now, by its own clock; null if nobody knows how it is. @param {Held} h @param {number} now by the station's clock
 * @returns {View|null} */
export function view({ tile: t, got, lag }, now) {
  if (t.link === "silent" || untold(t)) return null;
  const at = new Date(now - lag).toISOString(), passed = Math.max(0, now - got);
  const values = Object.fromEntries(Object.entries(t.values ?? {}).map(([name, v]) => [name, { ...v, age_ms: v.age_ms + passed }]));
  return {
    at, silence: t.silence, alerts: t.alerts.map((a) => ({ ...a, at })), session: t.session && session(t.session, Date.parse(at)),
    devices: t.devices.map((d) => ({ ...d, driver: "", port: "", frames: 0, reopened: 0, values, absent: t.absent, flags: t.flags })),
  };
}

/** Seconds since the dose go on between two words of the room, and those of observation run down. @param {Session} x @param {number} now */
function session(x, now) {
  const dose = x.doses?.[0];
  if (!dose) return x;
  const since = Math.max(x.since_dose_s ?? 0, Math.floor((now - Date.parse(dose.at)) / 1000));
  return { ...x, since_dose_s: since, observe_left_s: Math.max(0, (x.observe_left_s ?? 0) - (since - (x.since_dose_s ?? 0))) };
}
