// Draws one view on its canvas: the scan in grey, the mask's outline, clicks, cross-hair, letters and scale bar.

import {barOf, placeOf, planeOf, toBody, VIEWS} from "./geometry.js";
import {greyImage} from "./greys.js";
import {shown} from "./state.js";

/** @typedef {import("./geometry.js").Place} Place */
/** @typedef {import("./geometry.js").ViewName} ViewName */
/** @typedef {import("./state.js").State} State */
/** @typedef {import("./state.js").Shown} Shown */

// Colours of Okabe and Ito (2008), which people with any colour vision tell apart; each has a dark or light rim.
const COLOURS = {mask: "#e69f00", click: "#56b4e9", cross: "#009e73", rim: "rgba(0, 0, 0, 0.75)"};
/** A view narrower than its caption allows has its upper letter below that: the large view, and the others, CSS pixels. */
const NARROW = {large: {width: 520, letter: 66}, small: {width: 260, letter: 26}};
const GROUND = "#15181c";

/** @type {Map<string, {key: unknown[], canvas: HTMLCanvasElement}>} the last grey picture of each view */
const drawn = new Map();

/**
 * The canvas's drawing context, with as many pixels as the screen has, in units of CSS pixels.
 * @param {HTMLCanvasElement} canvas
 */
function prepared(canvas) {
  const ratio = window.devicePixelRatio || 1;
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  const [across, down] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== across || canvas.height !== down) {
    canvas.width = across;
    canvas.height = down;
  }
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.fillStyle = GROUND;
  context.fillRect(0, 0, width, height);
  return {context, width, height};
}

/**
 * The plane that a view shows, in grey, a pixel a voxel; made anew only where something has changed.
 * @param {State} state
 * @param {Shown} patient
 * @param {ViewName} name
 */
function greyPicture(state, patient, name) {
  const view = VIEWS[name];
  const number = name === "projection" ? -1 : patient.cross[view.through];
  const key = [patient.opened.scan, number, patient.greys.low, patient.greys.high, state.dark];
  const before = drawn.get(name);
  if (before && key.every((part, at) => part === before.key[at])) return before.canvas;
  const columns = patient.opened.frame.n[view.across];
  const plane =
    name === "projection"
      ? patient.opened.projection.values
      : planeOf(patient.opened.scan.data, patient.opened.frame, view, number);
  const image = greyImage(plane, columns, patient.greys, state.dark);
  const canvas = before?.canvas ?? document.createElement("canvas");
  canvas.width = image.width;
  canvas.height = image.height;
  /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d")).putImageData(image, 0, 0);
  drawn.set(name, {key, canvas});
  return canvas;
}

/**
 * The borders of a plane's voxels that are not 0, as a path on the canvas.
 * @param {Uint8Array} plane row after row
 * @param {number} columns
 * @param {Place} place
 */
function outline(plane, columns, place) {
  const path = new Path2D();
  const rows = plane.length / columns;
  const x = (/** @type {number} */ column) => place.x0 + (column - 0.5) * place.dx;
  const y = (/** @type {number} */ row) => place.y0 + (row - 0.5) * place.dy;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const at = row * columns + column;
      if (!plane[at]) continue;
      const line = (/** @type {number[]} */ [x1, y1, x2, y2]) => {
        path.moveTo(x(x1), y(y1));
        path.lineTo(x(x2), y(y2));
      };
      if (row === 0 || !plane[at - columns]) line([column, row, column + 1, row]);
      if (row === rows - 1 || !plane[at + columns]) line([column, row + 1, column + 1, row + 1]);
      if (column === 0 || !plane[at - 1]) line([column, row, column, row + 1]);
      if (column === columns - 1 || !plane[at + 1]) line([column + 1, row, column + 1, row + 1]);
    }
  }
  return path;
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Path2D} path
 * @param {string} colour
 * @param {number} width
 */
