// Mirrors what oneclick/clicks/files.py takes from numpy: a percentile of many float32 values, without sorting them.

/**
 * numpy.percentile of the positive values, linear between neighbours; 0 if there are none.
 * @param {Float32Array} data
 * @param {number} percent
 */
export function percentileOfPositive(data, percent) {
  let n = 0;
  for (let at = 0; at < data.length; at++) if (data[at] > 0) n++;
  if (!n) return 0;
  const place = (n - 1) * (percent / 100);
  const before = Math.floor(place);
  const after = Math.min(before + 1, n - 1);
  const [low, high] = [kthPositive(data, before), kthPositive(data, after)];
  const part = place - before;
  const difference = Math.fround(high - low);
  // As numpy, in float32 and from the nearer end.
  if (part >= 0.5) return Math.fround(high - Math.fround(difference * Math.fround(1 - part)));
  return Math.fround(low + Math.fround(difference * Math.fround(part)));
}

/**
 * The positive value that has so many smaller ones. The bits of positive floats are in the order of their values: half of the
 * bits are found at a time.
 * @param {Float32Array} data
 * @param {number} k from 0
 */
function kthPositive(data, k) {
  const bits = new Uint32Array(data.buffer, data.byteOffset, data.length);
  const counts = new Uint32Array(2 ** 16);
  for (let at = 0; at < bits.length; at++) if (data[at] > 0) counts[bits[at] >>> 16]++;
  const [upper, left] = bin(counts, k);
  counts.fill(0);
  for (let at = 0; at < bits.length; at++) if (data[at] > 0 && bits[at] >>> 16 === upper) counts[bits[at] & 0xffff]++;
  const [lower] = bin(counts, left);
  return new Float32Array(new Uint32Array([upper * 2 ** 16 + lower]).buffer)[0];
}

/**
 * The bin that holds the k-th value, and how many before it are in that bin.
 * @param {Uint32Array} counts
 * @param {number} k
 * @returns {[number, number]}
 */
function bin(counts, k) {
  let left = k;
  let at = 0;
  while (counts[at] <= left) left -= counts[at++];
  return [at, left];
}
