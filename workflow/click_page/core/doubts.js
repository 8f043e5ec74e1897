// Mirrors oneclick/segment/check.py: what segment would warn of before it begins, in its words; of clicks, clicks.js does.
/** @import {Doubt, Grid, Scan, Study} from "./types.js" */
import {placeDoubts} from "./placement.js";
import {unitDoubts, valueDoubts} from "./plausibility.js";
import {sampleOf} from "./sample.js";

/**
 * Of a study, whatever the scan.
 * @param {Pick<Study, "phantom" | "trained_on" | "seen_mm" | "spacing">} study
 * @returns {Doubt[]}
 */
export function doubtsOfStudy(study) {
  const doubts = [];
  if (study.phantom) {
    doubts.push({
      problem: "the networks were trained on phantoms, so their masks of patients are no evidence of anything",
      mend: "use networks that were trained on patients",
    });
  } else if (study.trained_on) {
    doubts.push({
      problem: `the networks were trained on ${study.trained_on}`,
      mend: "look at each mask, for of other scans they know nothing",
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
 * @param {{grid: Grid, doubts: Doubt[]}} fitted of `fittedGrid`
 * @returns {Doubt[]}
 */
export function doubtsOfScan(scan, fitted) {
  const sample = sampleOf(scan.data);
  const ofValues = [...valueDoubts(scan, fitted.grid, sample), ...unitDoubts(scan.data, sample)];
  return [...placeDoubts(scan), ...ofValues, ...fitted.doubts];
}
