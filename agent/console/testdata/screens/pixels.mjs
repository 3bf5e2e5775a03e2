// Pictures as numbers: reads and writes PNG, and makes a small grey picture of a large one.
import { deflateSync, inflateSync } from "node:zlib";

/** A picture of width × height with one byte for each channel of a point. @typedef {{width: number, height: number, channels: number, data: Uint8Array}} Raster */

const SIGNATURE = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);
const STEP = 8; // between two greys of a reduced picture, so that it packs well
const channelsOf = /** @type {Record<number, number>} */ ({ 0: 1, 2: 3, 6: 4 }); // by the colour type of the header

/** Reads a PNG as Chromium and this module write them: eight bits, no palette, not interlaced. @param {Buffer} png @returns {Raster} */
export function read(png) {
  const width = png.readUInt32BE(16), height = png.readUInt32BE(20), channels = channelsOf[png[25]];
  if (!SIGNATURE.equals(png.subarray(0, 8)) || png[24] !== 8 || !channels || png[28]) throw new Error("a PNG of a kind that is not read here");
  const pieces = [];
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at)) {
    if (png.toString("latin1", at + 4, at + 8) === "IDAT") pieces.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
  }
  const raw = inflateSync(Buffer.concat(pieces)), line = width * channels, data = new Uint8Array(line * height);
  for (let y = 0; y < height; y++) unfilter(raw[y * (line + 1)], raw.subarray(y * (line + 1) + 1, (y + 1) * (line + 1)), data, y * line, line, channels);
  return { width, height, channels, data };
}

/** Undoes the filter of one line. Each kind has a loop of its own, because most of the time of a comparison went here. @param {number} kind
 * @param {Uint8Array} from @param {Uint8Array} to @param {number} at @param {number} line @param {number} step */
function unfilter(kind, from, to, at, line, step) {
  to.set(from, at);
  const end = at + line, first = Math.min(at + step, end);
  if (kind === 1) for (let i = first; i < end; i++) to[i] += to[i - step];
  else if (kind === 2 && at) for (let i = at; i < end; i++) to[i] += to[i - line];
  else if (kind === 3) {
    for (let i = at; i < end; i++) to[i] += ((i < first ? 0 : to[i - step]) + (at ? to[i - line] : 0)) >> 1;
  } else if (kind === 4) {
    for (let i = at; i < end; i++) {
      const left = i < first ? 0 : to[i - step], up = at ? to[i - line] : 0, corner = at && i >= first ? to[i - line - step] : 0;
      const p = left + up - corner, a = Math.abs(p - left), b = Math.abs(p - up), c = Math.abs(p - corner);
      to[i] += a <= b && a <= c ? left : b <= c ? up : corner;
    }
  }
}

/** Writes a grey picture. @param {Raster} r of one channel */
export function write({ width, height, data }) {
  const lines = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y++) {
    lines[y * (width + 1)] = 1; // each point as its difference from the one to its left
    for (let x = 0; x < width; x++) lines[y * (width + 1) + 1 + x] = data[y * width + x] - (x ? data[y * width + x - 1] : 0);
  }
  return file(width, height, 0, [], lines);
}

/** Writes a picture of numbers of colours. @param {Raster} r of one channel @param {number[][]} colours at most 256 */
export function writeIndexed({ width, height, data }, colours) {
  const lines = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y++) lines.set(data.subarray(y * width, (y + 1) * width), y * (width + 1) + 1);
  return file(width, height, 3, [chunk("PLTE", Buffer.from(colours.flat()))], lines);
}

/** @param {number} width @param {number} height @param {number} type of colour @param {Buffer[]} more chunks @param {Buffer} lines */
function file(width, height, type, more, lines) {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head[8] = 8;
  head[9] = type;
  return Buffer.concat([SIGNATURE, chunk("IHDR", head), ...more, chunk("IDAT", deflateSync(lines, { level: 9 })), chunk("IEND", Buffer.alloc(0))]);
}

/** @param {string} name @param {Buffer} body */
function chunk(name, body) {
  const out = Buffer.alloc(body.length + 12);
  out.writeUInt32BE(body.length, 0);
  out.write(name, 4, "latin1");
  body.copy(out, 8);
  let crc = ~0;
  for (const byte of out.subarray(4, body.length + 8)) {
    crc ^= byte;
    for (let i = 0; i < 8; i++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  out.writeUInt32BE(~crc >>> 0, body.length + 8);
  return out;
}

/** How bright a point is, 0 to 255. @param {Raster} r @param {number} i index of the point */
export function luma({ channels, data }, i) {
  const at = i * channels;
  return channels === 1 ? data[at] : 0.2126 * data[at] + 0.7152 * data[at + 1] + 0.0722 * data[at + 2];
}

/** Makes a picture in which each point is the mean of a square. @param {Raster} r @param {number} side of the square, in points @returns {Raster} */
export function reduce(r, side) {
  const width = Math.floor(r.width / side), height = Math.floor(r.height / side), data = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let j = 0; j < side; j++) for (let at = (y * side + j) * r.width + x * side, end = at + side; at < end; at++) sum += luma(r, at);
      data[y * width + x] = Math.min(255, Math.round(sum / side / side / STEP) * STEP);
    }
  }
  return { width, height, channels: 1, data };
}

/** Puts grey pictures under each other. @param {Raster[]} all @returns {Raster} */
export function stack(all) {
  const width = Math.max(...all.map((r) => r.width)), height = all.reduce((sum, r) => sum + r.height, 0), data = new Uint8Array(width * height);
  let top = 0;
  for (const r of all) {
    for (let y = 0; y < r.height; y++) data.set(r.data.subarray(y * r.width, (y + 1) * r.width), (top + y) * width);
    top += r.height;
  }
  return { width, height, channels: 1, data };
}

/** How two grey pictures differ: in the mean of all points, and in the square that differs most, 0 to 255 each.
 * @param {Raster} a @param {Raster} b @param {number} side of a square */
export function compare(a, b, side) {
  if (a.width !== b.width || a.height !== b.height) return { mean: 255, worst: 255, at: [0, 0] };
  let sum = 0, worst = 0, at = [0, 0];
  for (let y = 0; y < a.height; y += side) {
    for (let x = 0; x < a.width; x += side) {
      let square = 0, n = 0;
      for (let j = y; j < Math.min(y + side, a.height); j++) {
        for (let i = x; i < Math.min(x + side, a.width); i++, n++) square += Math.abs(a.data[j * a.width + i] - b.data[j * a.width + i]);
      }
      sum += square;
      if (square / n > worst) [worst, at] = [square / n, [x, y]];
    }
  }
  return { mean: sum / a.data.length, worst, at };
}
