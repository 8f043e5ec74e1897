// Mirrors what oneclick/clicks/files.py takes from numpy: a percentile of many float32 values, without sorting them.

/**
 * numpy.percentile of the positive values, linear between neighbours; 0 if there are none.
 *
 * The bits of positive floats, taken for whole numbers, are in the order of their values: the upper half of the bits is found by
 * counting, then the lower half.
 * @param {Float32Array} data finite
 * @param {number} percent
 */
export function percentileOfPositive(data, percent) {
  const bits = new Int32Array(data.buffer, data.byteOffset, data.length);
  const upper = new Uint32Array(2 ** 15);
  for (let at = 0; at < bits.length; at++) if (bits[at] > 0) upper[bits[at] >> 16]++;
  const n = upper.reduce((sum, count) => sum + count, 0);
  if (!n) return 0;
  const place = (n - 1) * (percent / 100);
  const before = Math.floor(place);
  const [first, second] = [before, Math.min(before + 1, n - 1)].map((k) => binOf(upper, k));
  const lower = [new Uint32Array(2 ** 16), new Uint32Array(2 ** 16)];
  for (let at = 0; at < bits.length; at++) {
    const half = bits[at] >> 16;
    if (half === first.bin && bits[at] > 0) lower[0][bits[at] & 0xffff]++;
    if (half === second.bin && bits[at] > 0) lower[1][bits[at] & 0xffff]++;
  }
  const [low, high] = [first, second].map(({bin, left}, half) => floatOf(bin * 2 ** 16 + binOf(lower[half], left).bin));
  return interpolated(low, high, place - before);
}

/**
 * The bin that holds the k-th of what was counted, and how many of that bin are before it.
 * @param {Uint32Array} counts
 * @param {number} k from 0
 */
function binOf(counts, k) {
  let left = k;
  let bin = 0;
  while (counts[bin] <= left) left -= counts[bin++];
  return {bin, left};
}

/** @param {number} bits */
const floatOf = (bits) => new Float32Array(new Int32Array([bits]).buffer)[0];

/**
 * As numpy, in float32 and from the nearer end.
 * @param {number} low
 * @param {number} high
 * @param {number} part
 */
function interpolated(low, high, part) {
  const difference = Math.fround(high - low);
  if (part >= 0.5) return Math.fround(high - Math.fround(difference * Math.fround(1 - part)));
  return Math.fround(low + Math.fround(difference * Math.fround(part)));
}
