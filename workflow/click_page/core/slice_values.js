// Mirrors _other_scale and _empty of oneclick/data/plausibility.py: slices on another scale, and such as hold nothing.
/** @import {Doubt, Grid} from "./types.js" */
import {planeOf} from "./grid.js";
import {general, listed} from "./words.js";

const EMPTY = 0.3;
const [STEP, DARK] = [2, 0.1];
const MOST_NUMBERS = 12;

/** @param {number[]} numbers */
function numbered(numbers) {
  const more = numbers.length > MOST_NUMBERS ? ` and ${numbers.length - MOST_NUMBERS} more` : "";
  return `slice ${listed(numbers.slice(0, MOST_NUMBERS))}${more}`;
}

/**
 * @param {number[]} numbers
 * @param {number} n
 */
const many = (numbers, n) => `${numbers.length} of ${n} slices ${numbers.length === 1 ? "is" : "are"}`;

/**
 * @typedef {object} SliceValues
 * @property {number} low
 * @property {number} high
 * @property {number} mean Of its values, limited to those from 0 to the hottest tissue.
 * @property {boolean} repeats Whether it is the same as the one before.
 * @property {number[]} edge The outermost pixels; those at the corners twice.
 *
 * @typedef {object} Values
 * @property {SliceValues[]} slices
 * @property {Uint8Array} rows Which rows, of any slice, hold something above 0.
 * @property {Uint8Array} columns The same of columns.
 */

/**
 * What is to be known of each slice, in one look at all voxels.
 * @param {Float32Array} data
 * @param {Grid} grid
 * @param {number} tissue the hottest
 * @returns {Values}
 */
export function valuesOf(data, grid, tissue) {
  const [nRows, nColumns] = grid.plane;
  const [rows, columns] = [new Uint8Array(nRows), new Uint8Array(nColumns)];
  /** @type {Float32Array | null} */
  let before = null;
  const slices = Array.from({length: grid.slices}, (_, number) => {
    const plane = planeOf(data, grid, number);
    let [low, high, sum, at] = [plane[0], plane[0], 0, 0];
    /** @type {number[]} */
    const edge = [];
    for (let r = 0; r < nRows; r++) {
      edge.push(plane[at], plane[at + nColumns - 1]);
      for (let c = 0; c < nColumns; c++, at++) {
        const value = plane[at];
        if (value < low) low = value;
        if (value > high) high = value;
        if (value > 0) {
          rows[r] = columns[c] = 1;
          sum += Math.min(value, tissue);
        }
      }
    }
    for (let c = 0; c < nColumns; c++) edge.push(plane[c], plane[plane.length - nColumns + c]);
    const last = before;
    before = plane;
    const repeats = last?.every((value, n) => value === plane[n]) ?? false;
    return {low, high, mean: sum / plane.length, repeats, edge};
  });
  return {slices, rows, columns};
}

/** @param {SliceValues} slice */
const isFlat = ({low, high}) => low === high;

/**
 * What is doubtful about slices against each other.
 * @param {Values} values
 * @returns {Doubt[]}
 */
export function sliceDoubts(values) {
  return [...otherScale(values), ...emptySlices(values), ...emptySides(values)];
}

/**
 * Slices many times darker, or brighter, than those on both sides.
 * @param {Values} values
 * @returns {Doubt[]}
 */
function otherScale({slices}) {
  const means = slices.map((slice) => (isFlat(slice) ? Number.NaN : slice.mean));
  const known = means.filter((mean) => !Number.isNaN(mean));
  const least = (DARK * known.reduce((sum, mean) => sum + mean, 0)) / known.length;
  /** @type {number[]} */
  const found = [];
  for (let n = 1; n < means.length - 1; n++) {
    const [low, high] = [Math.min(means[n - 1], means[n + 1]), Math.max(means[n - 1], means[n + 1])];
    const darker = means[n] * STEP < low && low > least;
    if (darker || (means[n] > STEP * high && means[n] > least)) found.push(n);
  }
  if (!found.length) return [];
  const [mean, before, after] = [0, -1, 1].map((step) => general(means[found[0] + step], 3));
  const wrong = `${many(found, slices.length)} more than ${STEP} times darker or brighter than both neighbours`;
  const numbers = `slice ${found[0]} has a mean of ${mean}, they have ${before} and ${after}`;
  const mend = "see whether each slice was scaled by its own number (RescaleSlope), and export the scan again";
  return [{problem: `${wrong} (${numbered(found)}): ${numbers}`, mend}];
}

const LOST = "see whether a part of the scan was lost in the export";

/**
 * Slices that hold nothing or repeat another.
 * @param {Values} values
 * @returns {Doubt[]}
 */
function emptySlices({slices}) {
  const n = slices.length;
  const numbers = slices.map((_, number) => number);
  const flat = numbers.filter((number) => isFlat(slices[number]));
  const filled = numbers.filter((number) => !isFlat(slices[number]));
  if (!filled.length) return [{problem: "all slices of the PET are constant", mend: "export the scan again"}];
  const found = [];
  const within = flat.filter((number) => number > filled[0] && number < filled[filled.length - 1]);
  if (within.length) {
    found.push({problem: `${many(within, n)} constant between others that are not (${numbered(within)})`, mend: LOST});
  } else if (flat.length > EMPTY * n) {
    found.push({problem: `${many(flat, n)} constant (${numbered(flat)})`, mend: LOST});
  }
  const alike = filled.filter((number) => slices[number].repeats);
  if (alike.length) {
    const problem = `${many(alike, n)} the same as the one before (${numbered(alike)})`;
    found.push({problem, mend: "see whether slices were exported twice"});
  }
  return found;
}

/**
 * A plane of which one side holds nothing.
 * @param {Values} values
 * @returns {Doubt[]}
 */
function emptySides({slices, rows, columns}) {
  if (slices.every(isFlat)) return [];
  const found = [];
  for (const [name, line] of Object.entries({rows, columns})) {
    if (!line.includes(1)) continue;
    const [first, last] = [line.indexOf(1), line.length - 1 - line.lastIndexOf(1)];
    const most = Math.max(first, last);
    if (most <= EMPTY * line.length || 4 * Math.min(first, last) >= most) continue;
    const side = first > last ? "first" : "last";
    found.push({problem: `the ${side} ${most} of ${line.length} ${name} of all slices are empty`, mend: LOST});
  }
  return found;
}
