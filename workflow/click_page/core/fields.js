// Mirrors oneclick/segment/fields.py: which part of slices networks are shown, in pixels as large as those that they saw.
/** @import {Doubt, Field, Grid, Scan, Study} from "./types.js" */
import {voxelSizes} from "./affine.js";
import {gridOf} from "./grid.js";
import {general} from "./words.js";

const ALIKE = 1.1;
const THICK = 2;
const COARSE = 1.5;
const ROOM_MM = 40;
const ROOM = 1 / 8;

/** @param {number[]} sides */
const inMm = (sides) => `${sides.map((side) => general(side, 3)).join(" x ")} mm`;

/**
 * The grid of a scan with pixels such as a study's networks saw; what is doubtful, and what was done.
 * @param {Scan} scan
 * @param {Pick<Study, "size" | "spacing" | "seen_mm">} study
 * @returns {{grid: Grid, doubts: Doubt[], notes: string[]}}
 */
export function fittedGrid(scan, study) {
  const {size, spacing, seen_mm: seen} = study;
  /** @type {Doubt[]} */
  const doubts = [];
  /** @type {string[]} */
  const notes = [];
  let grid = gridOf(scan, size, spacing);
  if (!seen) return {grid, doubts, notes};
  const sides = [seen.rows, seen.columns];
  const known = sides.every((s, n) => s.least / ALIKE <= grid.pixelMm[n] && grid.pixelMm[n] <= s.most * ALIKE);
  const median = /** @type {[number, number]} */ (sides.map((side) => side.median));
  if (spacing === null && !known) {
    const own = grid.pixelMm;
    grid = gridOf(scan, size, median[0] !== median[1] ? median : median[0]);
    const pixels = `the networks saw pixels of ${inMm(median)}, and its planes would have pixels of ${inMm(own)}`;
    const around = Math.min(...grid.start) < 0 ? ", with zeros around the scan" : "";
    notes.push(`${pixels}: its slices are resampled to the networks' pixels${around}`);
  }
  const sizes = voxelSizes(scan.affine);
  const voxel = [sizes[grid.axes[0]], sizes[grid.axes[1]]];
  if (voxel.some((mm, n) => mm > COARSE * median[n])) {
    doubts.push({
      problem: `its voxels of ${inMm(voxel)} are coarser than the pixels of ${inMm(median)} that the networks saw`,
      mend: "look at the masks with care, for no resampling makes the detail that they know",
    });
  }
  const {least, most} = seen.slices;
  if (!(least / THICK <= grid.sliceMm && grid.sliceMm <= most * THICK)) {
    const usual = `those that the networks saw were ${general(least, 3)} to ${general(most, 3)} mm apart`;
    notes.push(`its slices are ${general(grid.sliceMm, 3)} mm apart, and ${usual}`);
  }
  return {grid, doubts, notes};
}

/**
 * The fields that hold the clicks of slice `number`.
 * @param {Grid} grid
 * @param {number} number
 * @param {[number, number, number][]} places each click's order among the patient's, its row and its column in voxels of the
 *   plane
 * @returns {Field[]} one around the body if there is no click
 */
export function fieldsOf(grid, number, places) {
  const sides = /** @type {(0 | 1)[]} */ ([0, 1]);
  const covered = grid.pixel.map((pixel) => pixel * grid.size);
  // Fields begin at a voxel's edge, so that one is to spare; where the scan is smaller, all is in the field.
  const holds = covered.map((side, n) => (side >= grid.plane[n] ? Number.POSITIVE_INFINITY : side - 1));
  const room = covered.map((side, n) => Math.min((ROOM_MM / grid.pixelMm[n]) * grid.pixel[n], ROOM * side));
  /** @type {{first: number[], last: number[], members: number[]}[]} */
  const groups = [];
  for (const [order, ...place] of places) {
    const low = sides.map((n) => Math.max(place[n] + 0.5 - room[n], 0));
    const high = sides.map((n) => Math.min(place[n] + 0.5 + room[n], grid.plane[n]));
    let found = false;
    for (const group of groups) {
      const first = sides.map((n) => Math.min(group.first[n], low[n]));
      const last = sides.map((n) => Math.max(group.last[n], high[n]));
      if (!sides.every((n) => last[n] - first[n] <= holds[n])) continue;
      Object.assign(group, {first, last});
      group.members.push(order);
      found = true;
      break;
    }
    if (!found) groups.push({first: low, last: high, members: [order]});
  }
  if (!groups.length) return [{number, grid, clicks: []}];
  return groups.map(({first, last, members}) => {
    const start = sides.map((n) => {
      if (holds[n] === Number.POSITIVE_INFINITY) return grid.start[n];
      return Math.min(Math.max(grid.start[n], Math.ceil(last[n] - covered[n])), Math.floor(first[n]));
    });
    return {number, grid: {...grid, start: [start[0], start[1]]}, clicks: members};
  });
}
