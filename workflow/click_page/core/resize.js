// Mirrors resize_weights and resize of oneclick/data/grid.py: how pixels get their values from voxels.
/** @import {Grid} from "./types.js" */

/**
 * Of each output pixel, the input pixels that it takes its value from: `from` the first of them, then their weights.
 * @param {number} nIn
 * @param {number} nOut
 * @param {string} method "area" or "bilinear"
 * @param {number} start
 * @param {number} pixel
 * @returns {{from: number, weights: number[]}[]}
 */
export function resizeWeights(nIn, nOut, method, start, pixel) {
  if (method !== "area" && method !== "bilinear") throw new Error(`unknown resize method ${method}: use area or bilinear`);
  return Array.from({length: nOut}, (_, o) => {
    if (method === "area") {
      const [low, high] = [start + o * pixel, start + (o + 1) * pixel];
      const [from, to] = [Math.max(Math.floor(low), 0), Math.min(Math.ceil(high), nIn)];
      const covered = (/** @type {number} */ n) => Math.max(Math.min(high, n + 1) - Math.max(low, n), 0) / pixel;
      return {from, weights: Array.from({length: Math.max(to - from, 0)}, (_, n) => covered(from + n))};
    }
    const centre = start + (o + 0.5) * pixel;
    if (centre < 0 || centre > nIn) return {from: 0, weights: []};
    const at = Math.min(Math.max(centre - 0.5, 0), nIn - 1);
    const from = Math.floor(at);
    const both = [from, from + 1].filter((n) => n < nIn);
    return {from, weights: both.map((n) => Math.max(1 - Math.abs(at - n), 0))};
  });
}

/**
 * A plane (rows, columns) of a scan as (size, size) on its grid.
 * @param {Float32Array} plane
 * @param {Grid} grid
 * @param {string} method
 * @returns {Float64Array}
 */
export function resize(plane, grid, method) {
  const [rows, columns] = grid.plane;
  const ofRows = resizeWeights(rows, grid.size, method, grid.start[0], grid.pixel[0]);
  const ofColumns = resizeWeights(columns, grid.size, method, grid.start[1], grid.pixel[1]);
  const image = new Float64Array(grid.size * grid.size);
  const line = new Float64Array(columns);
  ofRows.forEach(({from, weights}, r) => {
    line.fill(0);
    weights.forEach((weight, n) => {
      const at = (from + n) * columns;
      for (let c = 0; c < columns; c++) line[c] += weight * plane[at + c];
    });
    ofColumns.forEach(({from: first, weights: some}, c) => {
      let sum = 0;
      for (let n = 0; n < some.length; n++) sum += line[first + n] * some[n];
      image[r * grid.size + c] = sum;
    });
  });
  return image;
}
