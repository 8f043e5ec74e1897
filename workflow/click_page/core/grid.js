// Mirrors oneclick/data/grid.py: where the pixels of a slice lie on the scan, and how they get their values from it.
/** @import {Grid, Scan, Voxel} from "./types.js" */
import {orientation, voxelSizes} from "./affine.js";
import {general, rint} from "./words.js";

const BODY = 0.05;

/**
 * Which stored axes rows, columns and slices of transaxial planes follow, and whether the first two are flipped so that rows go
 * to the left and columns to the back. Of an oblique scan, the nearest axes are taken.
 * @param {number[][]} affine (4, 4)
 * @returns {{axes: [number, number, number], flipped: [boolean, boolean]}}
 */
export function transaxial(affine) {
  const sides = orientation(affine);
  const along = (/** @type {number} */ body) => sides.findIndex(([axis]) => axis === body);
  const axes = /** @type {[number, number, number]} */ ([along(0), along(1), along(2)]);
  return {axes, flipped: [sides[axes[0]][1] > 0, sides[axes[1]][1] > 0]};
}

/**
 * Degrees between the planes that `transaxial` takes and true transaxial ones.
 * @param {number[][]} affine (4, 4)
 */
export function tilt(affine) {
  const axis = transaxial(affine).axes[2];
  return (Math.acos(Math.min(1, Math.abs(affine[2][axis]) / voxelSizes(affine)[axis])) * 180) / Math.PI;
}

/**
 * How far apart neighbours along rows, columns and slices lie in the stored data, and where row 0, column 0 of slice 0 is.
 * @param {Grid} grid
 */
function steps(grid) {
  const stored = [1, grid.shape[0], grid.shape[0] * grid.shape[1]];
  let [row, column] = [stored[grid.axes[0]], stored[grid.axes[1]]];
  let first = 0;
  if (grid.flipped[0]) {
    first += (grid.plane[0] - 1) * row;
    row = -row;
  }
  if (grid.flipped[1]) {
    first += (grid.plane[1] - 1) * column;
    column = -column;
  }
  return {first, row, column, slice: stored[grid.axes[2]]};
}

/**
 * A slice of a volume as (rows, columns), a row after another: transaxial whatever the file's orientation (Grid.planes).
 * @template {Float32Array | Uint8Array | Int32Array} T
 * @param {T} data as stored, i fastest
 * @param {Grid} grid
 * @param {number} number
 * @returns {T}
 */
export function planeOf(data, grid, number) {
  const {first, row, column, slice} = steps(grid);
  const [rows, columns] = grid.plane;
  const plane = /** @type {T} */ (new /** @type {any} */ (data.constructor)(rows * columns));
  for (let r = 0, to = 0; r < rows; r++) {
    let from = first + number * slice + r * row;
    for (let c = 0; c < columns; c++, to++, from += column) plane[to] = data[from];
  }
  return plane;
}

/**
 * Write a plane (rows, columns) onto slice `number` of a volume as stored.
 * @param {Uint8Array} data
 * @param {Grid} grid
 * @param {number} number
 * @param {Uint8Array} plane
 */
export function layPlane(data, grid, number, plane) {
  const {first, row, column, slice} = steps(grid);
  const [rows, columns] = grid.plane;
  for (let r = 0, from = 0; r < rows; r++) {
    let to = first + number * slice + r * row;
    for (let c = 0; c < columns; c++, from++, to += column) data[to] = plane[from];
  }
}

/**
 * The slice of a voxel, and its row and column among the voxels of that plane (Grid.in_plane).
 * @param {Grid} grid
 * @param {Voxel} voxel
 * @returns {[number, number, number]} slice, row, column
 */
export function placeOfVoxel(grid, voxel) {
  const place = (/** @type {0 | 1} */ n) => {
    const at = voxel[grid.axes[n]];
    return grid.flipped[n] ? grid.plane[n] - 1 - at : at;
  };
  return [voxel[grid.axes[2]], place(0), place(1)];
}

/**
 * The voxel at a row and column of the plane of slice `number`: the way back from `placeOfVoxel`.
 * @param {Grid} grid
 * @param {number} number
 * @param {number} row
 * @param {number} column
 * @returns {Voxel}
 */
export function voxelOfPlace(grid, number, row, column) {
  /** @type {Voxel} */
  const voxel = [0, 0, 0];
  voxel[grid.axes[0]] = grid.flipped[0] ? grid.plane[0] - 1 - row : row;
  voxel[grid.axes[1]] = grid.flipped[1] ? grid.plane[1] - 1 - column : column;
  voxel[grid.axes[2]] = number;
  return voxel;
}

/**
 * The slice, row and column of the pixel that holds the centre of a voxel, or null if it lies beyond the grid
 * (Grid.pixel_of_voxel).
 * @param {Grid} grid
 * @param {Voxel} voxel
 * @returns {[number, number, number] | null}
 */
