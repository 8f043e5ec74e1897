// Mirrors _other_scale and _empty of oneclick/data/plausibility.py: slices on another scale, and such as hold nothing.
/** @import {Doubt} from "./types.js" */
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
 * What is doubtful about slices against each other.
 * @param {Float32Array[]} planes
 * @param {[number, number]} sides rows and columns
 * @param {[number, number][]} ranges the least and highest value of each
 * @param {number} tissue the hottest
 * @returns {Doubt[]}
 */
export function scaleDoubts(planes, sides, ranges, tissue) {
  return [...otherScale(planes, ranges, tissue), ...emptySlices(planes, ranges), ...emptySides(planes, sides, ranges)];
}

/**
 * Slices many times darker, or brighter, than those on both sides.
 * @param {Float32Array[]} planes
 * @param {[number, number][]} ranges
 * @param {number} tissue
 * @returns {Doubt[]}
 */
function otherScale(planes, ranges, tissue) {
  const means = planes.map((plane, n) => {
    if (ranges[n][0] === ranges[n][1]) return Number.NaN;
    let sum = 0;
    for (let at = 0; at < plane.length; at++) sum += Math.min(Math.max(plane[at], 0), tissue);
    return sum / plane.length;
  });
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
  const wrong = `${many(found, planes.length)} more than ${STEP} times darker or brighter than both neighbours`;
  const numbers = `slice ${found[0]} has a mean of ${mean}, they have ${before} and ${after}`;
  const mend = "see whether each slice was scaled by its own number (RescaleSlope), and export the scan again";
  return [{problem: `${wrong} (${numbered(found)}): ${numbers}`, mend}];
}

const LOST = "see whether a part of the scan was lost in the export";

/**
 * Slices that hold nothing or repeat another.
 * @param {Float32Array[]} planes
 * @param {[number, number][]} ranges
 * @returns {Doubt[]}
 */
function emptySlices(planes, ranges) {
  const n = planes.length;
  const numbers = planes.map((_, number) => number);
  const flat = numbers.filter((number) => ranges[number][0] === ranges[number][1]);
  const filled = numbers.filter((number) => ranges[number][0] !== ranges[number][1]);
  if (!filled.length) return [{problem: "all slices of the PET are constant", mend: "export the scan again"}];
  const found = [];
  const within = flat.filter((number) => number > filled[0] && number < filled[filled.length - 1]);
  if (within.length) {
    found.push({problem: `${many(within, n)} constant between others that are not (${numbered(within)})`, mend: LOST});
  } else if (flat.length > EMPTY * n) {
    found.push({problem: `${many(flat, n)} constant (${numbered(flat)})`, mend: LOST});
  }
  const alike = filled.slice(1).filter((number) => planes[number].every((value, at) => value === planes[number - 1][at]));
  if (alike.length) {
    const problem = `${many(alike, n)} the same as the one before (${numbered(alike)})`;
    found.push({problem, mend: "see whether slices were exported twice"});
  }
  return found;
}

/**
 * A plane of which one side holds nothing.
 * @param {Float32Array[]} planes
 * @param {[number, number]} sides
 * @param {[number, number][]} ranges
 * @returns {Doubt[]}
 */
function emptySides(planes, [rows, columns], ranges) {
  if (ranges.every(([low, high]) => low === high)) return [];
  const filled = {rows: new Uint8Array(rows), columns: new Uint8Array(columns)};
  for (const plane of planes) {
    for (let r = 0, at = 0; r < rows; r++) {
      for (let c = 0; c < columns; c++, at++) if (plane[at] > 0) filled.rows[r] = filled.columns[c] = 1;
    }
  }
  const found = [];
  for (const [name, line] of Object.entries(filled)) {
    if (!line.includes(1)) continue;
    const [first, last] = [line.indexOf(1), line.length - 1 - line.lastIndexOf(1)];
    const most = Math.max(first, last);
    if (most <= EMPTY * line.length || 4 * Math.min(first, last) >= most) continue;
    const side = first > last ? "first" : "last";
    found.push({problem: `the ${side} ${most} of ${line.length} ${name} of all slices are empty`, mend: LOST});
  }
  return found;
}
