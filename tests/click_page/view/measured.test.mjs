// Lesions measured in their box are those that core measures of the whole scan.
import assert from "node:assert/strict";
import {test} from "node:test";
import {gridOf, planeOf} from "../../../workflow/click_page/core/grid.js";
import {lesionTable, numberLesions} from "../../../workflow/click_page/core/lesions.js";
import {indexOf} from "../../../workflow/click_page/core/volume.js";
import {measuredLesions, voxelsOf} from "../../../workflow/click_page/view/measured.js";

/** Numbers in [0, 1) that are the same each time (mulberry32). */
function draws(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const AFFINES = [
  [[-2, 0, 0, 5], [0, -3, 0, 5], [0, 0, 4, 5], [0, 0, 0, 1]],
  [[0, 0, 4, 5], [2.5, 0, 0, 5], [0, -3, 0, 5], [0, 0, 0, 1]],
  [[2, 0.3, 0, 5], [-0.3, 2, 0, 5], [0, 0, -6, 5], [0, 0, 0, 1]],
];

for (const [n, affine] of AFFINES.entries()) {
  for (const share of [0.005, 0.02]) {
    test(`affine ${n}, ${share} of the voxels`, () => {
      const draw = draws(n + 1);
      const scan = {shape: [24, 20, 16], affine, data: Float32Array.from({length: 24 * 20 * 16}, draw)};
      const grid = gridOf(scan, 32, null);
      // In some slices blobs, one of them at the scan's edge
      const mask = new Uint8Array(scan.data.length);
      const middle = [9, 8, 7];
      for (let at = 0; at < mask.length; at++) {
        const voxel = [at % 24, Math.floor(at / 24) % 20, Math.floor(at / 480)];
        const slice = voxel[grid.axes[2]];
        const near = voxel.every((index, axis) => Math.abs(index - middle[axis]) < 2);
        if (slice > 5 && slice < 10 && (near || draw() < share)) mask[at] = 1;
      }
      const planes = new Map([6, 7, 8, 9].map((number) => [number, planeOf(mask, grid, number)]));
      const voxels = voxelsOf(planes, grid);
      assert.equal(voxels.length, mask.reduce((sum, value) => sum + value, 0));
      assert.ok(voxels.every((voxel) => mask[indexOf(voxel, scan.shape)]));
      const clicks = [middle, [0, 0, 0], [23, 19, 15], voxels[0]].map((voxel) => ({voxel, kind: "tumour"}));
      const found = measuredLesions(voxels, scan, clicks);
      const lesions = numberLesions(mask, scan.shape);
      const expected = lesionTable(lesions, scan, clicks);
      assert.deepEqual(found.lesions, lesions);
      assert.ok(expected.length > 1);
      assert.equal(found.table.length, expected.length);
      for (const [row, of] of expected.entries()) {
        for (const [column, value] of Object.entries(of)) {
          assert.ok(Math.abs(found.table[row][column] - value) < 1e-9, `${column} of lesion ${row + 1}`);
        }
      }
    });
  }
}

test("without a voxel there is no lesion", () => {
  const scan = {shape: [2, 2, 2], affine: AFFINES[0], data: new Float32Array(8)};
  assert.deepEqual(measuredLesions([], scan, []), {lesions: new Int32Array(8), table: []});
});
