// Mirrors oneclick/methods/postprocessing.py: from a network's mask to that of a method.
/** @import {Method} from "./types.js" */
import {labelComponents, sizesOf} from "./components.js";

/**
 * The mask (size, size) without the components that hold no click, if it has more than one.
 * @param {Uint8Array} mask
 * @param {[number, number][]} pixels of the clicks, [row, column]
 * @param {number} size
 * @param {number} connectivity
 * @returns {Uint8Array}
 */
export function keepClickedComponents(mask, pixels, size, connectivity) {
  const {labels, n} = labelComponents(mask, size, size, connectivity);
  if (n <= 1) return mask;
  const clicked = new Set(pixels.map(([row, column]) => labels[row * size + column]));
  return Uint8Array.from(labels, (label) => (label > 0 && clicked.has(label) ? 1 : 0));
}

/**
 * The mask without its components of fewer than `minPixels` pixels.
 * @param {Uint8Array} mask
 * @param {number} minPixels
 * @param {number} size
 * @param {number} connectivity
 * @returns {Uint8Array}
 */
export function removeSmallComponents(mask, minPixels, size, connectivity) {
  const {labels, n} = labelComponents(mask, size, size, connectivity);
  const sizes = sizesOf(labels, n);
  return Uint8Array.from(labels, (label) => (label > 0 && sizes[label] >= minPixels ? 1 : 0));
}

/**
 * The mask with the holes of its components filled. What touches at corners is connected for the mask or for what is around it,
 * never for both.
 * @param {Uint8Array} mask
 * @param {number} size
 * @param {number} connectivity of the mask
 * @returns {Uint8Array}
 */
export function fillHoles(mask, size, connectivity) {
  const around = mask.map((value) => 1 - value);
  const {labels} = labelComponents(around, size, size, connectivity === 8 ? 4 : 8);
  const outside = new Set();
  for (let n = 0; n < size; n++) {
    for (const at of [n, (size - 1) * size + n, n * size, n * size + size - 1]) outside.add(labels[at]);
  }
  return mask.map((value, at) => (value || !outside.has(labels[at]) ? 1 : 0));
}

/**
 * A predicted mask as a method wants it: with `pixels`, clicked components only; of those, none of fewer than `min_pixels`; then,
 * with `fill_holes`, without holes.
 * @param {Uint8Array} mask
 * @param {[number, number][] | null} pixels
 * @param {Method} method
 * @param {number} size
 * @param {number} connectivity
 * @returns {Uint8Array}
 */
export function refine(mask, pixels, method, size, connectivity) {
  let refined = mask;
  const least = method.min_pixels ?? 1;
  if (pixels) refined = keepClickedComponents(refined, pixels, size, connectivity);
  if (least > 1) refined = removeSmallComponents(refined, least, size, connectivity);
  return method.fill_holes ? fillHoles(refined, size, connectivity) : refined;
}
