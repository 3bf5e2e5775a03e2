// What the agent sends, as far as this page uses it. Types only: this module has no code. A test compares the names of the
// fields with the types of the agent.

/** @typedef {{value: number, unit: string, age_ms: number, at: string}} Latest */
/** @typedef {{phase: string, pressure?: number, class?: string, at: string}} Cuff */
/**
 * @typedef {{name: string, driver: string, kind: string, title: string, port: string, link: string, link_ms?: number, why?: string,
 *   simulated?: boolean, values?: Record<string, Latest>, absent?: Record<string, string>, absent_ms?: Record<string, number>, flags?: string[],
 *   cuff?: Cuff, commands?: string[], frames: number, frame_age_ms?: number, faults?: Record<string, number>, reopened: number}} Device
 */
/**
 * @typedef {{occurrence: string, condition: string, title: string, kind: string, priority: string, event: string,
 *   id: string, room: string, state: string, acknowledged: boolean, acknowledged_by?: string, acknowledged_at?: string, via?: string, since: string, at: string, text: string,
 *   vital?: string, value?: number, limit?: number, side?: string, signal: string, silent_until?: string, called?: string[]}} Alert
 */
/** @typedef {{condition: string, by: string, reason: string, until?: string}} Switched */
/**
 * @typedef {{condition: string, title: string, vital: string, side: string, value: number, priority: string,
 *   switched_off?: boolean, switched_off_until?: string, may_be_off?: boolean, changed?: boolean, tighter?: number, setting?: Setting, delay?: Setting}} Limit
 * @typedef {{value: number, default: number, min: number, max: number, least: number, most: number, changed?: boolean, beyond?: boolean,
 *   by?: string, reason?: string, at?: string}} Setting
 */
/** @typedef {{audio_until?: string, alarm_until?: string, by?: string, reason?: string, off?: Switched[]}} Silence */
/** @typedef {{systolic?: number, diastolic?: number, mean?: number, pulse_rate?: number, spo2?: number}} Values */
/** @typedef {{at: string, number: number, drug: string, amount: string, device?: number, by: string}} GivenDose */
/**
 * @typedef {{at: string, systolic: number, diastolic: number, mean?: number, pulse_rate?: number, by_hand?: boolean,
 *   by?: string}} CuffReading
 */
/** @typedef {{name: string, met: boolean, advice?: boolean, text: string}} Item */
/** @typedef {{name: string, met: boolean, overridden?: boolean, hard?: boolean, items: Item[]}} Gate */
/**
 * @typedef {{vital: string, class: string, since: string, over?: string, unfinished?: boolean, baseline: number,
 *   peak: number, peak_diastolic?: number, rise: number, cause?: string, rise_diastolic?: number}} Episode
 */
/** @typedef {{before?: CuffReading, at_40_min?: CuffReading, before_leaving?: CuffReading, minutes: number}} REMS */
/**
 * @typedef {{code: string, route?: string, profile: string, approved_by?: string, by: string, since: string, phase: string,
 *   doses?: GivenDose[], since_dose_s?: number, baseline: Values, no_baseline?: boolean, next_reading?: string,
 *   next_reading_why?: string, reading_due?: boolean, reading_overdue?: boolean, last_reading?: CuffReading,
 *   elevated?: boolean, observe_left_s?: number, episodes?: string[], past_episodes?: Episode[], gate: Gate,
 *   screening?: Record<string, string>, symptoms?: string[], paused_until?: string, rems: REMS}} Session
 */
/**
 * @typedef {{at: string, site: string, room: string, mode: string, speed?: number, version: string, profile: string,
 *   approved_by?: string, devices: Device[], alerts: Alert[], broker: string, outbox: number, record: string,
 *   session?: Session, silence?: Silence, recipients?: Recipients, sound?: RoomSound, limits?: Limit[],
 *   uptime_ms: number, clock_offset_ms: number, clock_synced?: boolean, disk_free?: number}} Status
 */
/** @typedef {{nurse: string, backup?: string, since: string, until: string, by: string, station: string}} Duty */
/** @typedef {{at: string, state: string, by?: string, after_ms?: number, text: string}} Reach */
/** @typedef {{station: string, screens: number, sound: number, age_ms: number}} Watching */
/**
 * @typedef {{expected: boolean, stations?: Watching[], duty?: Duty, covered: boolean, reach?: Reach,
 *   missing?: string, undisplayed?: string[]}} Recipients
 * @typedef {{speaker: string, why?: string, pages: number, alone?: boolean, sounds?: string, heard?: string}} RoomSound
 */
