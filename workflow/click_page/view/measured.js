// Measures lesions in the box that holds them: of a scan of whole planes, most voxels are far from any lesion.

/** @import {Click, Grid, Lesion, Scan, Voxel} from "../core/types.js" */
import {voxelSizes} from "../core/affine.js";
import {voxelOfPlace} from "../core/grid.js";
import {lesionTable, numberLesions} from "../core/lesions.js";

/** What SUVpeak may see beyond a lesion's voxels, mm: its sphere has a radius of 6.2. */
const AROUND_MM = 7;

/** @typedef {{low: Voxel, shape: Voxel}} Box */

/**
 * The voxels of masks on planes.
 * @param {Map<number, Uint8Array>} planes (rows, columns of grid.plane) by slice
 * @param {Grid} grid
 * @returns {Voxel[]}
 */
export function voxelsOf(planes, grid) {
  const voxels = [];
  for (const [number, plane] of planes) {
    for (let at = plane.indexOf(1); at >= 0; at = plane.indexOf(1, at + 1)) {
      voxels.push(voxelOfPlace(grid, number, Math.floor(at / grid.plane[1]), at % grid.plane[1]));
    }
  }
  return voxels;
}

/**
 * The box of voxels, with room for the spheres of SUVpeak as far as the scan goes.
 * @param {Voxel[]} voxels at least one
 * @param {Scan} scan
 * @returns {Box}
 */
function boxOf(voxels, scan) {
  const room = voxelSizes(scan.affine).map((mm) => Math.ceil(AROUND_MM / mm));
  const along = (/** @type {number} */ axis) => {
    let [first, last] = [Number.POSITIVE_INFINITY, 0];
    for (const voxel of voxels) {
      first = Math.min(first, voxel[axis]);
      last = Math.max(last, voxel[axis]);
    }
    first = Math.max(first - room[axis], 0);
    return {first, n: Math.min(last + room[axis], scan.shape[axis] - 1) - first + 1};
  };
  const sides = [0, 1, 2].map(along);
  return {
    low: /** @type {Voxel} */ (sides.map(({first}) => first)),
    shape: /** @type {Voxel} */ (sides.map(({n}) => n)),
  };
}

/**
 * Go through the rows of a box: where each begins in the scan, and where in the box.
 * @param {Box} box
 * @param {Voxel} shape of the scan
 * @param {(from: number, to: number) => void} act
 */
function rowsOf({low, shape: [ni, nj, nk]}, shape, act) {
  for (let k = 0; k < nk; k++) {
    for (let j = 0; j < nj; j++) act(((low[2] + k) * shape[1] + low[1] + j) * shape[0] + low[0], (k * nj + j) * ni);
  }
}

/**
 * The lesions of a mask, their table, and the numbers of all voxels, as core/lesions.js gives them of the whole scan.
 * @param {Voxel[]} voxels of the mask
 * @param {Scan} scan
 * @param {Click[]} clicks
 * @returns {{lesions: Int32Array, table: Lesion[]}}
 */
export function measuredLesions(voxels, scan, clicks) {
  const lesions = new Int32Array(scan.data.length);
  if (!voxels.length) return {lesions, table: []};
  const box = boxOf(voxels, scan);
  const {low, shape} = box;
  const n = shape[0] * shape[1] * shape[2];
  const [mask, data] = [new Uint8Array(n), new Float32Array(n)];
  for (const [i, j, k] of voxels) mask[((k - low[2]) * shape[1] + j - low[1]) * shape[0] + i - low[0]] = 1;
  rowsOf(box, scan.shape, (from, to) => data.set(scan.data.subarray(from, from + shape[0]), to));
  const inBox = numberLesions(mask, shape);
  rowsOf(box, scan.shape, (from, to) => lesions.set(inBox.subarray(to, to + shape[0]), from));
  const moved = clicks
    .map((click) => ({...click, voxel: /** @type {Voxel} */ (click.voxel.map((at, axis) => at - low[axis]))}))
    .filter(({voxel}) => voxel.every((at, axis) => at >= 0 && at < shape[axis]));
  const table = lesionTable(inBox, {...scan, data, shape}, moved);
  for (const row of table) {
    row.centroid_i += low[0];
    row.centroid_j += low[1];
    row.centroid_k += low[2];
  }
  return {lesions, table};
}