export function pixelOfVoxel(grid, voxel) {
  const [number, ...place] = placeOfVoxel(grid, voxel);
  const [row, column] = place.map((at, n) => Math.floor((at + 0.5 - grid.start[n]) / grid.pixel[n]));
  const inside = row >= 0 && row < grid.size && column >= 0 && column < grid.size;
  return inside ? [number, row, column] : null;
}

/**
 * A slice mask (size, size) on the voxels (rows, columns) of a plane: each takes the pixel that holds its centre, 0 beyond the
 * grid (Grid.to_plane).
 * @param {Uint8Array} mask
 * @param {Grid} grid
 * @returns {Uint8Array}
 */
export function toPlane(mask, grid) {
  const [rows, columns] = grid.plane;
  const pixels = (/** @type {0 | 1} */ n) =>
    Array.from({length: grid.plane[n]}, (_, at) => Math.floor((at + 0.5 - grid.start[n]) / grid.pixel[n]));
  const [ofRows, ofColumns] = [pixels(0), pixels(1)];
  const plane = new Uint8Array(rows * columns);
  for (let r = 0; r < rows; r++) {
    if (ofRows[r] < 0 || ofRows[r] >= grid.size) continue;
    for (let c = 0; c < columns; c++) {
      if (ofColumns[c] < 0 || ofColumns[c] >= grid.size) continue;
      plane[r * columns + c] = mask[ofRows[r] * grid.size + ofColumns[c]];
    }
  }
  return plane;
}

/**
 * The grid in words, for a mask's description.
 * @param {Grid} grid
 */
export function gridInWords(grid) {
  const pixels = `${grid.size} x ${grid.size} pixels`;
  if (grid.spacing === null) return `${pixels} of the whole plane`;
  const sides = Array.isArray(grid.spacing) ? grid.spacing : [grid.spacing];
  return `${pixels} of ${sides.map((side) => general(side, 6)).join(" x ")} mm`;
}

/**
 * The first row and that after the last of the body, and the same of columns.
 * @param {Float32Array} data
 * @param {Grid} grid
 * @returns {[[number, number], [number, number]]}
 */
export function bodyExtent(data, grid) {
  const [rows, columns] = grid.plane;
  const {first, row, column, slice} = steps(grid);
  const mean = new Float64Array(rows * columns);
  for (let s = 0; s < grid.slices; s++) {
    for (let r = 0, to = 0; r < rows; r++) {
      let from = first + s * slice + r * row;
      for (let c = 0; c < columns; c++, to++, from += column) mean[to] += data[from];
    }
  }
  let most = Number.NEGATIVE_INFINITY;
  for (let n = 0; n < mean.length; n++) {
    mean[n] /= grid.slices;
    most = Math.max(most, mean[n]);
  }
  let [top, bottom, left, right] = [rows, 0, columns, 0];
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      if (!(mean[r * columns + c] > BODY * most)) continue;
      [top, bottom] = [Math.min(top, r), r + 1];
      [left, right] = [Math.min(left, c), Math.max(right, c + 1)];
    }
  }
  return bottom ? [[top, bottom], [left, right]] : [[0, rows], [0, columns]]; // biome-ignore format: a pair a side
}

/**
 * The grid of a scan; see grid_of in Python.
 * @param {Scan} scan
 * @param {number} size
 * @param {number | [number, number] | null} spacing mm
 * @returns {Grid}
 */
export function gridOf(scan, size, spacing) {
  const {axes, flipped} = transaxial(scan.affine);
  const mm = axes.map((axis) => voxelSizes(scan.affine)[axis]);
  const plane = /** @type {[number, number]} */ ([scan.shape[axes[0]], scan.shape[axes[1]]]);
  const slices = scan.shape[axes[2]];
  /** @type {(start: number[], pixel: number[]) => Grid} */
  const grid = (start, pixel) => ({
    shape: scan.shape,
    size,
    axes,
    flipped,
    start: [start[0], start[1]],
    pixel: [pixel[0], pixel[1]],
    pixelMm: [pixel[0] * mm[0], pixel[1] * mm[1]],
    spacing,
    sliceMm: mm[2],
    plane,
    slices,
  });
  if (spacing === null) return grid([0, 0], [plane[0] / size, plane[1] / size]);
  const sides = Array.isArray(spacing) ? spacing : [spacing, spacing];
  const extent = bodyExtent(scan.data, grid([0, 0], [1, 1]));
  const pixel = [sides[0] / mm[0], sides[1] / mm[1]];
  const start = plane.map((n, axis) => {
    const covered = size * pixel[axis];
    const [first, after] = extent[axis];
    const middle = covered >= n ? n / 2 : Math.min(Math.max((first + after) / 2, covered / 2), n - covered / 2);
    return rint(middle - covered / 2);
  });
  return grid(start, pixel);
}
