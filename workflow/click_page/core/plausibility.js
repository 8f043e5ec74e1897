// Mirrors oneclick/data/plausibility.py: whether the values of a PET can be those of a PET. The reasons of the bounds are there.
/** @import {Doubt, Grid, Scan, Voxel} from "./types.js" */
/** @import {Values} from "./slice_values.js" */
import {sampleOf} from "./sample.js";
import {sliceDoubts, valuesOf} from "./slice_values.js";
import {indexOf} from "./volume.js";
import {general, rint} from "./words.js";

const ENOUGH = 1000;
const FEW_VALUES = 256;
const [NEGATIVE, MEDIAN_NEGATIVE] = [0.1, 0.02];
const [FAR, FAR_ALONE, ALONE] = [20, 5, 1 / 3];
const OFFSET = 0.3;
const HOT_EDGE = 0.7;
const WATER = [900, 1150];
const AIR_HU = -900;
const [MOST_SUV, LEAST_SUV] = [1000, 1];

/**
 * The value that so many percent of a sorted sample lie below.
 * @param {Float32Array} sample
 * @param {number} percent
 */
const percentile = (sample, percent) => sample[rint((percent / 100) * (sample.length - 1))];

/**
 * The percentile that all but a few voxels far above lie below, and what it is.
 * @param {Float32Array} sample
 * @returns {[number, number]}
 */
function hottestTissue(sample) {
  const [lower, upper] = [percentile(sample, 99), percentile(sample, 99.9)];
  return lower > 0 && FAR * lower < upper ? [99, lower] : [99.9, upper];
}

/**
 * What is doubtful about the values of a PET.
 * @param {Scan} scan
 * @param {Grid} grid
 * @param {Float32Array} sample of `sampleOf`
 * @returns {Doubt[]}
 */
export function valueDoubts({data, shape}, grid, sample = sampleOf(data)) {
  if (data.length < ENOUGH) return [];
  const values = valuesOf(data, grid, hottestTissue(sample)[1]);
  const least = Math.min(...values.slices.map(({low}) => low));
  const another = ctDoubt(sample, least) ?? fewValues(data, sample);
  if (another) return [another]; // of what is no PET all else follows
  const found = [farVoxels(data, shape, sample, values, grid.axes[2]), offsetDoubt(values, sample, least)];
  return [...found.filter((doubt) => doubt !== null), ...sliceDoubts(values)];
}

/**
 * Numbers as of CT, with air at -1024 or at 0; a share of negative ones that no PET has.
 * @param {Float32Array} sample
 * @param {number} least
 * @returns {Doubt | null}
 */
function ctDoubt(sample, least) {
  const [low, middle, high] = [1, 50, 99.9].map((percent) => percentile(sample, percent));
  const share = (/** @type {number} */ n, /** @type {number} */ of) => `${rint((n / of) * 100)}%`;
  if (low < -NEGATIVE * Math.max(high, 0) || middle < -MEDIAN_NEGATIVE * Math.max(high, 0)) {
    const negative = sample.filter((value) => value < 0).length;
    const range = `(least ${general(least, 4)}, median ${general(middle, 4)})`;
    const problem = `${share(negative, sample.length)} of the PET's voxels are negative ${range}`;
    if (least <= AIR_HU)
      return {problem: `${problem}, as in CT in HU`, mend: "see whether the path of the PET leads to the CT"};
    const mend = "see whether this is CT, was normalised, or has a wrong intercept; give the PET as it was measured";
    return {problem, mend};
  }
  const body = sample.filter((value) => value > WATER[0] / 2);
  const water = body.filter((value) => value >= WATER[0] && value <= WATER[1]).length;
  const isWater = body.length > 0 && water / body.length > 0.5 && body.length > 0.05 * sample.length;
  if (!isWater || high >= 4096 || !sample.every((value) => value === rint(value))) return null;
  const numbers = `whole numbers between ${WATER[0]} and ${WATER[1]}`;
  const problem = `${share(water, body.length)} of the PET's voxels outside air are ${numbers}, as in CT whose air is 0`;
  return {problem, mend: "see whether the path of the PET leads to the CT"};
}

/**
 * A mask or a picture.
 * @param {Float32Array} data
 * @param {Float32Array} sample
 * @returns {Doubt | null}
 */
function fewValues(data, sample) {
  if (new Set(sample).size > FEW_VALUES) return null;
  const most = Math.min(FEW_VALUES, Math.floor(data.length / 4));
  /** @type {Set<number>} */
  const values = new Set();
  for (let n = 0; n < data.length && values.size <= most; n++) values.add(data[n]);
  if (values.size > most) return null;
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const problem = `the PET holds only ${values.size} different values, from ${general(low, 4)} to ${general(high, 4)}`;
  if (values.size <= 2) {
    return {problem: `${problem}, as a mask does`, mend: "see whether the path of the PET leads to the mask"};
  }
  const mend = "see whether its path leads to such a file, and give the scan with its own numbers";
  return {problem: `${problem}, as a mask of several labels or a picture of 8 bits does`, mend};
}

/**
 * One voxel, or a few, far beyond all others.
 * @param {Float32Array} data
 * @param {Voxel} shape
 * @param {Float32Array} sample
 * @param {Values} values
 * @param {number} axis of the slices
 * @returns {Doubt | null}
 */
