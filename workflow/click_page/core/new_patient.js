// Mirrors oneclick/segment/new_patient.py: from a scan without a mask and real clicks to what a study's networks are shown.
/** @import {Click, Field, Grid, Scan, Study} from "./types.js" */
import {UserError} from "./errors.js";
import {fieldsOf} from "./fields.js";
import {pixelOfVoxel, placeOfVoxel, planeOf} from "./grid.js";
import {resize} from "./resize.js";
import {isConstant, scaleToUnit} from "./slices.js";

/**
 * What networks are shown of a slice with clicks: a field, its image in [0, 1] (size, size), and the pixels of the clicks in it,
 * [row, column], also of those that another field of the slice was laid for.
 * @typedef {Field & {image: Float32Array, pixels: [number, number][]}} Shown
 */

/**
 * The fields of slice `number`. Throws UserError if the scan is constant around a click.
 * @param {Scan} scan
 * @param {Grid} grid that of `fittedGrid`
 * @param {number} number
 * @param {Click[]} clicks all of the patient's, in their order; those of other slices are passed over
 * @param {Pick<Study, "resize_pet">} study
 * @returns {Shown[]} none without a click on the slice
 */
export function clickedFields(scan, grid, number, clicks, study) {
  /** @type {[number, number, number][]} */
  const places = [];
  clicks.forEach((click, order) => {
    const [of, row, column] = placeOfVoxel(grid, click.voxel);
    if (of === number) places.push([order, row, column]);
  });
  if (!places.length) return [];
  const plane = planeOf(scan.data, grid, number);
  return fieldsOf(grid, number, places).map((field) => {
    const image = resize(plane, field.grid, study.resize_pet);
    if (isConstant(image)) throw new UserError(`slice ${number} is constant around its click`, "check the click");
    /** @type {[number, number][]} */
    const pixels = [];
    for (const [order] of places) {
      const pixel = pixelOfVoxel(field.grid, clicks[order].voxel);
      if (pixel) pixels.push([pixel[1], pixel[2]]);
    }
    return {...field, image: scaleToUnit(image), pixels};
  });
}
