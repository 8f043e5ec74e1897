// The grey scale.
import assert from "node:assert/strict";
import {test} from "node:test";
import {checkedGreys, draggedGreys, highOf, roundUp, sampleOf, sliderOf, usualGreys} from "../../../workflow/click_page/view/greys.js";

const rising = (n, most) => Float32Array.from({length: n}, (_, at) => (most * at) / (n - 1));

test("a scan in SUV is shown up to what few voxels exceed, from 5 to 8", () => {
  assert.deepEqual(usualGreys(sampleOf(rising(1000, 30))), {low: 0, high: 8});
  assert.deepEqual(usualGreys(sampleOf(rising(1000, 7))), {low: 0, high: 7});
  // A few hot voxels in a cool scan: 5, or what there is.
  const cool = rising(1000, 1);
  cool[999] = 9;
  assert.deepEqual(usualGreys(sampleOf(cool)), {low: 0, high: 5});
  assert.deepEqual(usualGreys(sampleOf(rising(1000, 2.1))), {low: 0, high: 2.5});
});

test("a scan in another unit is shown in that", () => {
  assert.equal(usualGreys(sampleOf(rising(1000, 0.8))).high, 0.8);
  assert.equal(usualGreys(sampleOf(rising(1000, 30000))).high, 30000);
  assert.deepEqual(usualGreys(new Float32Array(10)), {low: 0, high: 1});
});

test("numbers are rounded up to such as stand on scales", () => {
  assert.deepEqual([0.13, 1, 2.6, 9, 11, 74].map(roundUp).map((x) => +x.toPrecision(6)), [0.15, 1, 3, 10, 15, 80]);
});

test("the low end stays below the high one", () => {
  assert.equal(checkedGreys(2, 2), null);
  assert.equal(checkedGreys(0, Number.NaN), null);
  assert.deepEqual(checkedGreys(1, 3), {low: 1, high: 3});
  const greys = {low: 0, high: 8};
  assert.deepEqual(draggedGreys(greys, 0, 250, 8), {low: 0, high: 12});
  assert.deepEqual(draggedGreys(greys, 375, 0, 8), {low: 2, high: 8});
  const far = draggedGreys(greys, 9000, -9000, 8);
  assert.ok(far.low < far.high);
});

test("the slider's middle is the usual scale", () => {
  assert.equal(sliderOf(8, 8), 500);
  for (const high of [1, 3, 8, 20, 64]) assert.ok(Math.abs(highOf(sliderOf(high, 8), 8) - high) < 1e-9);
});
