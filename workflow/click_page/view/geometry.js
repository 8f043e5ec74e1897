// How a scan's stored axes lie in the body, and where its voxels are drawn.
//
// Body coordinates [x, y, z] count voxels from the patient's right to the left, from front to back, and from head to feet. The
// middle of a voxel has whole numbers. So each view shows its first axis to the right and its second axis downwards, as
// radiologists look at a patient: from the feet, and from the front.

/** @typedef {[number, number, number]} Triple */

/**
 * @typedef {object} Frame
 * @property {Triple} axes stored axis of each body axis
 * @property {[boolean, boolean, boolean]} flipped whether the body axis runs against the stored one
 * @property {Triple} n voxels along each body axis
 * @property {Triple} mm voxel size along each
 * @property {Triple} step how far apart neighbours along each lie in the stored array
 * @property {number} first where body voxel [0, 0, 0] lies in the stored array
 */

/** @typedef {"transaxial" | "coronal" | "sagittal" | "projection"} ViewName */

/**
 * @typedef {object} View
 * @property {string} title
 * @property {number} across the body axis that runs to the right
 * @property {number} down the one that runs downwards
 * @property {number} through the one that the wheel goes along
 * @property {[string, string, string, string]} sides letters on the left, right, upper and lower side
 */

/** @type {Record<ViewName, View>} */
export const VIEWS = {
  transaxial: {title: "Transaxial", across: 0, down: 1, through: 2, sides: ["R", "L", "A", "P"]},
  coronal: {title: "Coronal", across: 0, down: 2, through: 1, sides: ["R", "L", "H", "F"]},
  sagittal: {title: "Sagittal", across: 1, down: 2, through: 0, sides: ["A", "P", "H", "F"]},
  projection: {title: "Maximum", across: 0, down: 2, through: 1, sides: ["R", "L", "H", "F"]},
};

/**
 * The frame of a scan whose stored axes, in the order of the body's, are `axes` (of core/grid.js).
 * @param {{shape: number[], affine: number[][]}} scan `affine` leads from voxels to mm in RAS
 * @param {number[]} axes
 * @returns {Frame}
 */
export function frameOf(scan, axes) {
  const [nI, nJ] = scan.shape;
  const strides = [1, nI, nI * nJ];
  // RAS grows to the right, to the front and to the head: against all three body axes.
  const flipped = axes.map((axis, body) => scan.affine[body][axis] > 0);
  const n = axes.map((axis) => scan.shape[axis]);
  const step = axes.map((axis, body) => (flipped[body] ? -strides[axis] : strides[axis]));
  const first = axes.reduce((sum, axis, body) => sum + (flipped[body] ? (n[body] - 1) * strides[axis] : 0), 0);
  const mm = axes.map((axis) => Math.hypot(scan.affine[0][axis], scan.affine[1][axis], scan.affine[2][axis]));
  return /** @type {Frame} */ ({axes, flipped, n, mm, step, first});
}

/**
 * @param {Frame} frame
 * @param {number[]} body may lie between voxels
 * @returns {Triple} [i, j, k] as stored
 */
export function toVoxel(frame, body) {
  const voxel = /** @type {Triple} */ ([0, 0, 0]);
  frame.axes.forEach((axis, at) => {
    voxel[axis] = frame.flipped[at] ? frame.n[at] - 1 - body[at] : body[at];
  });
  return voxel;
}

/**
 * @param {Frame} frame
 * @param {number[]} voxel [i, j, k] as stored
 * @returns {Triple}
 */
export function toBody(frame, voxel) {
  return /** @type {Triple} */ (
    frame.axes.map((axis, at) => (frame.flipped[at] ? frame.n[at] - 1 - voxel[axis] : voxel[axis]))
  );
}

/**
 * Where a body voxel lies in the stored array.
 * @param {Frame} frame
 * @param {number[]} body
 */
export function indexOf(frame, body) {
  return frame.first + body[0] * frame.step[0] + body[1] * frame.step[1] + body[2] * frame.step[2];
}

/**
 * The nearest body voxel within the scan.
 * @param {Frame} frame
 * @param {number[]} body
 * @returns {Triple}
 */
export function within(frame, body) {
  return /** @type {Triple} */ (body.map((at, axis) => Math.min(Math.max(Math.round(at), 0), frame.n[axis] - 1)));
}

/**
 * One plane of a stored array, row after row from above, as a view shows it.
 * @template {Float32Array | Uint8Array | Int32Array} Values
 * @param {Values} data
 * @param {Frame} frame
 * @param {View} view
 * @param {number} number along the axis that the view looks through
 * @returns {Values}
 */
export function planeOf(data, frame, view, number) {
  const [columns, rows] = [frame.n[view.across], frame.n[view.down]];
  const [right, below] = [frame.step[view.across], frame.step[view.down]];
  const start = frame.first + number * frame.step[view.through];
  const Values = /** @type {new (n: number) => Values} */ (data.constructor);
  const plane = new Values(rows * columns);
  for (let row = 0, at = 0; row < rows; row++) {
    for (let column = 0, from = start + row * below; column < columns; column++, at++, from += right) plane[at] = data[from];
  }
  return plane;
}

/**
 * The hottest voxel on each line from front to back: its value, and how far from the front it lies.
 * @param {Float32Array} data
 * @param {Frame} frame
 * @returns {{values: Float32Array, depth: Uint16Array}} row after row from the head
 */
