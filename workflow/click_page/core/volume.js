// Mirrors what oneclick/data/volume.py says of voxels in memory.
/** @import {Voxel} from "./types.js" */

/**
 * Where a voxel stands in a volume's data as stored.
 * @param {Voxel} voxel
 * @param {Voxel} shape
 */
export function indexOf([i, j, k], [ni, nj]) {
  return (k * nj + j) * ni + i;
}

/**
 * The voxel at a place of a volume's data.
 * @param {number} at
 * @param {Voxel} shape
 * @returns {Voxel}
 */
export function voxelAt(at, [ni, nj]) {
  return [at % ni, Math.floor(at / ni) % nj, Math.floor(at / (ni * nj))];
}
