// Writes small pictures: a PNG with a palette, and a moving GIF with one for all frames and of each frame only what has changed.
import { Buffer } from "node:buffer";
import { writeIndexed } from "./pixels.mjs";
/** @typedef {import("./pixels.mjs").Raster} Raster */

const BITS = 6; // of a colour of a GIF: what the pages have, with the edges of letters
const COLOURS = (1 << BITS) - 1; // and one that stands for what stays as it was
const NEAR = 5; // bits of a channel by which colours count as the same while they are counted

/** The colours that are there most. @param {Raster[]} frames @param {number} most */
function palette(frames, most) {
  /** @type {Map<number, [number, number, number, number]>} */
  const sums = new Map();
  for (const { data, channels } of frames) {
    for (let i = 0; i < data.length; i += channels) {
      const key = (data[i] >> (8 - NEAR) << 16) | (data[i + 1] >> (8 - NEAR) << 8) | (data[i + 2] >> (8 - NEAR));
      const sum = sums.get(key) ?? [0, 0, 0, 0];
      sum[0] += data[i];
      sum[1] += data[i + 1];
      sum[2] += data[i + 2];
      sum[3]++;
      sums.set(key, sum);
    }
  }
  return [...sums.values()].sort((a, b) => b[3] - a[3]).slice(0, most).map(([r, g, b, n]) => [r, g, b].map((v) => Math.round(v / n)));
}

/** The index of the nearest colour for each point. @param {Raster} r @param {number[][]} colours @param {Map<number, number>} known */
function indexed({ data, channels }, colours, known) {
  const out = new Uint8Array(data.length / channels);
  for (let i = 0, at = 0; i < out.length; i++, at += channels) {
    const key = (data[at] << 16) | (data[at + 1] << 8) | data[at + 2];
    let best = known.get(key);
    if (best === undefined) {
      let least = Infinity;
      colours.forEach(([r, g, b], k) => {
        const by = (data[at] - r) ** 2 + (data[at + 1] - g) ** 2 + (data[at + 2] - b) ** 2;
        if (by < least) [least, best] = [by, k];
      });
      known.set(key, (best ??= 0));
    }
    out[i] = best;
  }
  return out;
}

/** LZW as GIF has it, in blocks of at most 255 bytes. @param {Uint8Array} indices @param {number} bits of an index */
function pack(indices, bits) {
  const clear = 1 << bits, bytes = [];
  let held = 0, size = 0, wide = bits + 1, next = clear + 2;
  /** @type {Map<number, number>} */
  let table = new Map();
  const put = (/** @type {number} */ code) => {
    held |= code << size;
    for (size += wide; size >= 8; size -= 8, held >>>= 8) bytes.push(held & 255);
  };
  put(clear);
  let prefix = indices[0];
  for (let i = 1; i < indices.length; i++) {
    const key = (prefix << 8) | indices[i], code = table.get(key);
    if (code !== undefined) {
      prefix = code;
      continue;
    }
    put(prefix);
    table.set(key, next);
    if (next++ === 1 << wide) wide++;
    if (next > 4095) {
      put(clear);
      table = new Map();
      wide = bits + 1;
      next = clear + 2;
    }
    prefix = indices[i];
  }
  put(prefix);
  put(clear + 1);
  if (size) bytes.push(held & 255);
  const out = [Buffer.from([bits])];
  for (let at = 0; at < bytes.length; at += 255) out.push(Buffer.from([Math.min(255, bytes.length - at), ...bytes.slice(at, at + 255)]));
  return Buffer.concat([...out, Buffer.from([0])]);
}

/** Where a frame differs from the one before: the smallest box around it, or one point. @param {Uint8Array} now @param {Uint8Array|null} before
 * @param {number} width @param {number} height */
function changed(now, before, width, height) {
  if (!before) return { left: 0, top: 0, wide: width, high: height };
  let left = width, top = height, right = 0, bottom = 0;
  for (let i = 0; i < now.length; i++) {
    if (now[i] === before[i]) continue;
    const x = i % width, y = Math.floor(i / width);
    left = Math.min(left, x);
    top = Math.min(top, y);
    right = Math.max(right, x);
    bottom = Math.max(bottom, y);
  }
  if (left > right) return { left: 0, top: 0, wide: 1, high: 1 };
  return { left, top, wide: right - left + 1, high: bottom - top + 1 };
}

/** @param {Raster[]} frames of one size @param {number} ms of each */
export function gif(frames, ms) {
  const { width, height } = frames[0], colours = palette(frames, COLOURS), same = COLOURS, known = new Map();
  const word = (/** @type {number} */ n) => [n & 255, n >> 8];
  const table = Buffer.alloc(3 << BITS);
  colours.forEach((c, i) => table.set(c, 3 * i));
  const out = [Buffer.from("GIF89a"), Buffer.from([...word(width), ...word(height), 0x80 | ((BITS - 1) << 4) | (BITS - 1), 0, 0]), table, Buffer.from([0x21, 0xff, 11]), Buffer.from("NETSCAPE2.0"), Buffer.from([3, 1, 0, 0, 0])];
  /** @type {Uint8Array|null} */
  let before = null;
  for (const frame of frames) {
    const now = indexed(frame, colours, known), { left, top, wide, high } = changed(now, before, width, height);
    const shown = new Uint8Array(wide * high);
    for (let i = 0; i < shown.length; i++) {
      const at = (top + Math.floor(i / wide)) * width + left + (i % wide);
      shown[i] = before && now[at] === before[at] ? same : now[at];
    }
    out.push(Buffer.from([0x21, 0xf9, 4, 0x05, ...word(Math.round(ms / 10)), same, 0, 0x2c, ...word(left), ...word(top), ...word(wide), ...word(high), 0]), pack(shown, BITS));
    before = now;
  }
  return Buffer.concat([...out, Buffer.from([0x3b])]);
}

/** A PNG with at most 256 colours. @param {Raster} r */
export function png(r) {
  const colours = palette([r], 256);
  return writeIndexed({ width: r.width, height: r.height, channels: 1, data: indexed(r, colours, new Map()) }, colours);
}
