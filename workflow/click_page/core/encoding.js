// Mirrors oneclick/clicks/encoding.py: how clicks become a network's second channel.
/** @import {Encoding} from "./types.js" */

/**
 * Clicks [row, column] on a slice (size, size) as values in [0, 1], from the distance to the nearest of them; all 0 without.
 * @param {[number, number][]} pixels
 * @param {number} size
 * @param {Encoding} encoding
 * @param {[number, number]} pixelMm a pixel's size along rows and columns
 * @returns {Float32Array}
 */
export function encode(pixels, size, encoding, pixelMm) {
  const channel = new Float32Array(size * size);
  if (encoding.shape === "pixel") {
    for (const [row, column] of pixels) channel[row * size + column] = 1;
    return channel;
  }
  if (!pixels.length) return channel;
  const value = ofDistance(encoding.shape);
  const [ofRow, ofColumn] = (encoding.unit ?? "mm") === "mm" ? pixelMm : [1, 1];
  const most = /** @type {number} */ (encoding.size);
  for (let row = 0, to = 0; row < size; row++) {
    for (let column = 0; column < size; column++, to++) {
      let nearest = Number.POSITIVE_INFINITY;
      for (const [r, c] of pixels) {
        const [dr, dc] = [(row - r) * ofRow, (column - c) * ofColumn];
        nearest = Math.min(nearest, dr * dr + dc * dc);
      }
      channel[to] = value(Math.sqrt(nearest) / most);
    }
  }
  return channel;
}

/**
 * @param {string} shape
 * @returns {(distance: number) => number} of a distance in parts of the encoding's size
 */
function ofDistance(shape) {
  if (shape === "disk") return (distance) => (distance <= 1 ? 1 : 0);
  if (shape === "gaussian") return (distance) => Math.exp(-(distance * distance) / 2);
  if (shape === "distance") return (distance) => Math.max(1 - distance, 0);
  throw new Error(`unknown encoding ${shape}: use pixel, disk, gaussian or distance`);
}