/** @typedef {{name: string, title: string, kind: string, link: string, why?: string, cuff?: Cuff}} DeviceLine */
/**
 * @typedef {{room: string, mode: string, link: string, heard: string, age_ms: number, words: string, profile: string,
 *   approval?: string, limits_changed?: number, session?: Session, values?: Record<string, Latest>, absent?: Record<string, string>,
 *   flags?: string[], alerts: Alert[], signal?: string, silence?: Silence, devices: DeviceLine[], reach?: Reach,
 *   duty?: Duty, covered: boolean, broker: string, record: string, outbox: number, simulated?: boolean,
 *   speed?: number}} Tile
 */
/** @typedef {{station: string, screens: number, age_ms: number}} Peer */
/** @typedef {{name: string, kind: string, state: string, why?: string, waiting: number, dead: number, last?: string}} ChannelState */
/**
 * @typedef {{site: string, station: string, version: string, at: string, broker: string, rooms: Tile[], alerts: Alert[],
 *   stations?: Peer[], channels?: ChannelState[]}} Board
 */
/** @typedef {{at: string, rooms: Tile[], board?: Board}} RoomsEvent */
/** @typedef {{room: string, alert: Alert, tile: Tile}} AlarmEvent */
/** @typedef {{device: string, vital: string, rate: number, full_scale: number, samples: number[]}} Wave */
/**
 * @typedef {{at: string, systolic: number, diastolic: number, mean?: number, pulse_rate?: number, by_hand?: boolean, by?: string,
 *   failed?: string}} TrendCuff
 */
/** @typedef {{at: string, kind: string, text: string, by?: string, mark?: string, note?: string, taken_back?: boolean}} TrendMark */
/**
 * @typedef {{occurrence: string, title: string, kind: string, priority: string, from: string, to?: string, condition: string,
 *   text: string, side?: string, acknowledged_by?: string, acknowledged_at?: string, via?: string}} TrendAlert
 */
/**
 * @typedef {{at: string, step_s: number, slots: number[][], cuffs: TrendCuff[], marks: TrendMark[],
 *   alerts: TrendAlert[]}} Trend
 */
/** @typedef {{session: string, site: string, room: string, first: string, last: string, running: boolean, imported?: string}} Recorded */
/** @typedef {{at: string, drug: string, amount: string}} SummaryDose */
/** @typedef {{vital: string, value: number, unit: string, at: string}} SummaryPeak */
/**
 * @typedef {{session: string, mode: string, from: string, to: string, route?: string, profile: string, approved_by?: string,
 *   doses: SummaryDose[], peaks: SummaryPeak[], alerts: Record<string, number>, ended: boolean, unread: number,
 *   complete: boolean}} Summary
 */
/** @typedef {{id: string, profile: string, title: string, routes: string[], approved_by?: string}} Choice */
/**
 * @typedef {{occurrence: string, condition: string, title: string, raised: string, before?: boolean, until?: string,
 *   first_priority: string, priority: string, text: string}} Occurrence
 */
/** @typedef {{verdict: string, delay_s: number, recorded?: Occurrence, other?: Occurrence}} AlertPair */
/** @typedef {{profile: string, approved_by?: string, alerts: Record<string, number>, per_hour: Record<string, number>}} Judged */
/** @typedef {{at: string, why: string}} Asked */
/** @typedef {{at: string, text: string}} Noted */
/**
 * @typedef {{session: string, ended: boolean, recorded: Judged, other: Judged, alerts: AlertPair[], asked: Asked[],
 *   acknowledged_alone: number, not_judged_again: Occurrence[], notes: Noted[]}} Comparison
 */
/** @typedef {{ok: boolean, code?: string, text?: string, data?: object}} Reply */
/**
 * Where orders are given: order asks who it is if nobody has signed; urgent never asks.
 * @typedef {{order: (verb: string, request: object) => Promise<Reply>,
 *   urgent: (verb: string, request: object) => Promise<Reply>}} Desk
 */

export {};
