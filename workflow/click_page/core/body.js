// Mirrors oneclick/data/body.py: where a slice shows the body.
import {labelComponents, sizesOf} from "./components.js";

const MARGIN = 4;
const SIGMA = 2;
const PART = 0.04;

/**
 * A line of values smoothed, `step` apart, as scipy.ndimage.gaussian_filter1d does it: four standard deviations to each side,
 * reflected at the ends.
 * @param {ArrayLike<number>} from
 * @param {Float64Array} to
 * @param {number} first
 * @param {number} n
 * @param {number} step
 * @param {Float64Array} weights of the middle and its neighbours to one side
 */
function smoothLine(from, to, first, n, step, weights) {
  const radius = weights.length - 1;
  const line = new Float64Array(n + 2 * radius);
  for (let i = 0; i < line.length; i++) {
    const at = (((i - radius) % (2 * n)) + 2 * n) % (2 * n);
    line[i] = from[first + (at < n ? at : 2 * n - 1 - at) * step];
  }
  for (let i = 0, middle = radius; i < n; i++, middle++) {
    let sum = line[middle] * weights[0];
    for (let j = radius; j > 0; j--) sum += (line[middle - j] + line[middle + j]) * weights[j];
    to[first + i * step] = sum;
  }
}

/**
 * scipy.ndimage.gaussian_filter of an image (rows, columns).
 * @param {ArrayLike<number>} image
 * @param {number} rows
 * @param {number} columns
 * @param {number} sigma pixels
 * @returns {Float64Array}
 */
export function gaussianFilter(image, rows, columns, sigma) {
  const radius = Math.floor(4 * sigma + 0.5);
  const raw = Array.from({length: radius + 1}, (_, i) => Math.exp((-0.5 / (sigma * sigma)) * i * i));
  const total = raw.reduce((sum, weight, i) => sum + (i ? 2 : 1) * weight, 0);
  const weights = Float64Array.from(raw, (weight) => weight / total);
  const half = new Float64Array(rows * columns);
  const smooth = new Float64Array(rows * columns);
  for (let c = 0; c < columns; c++) smoothLine(image, half, c, rows, columns, weights);
  for (let r = 0; r < rows; r++) smoothLine(half, smooth, r * columns, columns, 1, weights);
  return smooth;
}

/**
 * Where a slice shows the body: 1 where the smoothed slice is above 4 % of its maximum, its largest component only; everywhere
 * if there is none.
 * @param {Float32Array} image (rows, columns)
 * @param {number} rows
 * @param {number} columns
 * @returns {Uint8Array}
 */
export function bodyMask(image, rows, columns) {
  const smooth = gaussianFilter(image, rows, columns, SIGMA);
  const most = smooth.reduce((high, value) => Math.max(high, value), Number.NEGATIVE_INFINITY);
  const above = Uint8Array.from(smooth, (value) => (value > PART * most ? 1 : 0));
  const {labels, n} = labelComponents(above, rows, columns, 4);
  if (!n) return new Uint8Array(rows * columns).fill(1);
  const sizes = sizesOf(labels, n);
  let largest = 1;
  for (let label = 2; label <= n; label++) if (sizes[label] > sizes[largest]) largest = label;
  return Uint8Array.from(labels, (label) => (label === largest ? 1 : 0));
}

/**
 * Rows and columns [first, after last, first, after last] of the body on a slice, with a margin.
 * @param {Float32Array} image (rows, columns)
 * @param {number} rows
 * @param {number} columns
 * @returns {[number, number, number, number]}
 */
export function bodyBox(image, rows, columns) {
  const inside = bodyMask(image, rows, columns);
  let [top, bottom, left, right] = [rows, 0, columns, 0];
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      if (!inside[r * columns + c]) continue;
      [top, bottom] = [Math.min(top, r), r + 1];
      [left, right] = [Math.min(left, c), Math.max(right, c + 1)];
    }
  }
  return [
    Math.max(top - MARGIN, 0),
    Math.min(bottom + MARGIN, rows),
    Math.max(left - MARGIN, 0),
    Math.min(right + MARGIN, columns),
  ];
}
