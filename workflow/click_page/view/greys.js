// The grey scale: from which uptake to which, and how it looks.

/** @typedef {{low: number, high: number}} Greys uptake that is drawn as background and as hottest */

const SAMPLE = 40000;

/**
 * Some voxels of a scan, sorted; evenly spread over the array.
 * @param {Float32Array} data
 */
export function sampleOf(data) {
  // A step that shares no factor with the sides of usual scans, so that all parts of planes are met.
  const step = Math.max(1, Math.floor(data.length / SAMPLE)) | 1;
  const sample = new Float32Array(Math.ceil(data.length / step));
  for (let at = 0, from = 0; from < data.length; at++, from += step) sample[at] = data[from];
  return sample.sort();
}

/**
 * @param {Float32Array} sample sorted
 * @param {number} percent
 */
export function percentile(sample, percent) {
  return sample[Math.round((percent / 100) * (sample.length - 1))];
}

/**
 * The nearest of 1, 2, 5, 10, ... and halves of them that is not below `value`.
 * @param {number} value above 0
 */
export function roundUp(value) {
  const ten = 10 ** Math.floor(Math.log10(value));
  return [1, 1.5, 2, 2.5, 3, 4, 5, 6, 7, 8, 10].map((times) => times * ten).find((round) => round >= value * 0.999) ?? value;
}

/** Brain and bladder go beyond this, and would make tumours dark; below, the noise of a scan without them would be bright. */
const [LEAST_USUAL, MOST_USUAL] = [5, 8];
const MOST_SUV = 1000;

/**
 * The grey scale in which a scan is shown first: from 0 to what few voxels have more of; of SUV
 * within bounds that are usual.
 * @param {Float32Array} sample sorted
 * @returns {Greys}
 */
export function usualGreys(sample) {
  const positive = sample.subarray(sample.findIndex((value) => value > 0));
  const most = sample.length ? sample[sample.length - 1] : 1;
  if (!(most > 0)) return {low: Math.min(0, sample[0] ?? 0), high: Math.max(most, 1)};
  const high = roundUp(Math.max(percentile(positive, 99.5), most / 20));
  if (most <= 1 || most > MOST_SUV) return {low: 0, high};
  return {low: 0, high: Math.min(Math.max(high, Math.min(roundUp(most), LEAST_USUAL)), MOST_USUAL)};
}

/**
 * A grey scale that can be drawn; null if the numbers cannot be one.
 * @param {number} low
 * @param {number} high
 * @returns {Greys | null}
 */
export function checkedGreys(low, high) {
  return Number.isFinite(low) && Number.isFinite(high) && high > low ? {low, high} : null;
}

/**
 * The grey scale after the mouse was dragged so many pixels: upwards less is drawn as hottest, to the right more as background.
 * @param {Greys} greys
 * @param {number} right
 * @param {number} down
 * @param {number} range the whole scale that the slider offers
 * @returns {Greys}
 */
export function draggedGreys(greys, right, down, range) {
  const low = greys.low + (right * range) / 1500;
  const high = greys.high + (down * range) / 500;
  const gap = range / 500;
  return {low: Math.min(low, high - gap), high: Math.max(high, low + gap)};
}

/**
 * A plane as grey pixels.
 * @param {Float32Array} plane row after row
 * @param {number} columns
 * @param {Greys} greys
 * @param {boolean} dark whether high uptake is drawn dark
 * @returns {ImageData}
 */
export function greyImage(plane, columns, greys, dark) {
  const image = new ImageData(columns, plane.length / columns);
  const pixels = new Uint32Array(image.data.buffer);
  const scale = 255 / (greys.high - greys.low);
  const table = Uint32Array.from({length: 256}, (_, level) => {
    const grey = dark ? 255 - level : level;
    return ((255 << 24) | (grey << 16) | (grey << 8) | grey) >>> 0;
  });
  for (let at = 0; at < plane.length; at++) {
    const level = (plane[at] - greys.low) * scale;
    pixels[at] = table[level <= 0 ? 0 : level >= 255 ? 255 : level | 0];
  }
  return image;
}

/**
 * Where the slider stands for an uptake: the middle is the usual one, the end eight times that.
 * @param {number} high
 * @param {number} usual above 0
 */
export const sliderOf = (high, usual) => 500 + (500 * Math.log(Math.max(high, usual / 8) / usual)) / Math.log(8);

/**
 * @param {number} slider from 0 to 1000
 * @param {number} usual
 */
export const highOf = (slider, usual) => usual * 8 ** ((slider - 500) / 500);