function farVoxels(data, shape, sample, {slices}, axis) {
  const [percent, usual] = hottestTissue(sample);
  if (usual <= 0) return null;
  const [lows, highs] = [slices.map(({low}) => low), slices.map(({high}) => high)];
  const [least, most] = [Math.min(...lows), Math.max(...highs)];
  let [place, many, far, becomes] = [
    /** @type {Voxel} */ ([0, 0, 0]),
    0,
    "farther below 0 than",
    "all else becomes nearly 1",
  ];
  if (-least > usual && percentile(sample, 1) >= -NEGATIVE * usual) {
    place = placeOf(data, shape, axis, lows.indexOf(least), least);
    for (let n = 0; n < data.length; n++) if (data[n] < -usual) many++;
  } else {
    place = placeOf(data, shape, axis, highs.indexOf(most), most);
    const bound = Math.fround(timesOf(data, shape, place) * usual);
    if (most <= bound) return null;
    for (let n = 0; n < data.length; n++) if (data[n] > bound) many++;
    far = `hotter than ${timesOf(data, shape, place)} times`;
    becomes = `${general(usual, 4)} becomes ${general(Math.fround(usual / most), 2)}`;
  }
  const are = many === 1 ? "1 voxel of the PET is" : `${many} voxels of the PET are`;
  const value = `${general(data[indexOf(place, shape)], 4)} at voxel (${place.join(", ")})`;
  const than = `the ${general(percent, 6)}th percentile of ${general(usual, 4)} (${value})`;
  const mend = "replace such voxels by their neighbours or export the scan again; leave them if they are an injection site";
  return {problem: `${are} ${far} ${than}; as each slice is scaled to [0, 1], ${becomes} on slice ${place[axis]}`, mend};
}

/**
 * The first voxel of a value on slice `number` along an axis, the last of the other axes counted fastest.
 * @param {Float32Array} data
 * @param {Voxel} shape
 * @param {number} axis
 * @param {number} number
 * @param {number} value
 * @returns {Voxel}
 */
function placeOf(data, shape, axis, number, value) {
  const [a, b] = [0, 1, 2].filter((other) => other !== axis);
  /** @type {Voxel} */
  const voxel = [0, 0, 0];
  voxel[axis] = number;
  for (voxel[a] = 0; voxel[a] < shape[a]; voxel[a]++) {
    for (voxel[b] = 0; voxel[b] < shape[b]; voxel[b]++) if (data[indexOf(voxel, shape)] === value) return voxel;
  }
  return voxel;
}

/**
 * How many times the usual a voxel may have: fewer if none of its neighbours has a third of it, for a scanner blurs over more than
 * one voxel.
 * @param {Float32Array} data
 * @param {Voxel} shape
 * @param {Voxel} place
 */
function timesOf(data, shape, place) {
  const around = [];
  const [i, j, k] = place.map((at, axis) => [Math.max(at - 1, 0), Math.min(at + 1, shape[axis] - 1)]);
  for (let c = k[0]; c <= k[1]; c++) {
    for (let b = j[0]; b <= j[1]; b++) for (let a = i[0]; a <= i[1]; a++) around.push(data[indexOf([a, b, c], shape)]);
  }
  around.sort((a, b) => b - a);
  return around[1] < Math.fround(Math.fround(ALONE) * around[0]) ? FAR_ALONE : FAR;
}

/**
 * Air that is not 0, or hotter than the body.
 * @param {Values} values
 * @param {Float32Array} sample
 * @param {number} least
 * @returns {Doubt | null}
 */
function offsetDoubt({slices}, sample, least) {
  const usual = percentile(sample, 99.9);
  const step = Math.max(1, Math.floor(slices.length / 16));
  const edge = slices.filter((_, number) => number % step === 0).flatMap((slice) => slice.edge);
  const sorted = Float32Array.from(edge).sort();
  const half = sorted.length / 2; // of an even number
  const around = Math.fround(Math.fround(sorted[half - 1] + sorted[half]) / 2);
  if (around > HOT_EDGE * usual && HOT_EDGE * usual > 0) {
    const near = `near its 99.9th percentile of ${general(usual, 4)}`;
    const problem = `at the edge of its slices the PET's median is ${general(around, 4)}, ${near}`;
    return {problem, mend: "see whether its grey values are inverted or have an offset: air must be 0"};
  }
  if (least > OFFSET * usual && OFFSET * usual > 0) {
    const problem = `no voxel of the PET is near 0: the least is ${general(least, 4)}, the 99.9th percentile ${general(usual, 4)}`;
    return {problem, mend: "see whether its intercept was forgotten: air must be 0"};
  }
  return null;
}

/**
 * What says that a PET's values are no SUV.
 * @param {Float32Array} data
 * @param {Float32Array} sample of `sampleOf`
 * @returns {Doubt[]}
 */
export function unitDoubts(data, sample = sampleOf(data)) {
  const hottest = data.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  // Of a few voxels far above, enough is said.
  if (hottest > LEAST_SUV && hottestTissue(sample)[1] <= MOST_SUV) return [];
  const problem = `the hottest voxel is ${general(hottest, 4)}, which is no SUV, and nor will its lesions' be`;
  return [{problem, mend: "convert the scan to SUV"}];
}
