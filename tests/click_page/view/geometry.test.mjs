// Where voxels are drawn: of a small scan whose numbers name their place, in every orientation of its axes.
import assert from "node:assert/strict";
import {test} from "node:test";
import {transaxial} from "../../../workflow/click_page/core/grid.js";
import * as geometry from "../../../workflow/click_page/view/geometry.js";

const {bodyAt, frameOf, indexOf, placeOf, planeOf, projectionOf, toBody, toVoxel, VIEWS} = geometry;
const SHAPE = [2, 3, 4];

/** A scan of 2 x 3 x 4 voxels of 1, 2, 5 mm, whose axes run as the signs and the order say; each voxel holds its place in the body. */
function scanOf(order, signs) {
  const mm = [1, 2, 5];
  const affine = [0, 1, 2].map((body) => [0, 1, 2].map((axis) => (order[axis] === body ? signs[axis] * mm[axis] : 0)).concat(0));
  affine.push([0, 0, 0, 1]);
  const data = new Float32Array(24);
  for (let k = 0; k < 4; k++) {
    for (let j = 0; j < 3; j++) {
      for (let i = 0; i < 2; i++) {
        const [x, y, z] = affine.slice(0, 3).map((row) => row[0] * i + row[1] * j + row[2] * k);
        // right is bright by hundreds, front by tens, head by ones: 0 to 15 mm along each, shifted to be positive
        data[(k * 3 + j) * 2 + i] = 10000 * (x + 20) + 100 * (y + 20) + (z + 20);
      }
    }
  }
  return {shape: SHAPE, affine, data};
}

const ORDERS = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];
const SIGNS = [0, 1, 2, 3, 4, 5, 6, 7].map((n) => [n & 1 ? -1 : 1, n & 2 ? -1 : 1, n & 4 ? -1 : 1]);

for (const order of ORDERS) {
  for (const signs of SIGNS) {
    test(`a scan with axes ${order} and signs ${signs} is seen from the feet and from the front`, () => {
      const scan = scanOf(order, signs);
      const frame = frameOf(scan, transaxial(scan.affine).axes);
      const [right, front, head] = [0, 1, 2].map((body) => [1, 2, 5][order.indexOf(body)]);
      const parts = (value) => [Math.floor(value / 10000), Math.floor(value / 100) % 100, value % 100];
      for (const [name, across, down] of [["transaxial", 0, 1], ["coronal", 0, 2], ["sagittal", 1, 2]]) {
        const view = VIEWS[name];
        const plane = planeOf(scan.data, frame, view, 0);
        const columns = frame.n[view.across];
        assert.equal(plane.length, columns * frame.n[view.down]);
        // One to the right, and one down: less to the right side of the patient, less to the front, less to the head.
        const mm = [right, front, head];
        assert.equal(parts(plane[0])[across] - parts(plane[1])[across], mm[across]);
        assert.equal(parts(plane[0])[down] - parts(plane[columns])[down], mm[down]);
      }
      for (const voxel of [[0, 0, 0], [1, 2, 3], [1, 0, 2]]) {
        const body = toBody(frame, voxel);
        assert.deepEqual(toVoxel(frame, body), voxel);
        assert.equal(indexOf(frame, body), (voxel[2] * 3 + voxel[1]) * 2 + voxel[0]);
      }
    });
  }
}

test("the projection has the hottest voxel of each line from front to back, and its depth", () => {
  const scan = {shape: SHAPE, affine: [[-1, 0, 0, 0], [0, -1, 0, 0], [0, 0, -1, 0], [0, 0, 0, 1]], data: new Float32Array(24)};
  const frame = frameOf(scan, [0, 1, 2]);
  scan.data[(3 * 3 + 2) * 2 + 1] = 7;
  scan.data[(3 * 3 + 0) * 2 + 1] = 6;
  scan.data[(0 * 3 + 1) * 2 + 0] = 5;
  const {values, depth} = projectionOf(scan.data, frame);
  assert.deepEqual([...values], [5, 0, 0, 0, 0, 0, 0, 7]);
  assert.deepEqual([depth[0], depth[7]], [1, 2]);
});

test("voxels that are longer than broad are drawn so, and a point leads back to its voxel", () => {
  const frame = frameOf(scanOf([0, 1, 2], [1, 1, 1]), [0, 1, 2]);
  const look = geometry.wholeBody(frame, [[0, 2], [0, 3], [0, 4]]);
  const place = placeOf(frame, VIEWS.coronal, look, 400, 300);
  assert.equal(place.dy / place.dx, 5);
  const [x, y] = [place.x0 + place.dx, place.y0 + 3 * place.dy];
  assert.deepEqual(bodyAt(place, VIEWS.coronal, x, y, [0, 2, 0]).map((at) => Math.round(at * 1e6) / 1e6), [1, 2, 3]);
});

test("the scale bar is the longest round one within a quarter of the view", () => {
  assert.equal(geometry.barOf(2, 400), 50);
  assert.equal(geometry.barOf(0.1, 400), 500);
  assert.equal(geometry.barOf(9, 400), 10);
});

test("the body is found in the noise of air", () => {
  const n = 20;
  const data = new Float32Array(n ** 3);
  for (let at = 0; at < data.length; at++) data[at] = (at + Math.floor(at / n) + Math.floor(at / n ** 2)) % 2 ? 0.02 : 0;
  for (let k = 4; k < 16; k++) for (let j = 6; j < 12; j++) for (let i = 2; i < 10; i++) data[(k * n + j) * n + i] = 1;
  data[0] = 0.1;
  const frame = frameOf({shape: [n, n, n], affine: [[-1, 0, 0, 0], [0, -1, 0, 0], [0, 0, -1, 0], [0, 0, 0, 1]]}, [0, 1, 2]);
  // 5 % of a line through the body are 0.05 * (6 + 14 * 0.01), or with 8 of the 20; a line of air has 0.2.
  assert.deepEqual(geometry.bodyOf(data, frame), [[2, 10], [6, 12], [4, 16]]);
  assert.deepEqual(geometry.bodyOf(new Float32Array(n ** 3), frame), [[0, n], [0, n], [0, n]]);
});