export function projectionOf(data, frame) {
  const {across, down, through} = VIEWS.projection;
  const [columns, rows, deep] = [frame.n[across], frame.n[down], frame.n[through]];
  const values = new Float32Array(rows * columns).fill(-Infinity);
  const depth = new Uint16Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let y = 0; y < deep; y++) {
      let from = frame.first + row * frame.step[down] + y * frame.step[through];
      for (let at = row * columns; at < (row + 1) * columns; at++, from += frame.step[across]) {
        if (data[from] > values[at]) {
          values[at] = data[from];
          depth[at] = y;
        }
      }
    }
  }
  return {values, depth};
}

const BODY = 0.05;

/**
 * The part of a scan that is not air: per body axis the first voxel and that after the last. As core/grid.js has it, where the
 * mean along lines is above 5 % of the highest: of lines from front to back, and of those from right to left.
 * @param {Float32Array} data
 * @param {Frame} frame
 * @returns {[number, number][]}
 */
export function bodyOf(data, frame) {
  const [nX, nY, nZ] = frame.n;
  const [front, side] = [new Float64Array(nX * nZ), new Float64Array(nY * nZ)];
  for (let z = 0; z < nZ; z++) {
    for (let y = 0; y < nY; y++) {
      let from = indexOf(frame, [0, y, z]);
      let sum = 0;
      for (let x = 0; x < nX; x++, from += frame.step[0]) {
        front[z * nX + x] += data[from];
        sum += data[from];
      }
      side[z * nY + y] = sum;
    }
  }
  const [x, z] = extents(front, nX);
  const [y] = extents(side, nY);
  return [x, y, z];
}

/**
 * Of an image, row after row, the columns and the rows that are not air.
 * @param {Float64Array} image
 * @param {number} columns
 * @returns {[[number, number], [number, number]]}
 */
function extents(image, columns) {
  const least = BODY * image.reduce((most, value) => Math.max(most, value), 0);
  const rows = image.length / columns;
  let [left, right, top, bottom] = [columns, 0, rows, 0];
  for (let at = 0; at < image.length; at++) {
    if (!(image[at] > least)) continue;
    const [row, column] = [Math.floor(at / columns), at % columns];
    [left, right, top, bottom] = [
      Math.min(left, column),
      Math.max(right, column + 1),
      Math.min(top, row),
      Math.max(bottom, row + 1),
    ];
  }
  return right
    ? [
        [left, right],
        [top, bottom],
      ]
    : [
        [0, columns],
        [0, rows],
      ];
}

/**
 * @typedef {object} Look what of the body is in sight, the same in all views
 * @property {number} zoom 1 shows all of the body
 * @property {Triple} centre in the middle of each view
 * @property {Triple} extent mm that are in sight at zoom 1
 */

/**
 * All of the body, with a margin.
 * @param {Frame} frame
 * @param {[number, number][]} body
 * @returns {Look}
 */
export function wholeBody(frame, body) {
  const centre = body.map(([first, after]) => (first + after - 1) / 2);
  const extent = body.map(
    ([first, after], axis) => Math.min((after - first) * 1.06 + 2, frame.n[axis] * 1.02) * frame.mm[axis],
  );
  return {zoom: 1, centre: /** @type {Triple} */ (centre), extent: /** @type {Triple} */ (extent)};
}

/**
 * @typedef {object} Place how a view lies on its canvas: body coordinate b is drawn at x0 + b * dx, y0 + b * dy
 * @property {number} x0
 * @property {number} y0
 * @property {number} dx
 * @property {number} dy
 * @property {number} pixelsPerMm
 */

/**
 * Where a view is drawn on a canvas of so many pixels; a mm is as long along both sides.
 * @param {Frame} frame
 * @param {View} view
 * @param {Look} look
 * @param {number} width
 * @param {number} height
 * @returns {Place}
 */
export function placeOf(frame, view, look, width, height) {
  const fit = Math.min(width / look.extent[view.across], height / look.extent[view.down]);
  const pixelsPerMm = fit * look.zoom;
  const dx = frame.mm[view.across] * pixelsPerMm;
  const dy = frame.mm[view.down] * pixelsPerMm;
  return {
    x0: width / 2 - look.centre[view.across] * dx,
    y0: height / 2 - look.centre[view.down] * dy,
    dx,
    dy,
    pixelsPerMm,
  };
}

/**
 * The body coordinates under a point of a canvas, between voxels; along the view the cross-hair's.
 * @param {Place} place
 * @param {View} view
 * @param {number} x
 * @param {number} y
 * @param {Triple} cross
 * @returns {Triple}
 */
export function bodyAt(place, view, x, y, cross) {
  const body = /** @type {Triple} */ ([...cross]);
  body[view.across] = (x - place.x0) / place.dx;
  body[view.down] = (y - place.y0) / place.dy;
  return body;
}

const BARS_MM = [1, 2, 5, 10, 20, 50, 100, 200, 500];

/**
 * The longest round scale bar that takes at most a quarter of a view.
 * @param {number} pixelsPerMm
 * @param {number} width pixels
 */
export function barOf(pixelsPerMm, width) {
  return BARS_MM.findLast((mm) => mm * pixelsPerMm <= width / 4) ?? BARS_MM[0];
}
