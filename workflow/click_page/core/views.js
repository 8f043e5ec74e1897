// For the eye alone, and so without a Python module: planes of a scan of any orientation as radiologists look at them.
/** @import {Scan, Voxel} from "./types.js" */
import {orientation, voxelSizes} from "./affine.js";

/**
 * @typedef {"transaxial" | "coronal" | "sagittal"} Name
 *
 * @typedef {object} View How planes of a scan lie on the screen: rows go down, columns go to the right. Transaxial planes are seen
 *   from the feet, front up; coronal ones from the front, sagittal ones from the patient's left, head up. The patient's left is at
 *   the right.
 * @property {Name} name
 * @property {[number, number, number]} axes The stored axes of rows, columns and slices.
 * @property {[boolean, boolean]} flipped Whether rows and columns are counted against them.
 * @property {number} rows
 * @property {number} columns
 * @property {number} slices A slice's number is its index along the stored axis.
 * @property {[number, number, number]} mm From a row, a column, a slice to the next.
 * @property {{top: string, bottom: string, left: string, right: string}} letters The sides of the patient: R, L, A (front),
 *   P (back), H (head), F (feet).
 */

/** Of each view: the axis of the body (0 right, 1 front, 2 head) that rows, columns and slices follow, and towards which side. */
const BODY = /** @type {const} */ ({
  transaxial: {axes: [1, 0, 2], towards: [-1, -1], letters: ["A", "P", "R", "L"]},
  coronal: {axes: [2, 0, 1], towards: [-1, -1], letters: ["H", "F", "R", "L"]},
  sagittal: {axes: [2, 1, 0], towards: [-1, -1], letters: ["H", "F", "A", "P"]},
});

/**
 * @param {Pick<Scan, "affine" | "shape">} scan
 * @param {Name} name
 * @returns {View}
 */
export function viewOf({affine, shape}, name) {
  const sides = orientation(affine);
  const sizes = voxelSizes(affine);
  const {axes: body, towards, letters} = BODY[name];
  const along = body.map((wanted) => sides.findIndex(([axis]) => axis === wanted));
  const [row, column, slice] = along;
  const [top, bottom, left, right] = letters;
  return {
    name,
    axes: [row, column, slice],
    flipped: [sides[row][1] !== towards[0], sides[column][1] !== towards[1]],
    rows: shape[row],
    columns: shape[column],
    slices: shape[slice],
    mm: [sizes[row], sizes[column], sizes[slice]],
    letters: {top, bottom, left, right},
  };
}

/**
 * Where the plane's first voxel is in the stored data, and how far apart neighbours are.
 * @param {Voxel} shape
 * @param {View} view
 */
function stepsOf(shape, view) {
  const stored = [1, shape[0], shape[0] * shape[1]];
  const [row, column, slice] = view.axes.map((axis) => stored[axis]);
  const first = (view.flipped[0] ? (view.rows - 1) * row : 0) + (view.flipped[1] ? (view.columns - 1) * column : 0);
  return {first, row: view.flipped[0] ? -row : row, column: view.flipped[1] ? -column : column, slice};
}

/**
 * A plane as it is shown, a row after another.
 * @template {Float32Array | Uint8Array | Int32Array} T
 * @param {T} data as stored, i fastest
 * @param {Voxel} shape
 * @param {View} view
 * @param {number} number
 * @returns {T} (rows, columns)
 */
export function viewPlane(data, shape, view, number) {
  const {first, row, column, slice} = stepsOf(shape, view);
  const plane = /** @type {T} */ (new /** @type {any} */ (data.constructor)(view.rows * view.columns));
  for (let r = 0, to = 0; r < view.rows; r++) {
    let from = first + number * slice + r * row;
    for (let c = 0; c < view.columns; c++, to++, from += column) plane[to] = data[from];
  }
  return plane;
}

/**
 * The voxel at a row and column of a view's plane; also between voxels, whose centres are at whole numbers.
 * @param {View} view
 * @param {number} number
 * @param {number} row
 * @param {number} column
 * @returns {Voxel}
 */
export function voxelInView(view, number, row, column) {
  /** @type {Voxel} */
  const voxel = [0, 0, 0];
  voxel[view.axes[0]] = view.flipped[0] ? view.rows - 1 - row : row;
  voxel[view.axes[1]] = view.flipped[1] ? view.columns - 1 - column : column;
  voxel[view.axes[2]] = number;
  return voxel;
}

/**
 * Slice, row and column of a voxel in a view: the way back from `voxelInView`.
 * @param {View} view
 * @param {Voxel} voxel
 * @returns {{number: number, row: number, column: number}}
 */
export function placeInView(view, voxel) {
  const [row, column, number] = view.axes.map((axis) => voxel[axis]);
  return {
    number,
    row: view.flipped[0] ? view.rows - 1 - row : row,
    column: view.flipped[1] ? view.columns - 1 - column : column,
  };
}

/**
 * The maximum-intensity projection along a view's slices: of each row and column the highest value, and the number of the slice
 * that has it (the first of several), so that a click on the projection leads to a voxel.
 * @param {Scan} scan
 * @param {View} view of it
 * @returns {{image: Float32Array, numbers: Uint16Array}} (rows, columns) each
 */
export function maximumProjection({data, shape}, view) {
  const image = new Float32Array(view.rows * view.columns).fill(Number.NEGATIVE_INFINITY);
  const numbers = new Uint16Array(image.length);
  const [ni, nj, nk] = shape;
  const ofAxis = [0, 0, 0];
  ofAxis[view.axes[0]] = view.flipped[0] ? -view.columns : view.columns;
  ofAxis[view.axes[1]] = view.flipped[1] ? -1 : 1;
  const start = (view.flipped[0] ? (view.rows - 1) * view.columns : 0) + (view.flipped[1] ? view.columns - 1 : 0);
  // In the order in which voxels are stored: through a large volume in another one takes ten times as long.
  for (let k = 0, from = 0; k < nk; k++) {
    for (let j = 0; j < nj; j++) {
      let to = start + k * ofAxis[2] + j * ofAxis[1];
      for (let i = 0; i < ni; i++, from++, to += ofAxis[0]) {
        if (!(data[from] > image[to])) continue;
        image[to] = data[from];
        numbers[to] = [i, j, k][view.axes[2]];
      }
    }
  }
  return {image, numbers};
}
