// Mirrors oneclick/segment/check.py and unit_doubts of oneclick/data/plausibility.py: what segment would warn of, in its words.
/** @import {Click, Doubt, Scan, Study} from "./types.js" */
import {clicksInAir, highestInAir} from "./clicks.js";
import {sampleOf} from "./sample.js";
import {general} from "./words.js";

const FAR = 20;
const [MOST_SUV, LEAST_SUV] = [1000, 1];

/**
 * Of a study, whatever the scan.
 * @param {Pick<Study, "phantom" | "seen_mm" | "spacing">} study
 * @returns {Doubt[]}
 */
export function doubtsOfStudy(study) {
  const doubts = [];
  if (study.phantom) {
    doubts.push({
      problem: "the networks were trained on phantoms, so their masks of patients are no evidence of anything",
      mend: "name the results of a study of patients",
    });
  }
  if (!study.seen_mm && study.spacing === null) {
    doubts.push({
      problem: "the study was finished before it kept its pixel sizes, so slices are not resampled to them",
      mend: "compare the pixel_mm of this table with the study's, or run the study again",
    });
  }
  return doubts;
}

/**
 * Of a scan, whatever the clicks. It takes a look at all voxels: ask once a scan.
 * @param {Scan} scan
 * @param {{doubts: Doubt[]}} fitted of `fittedGrid`
 * @returns {Doubt[]}
 */
export function doubtsOfScan(scan, fitted) {
  return [...unitDoubts(scan.data), ...fitted.doubts];
}

/**
 * All that segment's check would warn of.
 * @param {Scan} scan
 * @param {{doubts: Doubt[]}} fitted of `fittedGrid`
 * @param {Click[]} clicks
 * @param {Study} study
 * @param {number} air of `highestInAir`
 * @returns {Doubt[]}
 */
export function doubtsOf(scan, fitted, clicks, study, air = highestInAir(scan.data)) {
  return [...doubtsOfStudy(study), ...doubtsOfScan(scan, fitted), ...clicksInAir(clicks, scan, air)];
}

/**
 * What says that a PET's values are no SUV.
 * @param {Float32Array} data
 * @returns {Doubt[]}
 */
export function unitDoubts(data) {
  const hottest = data.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  // Of a few voxels far above, enough is said.
  if (hottest > LEAST_SUV && hottestTissue(sampleOf(data)) <= MOST_SUV) return [];
  const problem = `the hottest voxel is ${general(hottest, 4)}, which is no SUV, and nor will its lesions' be`;
  return [{problem, mend: "convert the scan to SUV"}];
}

/**
 * What all but a few voxels far above lie below.
 * @param {Float32Array} sample sorted
 */
function hottestTissue(sample) {
  const percentile = (/** @type {number} */ percent) => sample[Math.round((percent / 100) * (sample.length - 1))];
  const [lower, upper] = [percentile(99), percentile(99.9)];
  return lower > 0 && FAR * lower < upper ? lower : upper;
}
