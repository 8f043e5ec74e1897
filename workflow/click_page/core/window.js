// Mirrors oneclick/networks/window.py: the part of a slice that a network sees.
import {bodyBox} from "./body.js";

const MULTIPLE = 8;

/**
 * Windows of so many rows and columns with the body of a slice in their middle, moved into the slice; larger where the body is.
 * The body is looked for once, however many networks ask.
 * @param {Float32Array} image (size, size)
 * @param {number} size
 * @returns {(sides: [number, number] | null) => [number, number, number, number]} first row, row after the last, first column,
 *   column after the last; null asks for the whole slice
 */
export function windowsAroundBody(image, size) {
  /** @type {[number, number, number, number] | null} */
  let box = null;
  return (sides) => {
    if (!sides || (sides[0] === size && sides[1] === size)) return [0, size, 0, size];
    box ??= bodyBox(image, size, size);
    const [row, afterRow] = within(box[0], box[1], sides[0], size);
    const [column, afterColumn] = within(box[2], box[3], sides[1], size);
    return [row, afterRow, column, afterColumn];
  };
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