function stroke(context, path, colour, width) {
  context.lineCap = "round";
  context.strokeStyle = COLOURS.rim;
  context.lineWidth = width + 2;
  context.stroke(path);
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.stroke(path);
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {string} text
 * @param {number} x
 * @param {number} y
 * @param {CanvasTextAlign} align
 * @param {CanvasTextBaseline} baseline
 */
function write(context, text, x, y, align, baseline) {
  context.textAlign = align;
  context.textBaseline = baseline;
  context.lineJoin = "round";
  context.lineWidth = 4;
  context.strokeStyle = "rgba(0, 0, 0, 0.8)";
  context.strokeText(text, x, y);
  context.fillStyle = "#ffffff";
  context.fillText(text, x, y);
}

/**
 * Two lines that leave the middle free, so that they hide nothing of what they point at.
 * @param {number} x
 * @param {number} y
 * @param {number} width
 * @param {number} height
 */
function crossHair(x, y, width, height) {
  const path = new Path2D();
  const gap = 12;
  for (const [x1, y1, x2, y2] of [
    [0, y, x - gap, y],
    [x + gap, y, width, y],
    [x, 0, x, y - gap],
    [x, y + gap, x, height],
  ]) {
    path.moveTo(x1, y1);
    path.lineTo(x2, y2);
  }
  return path;
}

/**
 * A click on the plane in sight is a ring with a cross; one on another slice, in the projection, a ring.
 * @param {number} x
 * @param {number} y
 * @param {boolean} inPlane
 */
function marker(x, y, inPlane) {
  const path = new Path2D();
  path.arc(x, y, inPlane ? 6 : 4, 0, 2 * Math.PI);
  if (inPlane) {
    for (const [dx, dy] of [
      [1, 0],
      [-1, 0],
      [0, 1],
      [0, -1],
    ]) {
      path.moveTo(x + 3 * dx, y + 3 * dy);
      path.lineTo(x + 10 * dx, y + 10 * dy);
    }
  }
  return path;
}

/**
 * The clicks that a view shows, and where.
 * @param {Shown} patient
 * @param {ViewName} name
 * @param {Place} place
 */
export function markersOf(patient, name, place) {
  const view = VIEWS[name];
  return patient.clicks.flatMap((click) => {
    const body = toBody(patient.opened.frame, click.voxel);
    const inPlane = name !== "projection" && body[view.through] === patient.cross[view.through];
    if (!inPlane && name !== "projection") return [];
    return [{click, inPlane, x: place.x0 + body[view.across] * place.dx, y: place.y0 + body[view.down] * place.dy}];
  });
}

/**
 * Draw a view. Without a mask of the shown method none is drawn.
 * @param {State} state
 * @param {ViewName} name
 * @param {HTMLCanvasElement} canvas
 */
export function draw(state, name, canvas) {
  const {context, width, height} = prepared(canvas);
  const patient = shown(state);
  if (!patient || !width || !height) return;
  const view = VIEWS[name];
  const {cross, answer} = patient;
  const {frame} = patient.opened;
  const place = placeOf(frame, view, patient.look, width, height);
  const [columns, rows] = [frame.n[view.across], frame.n[view.down]];
  context.imageSmoothingEnabled = state.smooth;
  context.imageSmoothingQuality = "high";
  const picture = greyPicture(state, patient, name);
  context.drawImage(picture, place.x0 - place.dx / 2, place.y0 - place.dy / 2, columns * place.dx, rows * place.dy);

  const [x, y] = [place.x0 + cross[view.across] * place.dx, place.y0 + cross[view.down] * place.dy];
  context.strokeStyle = COLOURS.cross;
  context.lineWidth = 1.25;
  context.stroke(crossHair(x, y, width, height));
  if (answer && state.maskShown) {
    const plane = name === "projection" ? answer.shadow : planeOf(answer.mask, frame, view, cross[view.through]);
    stroke(context, outline(plane, columns, place), COLOURS.mask, 2);
  }
  for (const {x: atX, y: atY, inPlane} of markersOf(patient, name, place)) {
    stroke(context, marker(atX, atY, inPlane), COLOURS.click, 2);
  }

  context.font = "600 15px system-ui, sans-serif";
  const [left, right, above, below] = view.sides;
  write(context, left, 8, height / 2, "left", "middle");
  write(context, right, width - 8, height / 2, "right", "middle");
  const narrow = NARROW[name === state.large ? "large" : "small"];
  write(context, above, width / 2, width < narrow.width ? narrow.letter : 6, "center", "top");
  write(context, below, width / 2, height - 6, "center", "bottom");
  const bar = barOf(place.pixelsPerMm, width);
  const long = bar * place.pixelsPerMm;
  const path = new Path2D();
  path.moveTo(10, height - 12);
  path.lineTo(10 + long, height - 12);
  stroke(context, path, "#ffffff", 3);
  context.font = "13px system-ui, sans-serif";
  write(context, `${bar} mm`, 10, height - 18, "left", "bottom");
}
