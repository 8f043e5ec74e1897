// Mirrors oneclick/data/scan_masks.py and write_on_scan of oneclick/data/nifti.py: a mask on the voxels of its scan.
/** @import {Grid, Scan} from "./types.js" */
import {closestOrthogonal, determinant, quaternionOf, voxelSizes} from "./affine.js";
import {gridInWords} from "./grid.js";
import {pack} from "./gzip.js";

const OFFSET = 352;
const ALIGNED = 2;
const UNITS = ["unknown", "meter", "mm", "micron"];

/**
 * A mask in the geometry of its scan, so that viewers lay it on it: a .nii.gz file, uint8. Both affines, their codes and the unit
 * are the scan's; none of its texts is copied.
 * @param {Scan} scan
 * @param {Uint8Array} mask as stored, i fastest
 * @param {Grid | null} grid that the mask was made on, for its description
 * @returns {Promise<Uint8Array>}
 */
export async function writeMask(scan, mask, grid = null) {
  const bytes = new Uint8Array(OFFSET + mask.length);
  const view = new DataView(bytes.buffer);
  const short = (/** @type {number} */ at, /** @type {number[]} */ values) =>
    values.forEach((value, n) => {
      view.setInt16(at + 2 * n, value, true);
    });
  const real = (/** @type {number} */ at, /** @type {number[]} */ values) =>
    values.forEach((value, n) => {
      view.setFloat32(at + 4 * n, value, true);
    });
  const {affine, qform, sform, unit} = scan.header;
  view.setInt32(0, 348, true);
  short(40, [3, ...scan.shape, 1, 1, 1, 1]);
  short(70, [2, 8]); // uint8
  const rotated = quaternionForm(qform?.[0] ?? affine);
  real(76, [rotated.qfac, ...rotated.sizes, 1, 1, 1, 1]);
  real(108, [OFFSET, 1, 0]);
  bytes[123] = Math.max(UNITS.indexOf(unit ?? "unknown"), 0);
  const text = grid ? `oneclick-pet, ${gridInWords(grid)}` : "oneclick-pet";
  bytes.set(new TextEncoder().encode(text).subarray(0, 79), 148);
  short(252, [qform ? qform[1] : 0, sform ? sform[1] : ALIGNED]);
  real(256, [...rotated.quaternion, ...rotated.origin]);
  real(280, (sform?.[0] ?? affine).slice(0, 3).flat());
  bytes.set(new TextEncoder().encode("n+1"), 344);
  bytes.set(mask, OFFSET);
  return pack(bytes);
}

/**
 * An affine as a NIfTI header's qform keeps it (nibabel's set_qform): voxel sizes, whether the last axis is mirrored, the last
 * three of a quaternion, and the origin.
 * @param {number[][]} affine (4, 4)
 */
function quaternionForm(affine) {
  const sizes = voxelSizes(affine);
  const rotation = affine.slice(0, 3).map((row) => sizes.map((size, c) => row[c] / size));
  const qfac = determinant(rotation) > 0 ? 1 : -1;
  for (const row of rotation) row[2] *= qfac;
  const quaternion = quaternionOf(closestOrthogonal(rotation)).slice(1);
  return {sizes, qfac, quaternion, origin: affine.slice(0, 3).map((row) => row[3])};
}
