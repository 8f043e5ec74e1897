// Mirrors segment_slices of oneclick/segment/ensemble.py and mask_of_fields of oneclick/segment/measured.py, for one slice.
/** @import {Click, Grid, Run, Scan, Study} from "./types.js" */
import {encode} from "./encoding.js";
import {combine} from "./ensemble.js";
import {toPlane} from "./grid.js";
import {networkOutputs} from "./inference.js";
import {clickedFields} from "./new_patient.js";
import {refine} from "./postprocessing.js";

/**
 * The mask of a method on slice `number`, on the voxels of its plane. Where fields of a slice overlap, tumour in one of them is
 * tumour. Empty without a click on the slice. Throws UserError if the scan is constant around a click.
 * @param {Scan} scan
 * @param {Grid} grid that of `fittedGrid`
 * @param {number} number
 * @param {Click[]} clicks all of the patient's tumour clicks, in their order
 * @param {string} method its name in the study
 * @param {Study} study
 * @param {Run} run
 * @returns {Promise<{plane: Uint8Array, excess: Float64Array[]}>} `plane` (rows, columns of grid.plane), for `layPlane`;
 *   `excess` (size, size) of each field: see `combine`
 */
export async function segmentSlice(scan, grid, number, clicks, method, study, run) {
  const settings = study.methods[method];
  const {network} = settings;
  const {clicks: kind, encoding} = study.networks[network];
  const plane = new Uint8Array(grid.plane[0] * grid.plane[1]);
  /** @type {Float64Array[]} */
  const excess = [];
  for (const field of clickedFields(scan, grid, number, clicks, study)) {
    const seen = kind === "none" ? null : encode(field.pixels, study.size, encoding ?? {shape: "pixel"}, grid.pixelMm);
    const outputs = await networkOutputs(field.image, seen, network, study, run);
    const voted = combine(outputs, study.thresholds[network]);
    const kept = settings.keep === undefined ? null : field.pixels;
    const mask = refine(voted.mask, kept, settings, study.size, study.connectivity);
    toPlane(mask, field.grid).forEach((value, at) => {
      if (value) plane[at] = 1;
    });
    excess.push(voted.excess);
  }
  return {plane, excess};
}
