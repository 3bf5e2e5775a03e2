// What the agent sends, as far as this page uses it. Types only: this module has no code.

/** @typedef {{value: number, unit: string, age_ms: number, at: string}} Latest */
/** @typedef {{phase: string, pressure?: number, class?: string, at: string}} Cuff */
/**
 * @typedef {{name: string, driver: string, kind: string, title: string, port: string, link: string, why?: string,
 *   simulated?: boolean, values?: Record<string, Latest>, absent?: Record<string, string>, flags?: string[],
 *   cuff?: Cuff, commands?: string[], frames: number, faults?: Record<string, number>, reopened: number}} Device
 */
/**
 * @typedef {{occurrence: string, condition: string, title: string, kind: string, priority: string, event: string,
 *   state: string, acknowledged: boolean, acknowledged_by?: string, since: string, at: string, text: string}} Alert
 */
/**
 * @typedef {{at: string, site: string, room: string, mode: string, speed?: number, version: string, profile: string,
 *   approved_by?: string, devices: Device[], alerts: Alert[], broker: string, outbox: number, record: string}} Status
 */
/** @typedef {{device: string, vital: string, rate: number, full_scale: number, samples: number[]}} Wave */
/** @typedef {{ok: boolean, code?: string, text?: string}} Reply */

export {};
