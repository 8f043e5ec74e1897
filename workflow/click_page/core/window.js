// Mirrors oneclick/networks/window.py: the part of a slice that a network sees.
import {bodyBox} from "./body.js";

const MULTIPLE = 8;

/**
 * A window of so many rows and columns with the body of a slice in its middle, moved into the slice; larger where the body is.
 * @param {Float32Array} image (size, size)
 * @param {number} size
 * @param {[number, number] | null} sides null: the whole slice
 * @returns {[number, number, number, number]} first row, row after the last, first column, column after the last
 */
export function windowAroundBody(image, size, sides) {
  if (!sides || (sides[0] === size && sides[1] === size)) return [0, size, 0, size];
  const [top, bottom, left, right] = bodyBox(image, size, size);
  const [row, afterRow] = within(top, bottom, sides[0], size);
  const [column, afterColumn] = within(left, right, sides[1], size);
  return [row, afterRow, column, afterColumn];
}

/**
 * @param {number} first
 * @param {number} last after the last
 * @param {number} asked
 * @param {number} n
 */
function within(first, last, asked, n) {
  const side = Math.max(asked, Math.ceil((last - first) / MULTIPLE) * MULTIPLE);
  // numpy.clip: where the window is larger than the slice, its upper bound (below 0) wins.
  const start = Math.min(Math.max(Math.floor((first + last - side) / 2), 0), n - side);
  return [start, start + side];
}
