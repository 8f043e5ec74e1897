// Mirrors oneclick/segment/lesions.py: volume, SUVmax, SUVpeak, SUVmean, metabolic tumour volume, total lesion glycolysis.
/** @import {Click, Lesion, Scan, Voxel} from "./types.js" */
import {determinant, inverse} from "./affine.js";
import {indexOf, voxelAt} from "./volume.js";

/** Of a table of lesions, in their order. */
export const COLUMNS = /** @type {const} */ ([
  "lesion",
  "n_voxels",
  "volume_ml",
  "suv_max",
  "suv_peak",
  "suv_mean",
  "mtv_ml",
  "tlg",
  "centroid_i",
  "centroid_j",
  "centroid_k",
  "n_clicks",
]);
// A sphere of 1 cm3 = 1000 mm3: 6.2035 mm.
const PEAK_RADIUS = ((3 * 1000) / (4 * Math.PI)) ** (1 / 3);

/**
 * Offsets in voxels from a voxel to those whose centres lie at most `radius` mm from its own.
 * @param {number[][]} affine (4, 4)
 * @param {number} radius mm
 * @returns {Voxel[]}
 */
export function sphereOffsets(affine, radius = PEAK_RADIUS) {
  const back = inverse(affine);
  const reach = back.map((row) => Math.floor(radius * Math.sqrt(row.reduce((sum, x) => sum + x * x, 0)) + 1e-9));
  /** @type {Voxel[]} */
  const offsets = [];
  for (let i = -reach[0]; i <= reach[0]; i++) {
    for (let j = -reach[1]; j <= reach[1]; j++) {
      for (let k = -reach[2]; k <= reach[2]; k++) {
        const mm = [0, 1, 2].map((n) => affine[n][0] * i + affine[n][1] * j + affine[n][2] * k);
        if (Math.sqrt(mm[0] * mm[0] + mm[1] * mm[1] + mm[2] * mm[2]) <= radius) offsets.push([i, j, k]);
      }
    }
  }
  return offsets;
}

/**
 * The lesions of a mask, tumour where not 0, as 1, 2, ... by falling volume, equal ones by their first voxel, and 0 elsewhere. A
 * lesion is a component whose voxels touch at least at a corner (26-connected).
 * @param {Uint8Array} mask as stored, i fastest
 * @param {Voxel} shape
 * @returns {Int32Array}
 */
export function numberLesions(mask, shape) {
  const lesions = new Int32Array(mask.length);
  const components = [];
  for (let at = 0; at < mask.length; at++) {
    if (mask[at] && !lesions[at]) components.push(componentOf(mask, shape, lesions, at));
  }
  components.sort((a, b) => b.voxels.length - a.voxels.length || a.first - b.first);
  components.forEach(({voxels}, n) => {
    for (const at of voxels) lesions[at] = n + 1;
  });
  return lesions;
}

/**
 * The component of a voxel.
 * @param {Uint8Array} mask
 * @param {Voxel} shape
 * @param {Int32Array} seen gets 1 there
 * @param {number} start
 * @returns {{voxels: number[], first: number}} places in the data; `first`: the first voxel where k is counted fastest, as numpy
 *   does it
 */
function componentOf(mask, shape, seen, start) {
  const [ni, nj, nk] = shape;
  const voxels = [start];
  let first = Number.POSITIVE_INFINITY;
  seen[start] = 1;
  for (let next = 0; next < voxels.length; next++) {
    const [i, j, k] = voxelAt(voxels[next], shape);
    first = Math.min(first, (i * nj + j) * nk + k);
    for (let c = Math.max(k - 1, 0); c <= Math.min(k + 1, nk - 1); c++) {
      for (let b = Math.max(j - 1, 0); b <= Math.min(j + 1, nj - 1); b++) {
        for (let a = Math.max(i - 1, 0); a <= Math.min(i + 1, ni - 1); a++) {
          const to = (c * nj + b) * ni + a;
          if (!mask[to] || seen[to]) continue;
          seen[to] = 1;
          voxels.push(to);
        }
      }
    }
  }
  return {voxels, first};
}

/**
 * The highest mean SUV among the spheres of `offsets` around voxels of a lesion. Voxels of a sphere outside the volume are left
 * out of its mean; those outside the lesion count.
 * @param {Voxel[]} voxels
 * @param {Scan} scan
 * @param {Voxel[]} offsets
 */
export function suvPeak(voxels, {data, shape: [ni, nj, nk]}, offsets) {
  // In one array: to take short ones apart takes twice as long.
  const steps = Int32Array.from(offsets.flat());
  let most = Number.NEGATIVE_INFINITY;
  for (const [i, j, k] of voxels) {
    let [total, n] = [0, 0];
    for (let at = 0; at < steps.length; at += 3) {
      const a = i + steps[at];
      const b = j + steps[at + 1];
      const c = k + steps[at + 2];
      if (a < 0 || b < 0 || c < 0 || a >= ni || b >= nj || c >= nk) continue;
      total += data[(c * nj + b) * ni + a];
      n++;
    }
    most = Math.max(most, total / n);
  }
  return most;
}

/**
 * One row for each lesion; the columns are those of Python's lesion_table, with n_clicks: the clicks on the lesion's voxels.
 * @param {Int32Array} lesions their numbers (`numberLesions`)
 * @param {Scan} scan in SUV
 * @param {Click[]} clicks
 * @returns {Lesion[]}
 */
export function lesionTable(lesions, scan, clicks = []) {
  /** @type {Voxel[][]} */
  const voxels = [];
  for (let at = 0; at < lesions.length; at++) {
    if (!lesions[at]) continue;
    voxels[lesions[at] - 1] ??= [];
    voxels[lesions[at] - 1].push(voxelAt(at, scan.shape));
  }
  const clicked = clicks.map(({voxel}) => lesions[indexOf(voxel, scan.shape)]);
  const millilitres = Math.abs(determinant(scan.affine)) / 1000;
  const offsets = sphereOffsets(scan.affine);
  return voxels.map((places, n) => {
    let [most, total] = [Number.NEGATIVE_INFINITY, 0];
    const sums = [0, 0, 0];
    for (const voxel of places) {
      const suv = scan.data[indexOf(voxel, scan.shape)];
      most = Math.max(most, suv);
      total += suv;
      for (const axis of [0, 1, 2]) sums[axis] += voxel[axis];
    }
    const [volume, mean] = [places.length * millilitres, total / places.length];
    const [i, j, k] = sums.map((sum) => sum / places.length);
    return {
      lesion: n + 1,
      n_voxels: places.length,
      volume_ml: volume,
      suv_max: most,
      suv_peak: suvPeak(places, scan, offsets),
      suv_mean: mean,
      mtv_ml: volume,
      tlg: mean * volume,
      centroid_i: i,
      centroid_j: j,
      centroid_k: k,
      n_clicks: clicked.filter((lesion) => lesion === n + 1).length,
    };
  });
}
