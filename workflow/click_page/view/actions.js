// What a person can do with the scan in sight. Mouse, keys and buttons all come here; each says what happened to the log.

import {addClick, deleteAll, deleteClick, isSame, redo, undo} from "./clicking.js";
import {note} from "./events.js";
import {toBody, toVoxel, VIEWS, within} from "./geometry.js";
import {shown} from "./state.js";

/** @typedef {import("./page.js").Page} Page */
/** @typedef {import("./state.js").PlacedClick} PlacedClick */
/** @typedef {import("./geometry.js").Triple} Triple */
/** @typedef {import("./geometry.js").ViewName} ViewName */

const MOST_ZOOM = 12;

/**
 * The number that a slice has in the file, along the axis that a view looks through.
 * @param {import("./state.js").Shown} patient
 * @param {import("./geometry.js").View} view
 */
export function storedSlice(patient, view) {
  return Math.round(toVoxel(patient.opened.frame, patient.cross)[patient.opened.frame.axes[view.through]]);
}

/**
 * Move the cross-hair; where it leaves what is in sight, that follows.
 * @param {Page} page
 * @param {number[]} body
 * @param {ViewName} name the view in which it was moved
 */
export function moveTo(page, body, name) {
  const patient = shown(page.state);
  if (!patient) return;
  const before = patient.cross;
  patient.cross = within(patient.opened.frame, body);
  for (const axis of [0, 1, 2]) {
    const half = patient.look.extent[axis] / patient.look.zoom / patient.opened.frame.mm[axis] / 2;
    if (Math.abs(patient.cross[axis] - patient.look.centre[axis]) > half) patient.look.centre[axis] = patient.cross[axis];
  }
  for (const viewName of /** @type {ViewName[]} */ (["transaxial", "coronal", "sagittal"])) {
    const view = VIEWS[viewName];
    // In the other views the slice changes with each movement of the mouse; these are no events of their own.
    const shown = name === "projection" ? viewName === "transaxial" : viewName === name;
    if (shown && before[view.through] !== patient.cross[view.through]) {
      note(page.state, "slice", {view: viewName, slice: storedSlice(patient, view)});
    }
  }
  page.draw();
}

/**
 * Go on by so many slices of a view; of the projection, by transaxial ones.
 * @param {Page} page
 * @param {ViewName} name
 * @param {number} by
 */
export function step(page, name, by) {
  const patient = shown(page.state);
  if (!patient) return;
  const through = name === "projection" ? "transaxial" : name;
  const body = /** @type {Triple} */ ([...patient.cross]);
  body[VIEWS[through].through] += by;
  moveTo(page, body, through);
}

/**
 * Go to the hottest voxel under a point of the projection.
 * @param {Page} page
 * @param {number[]} body
 */
export function goToHottest(page, body) {
  const patient = shown(page.state);
  if (!patient) return;
  const [x, , z] = within(patient.opened.frame, body);
  moveTo(page, [x, patient.opened.projection.depth[z * patient.opened.frame.n[0] + x], z], "projection");
}

/**
 * Click on a tumour.
 * @param {Page} page
 * @param {Triple} body between voxels
 * @param {ViewName} name
 */
export function mark(page, body, name) {
  const patient = shown(page.state);
  if (!patient) return;
  const inside = body.every((at, axis) => at >= -0.5 && at < patient.opened.frame.n[axis] - 0.5);
  if (!inside) return page.say("This place is outside the scan.");
  moveTo(page, body, name);
  const at = toVoxel(patient.opened.frame, body);
  if (!addClick(patient, toVoxel(patient.opened.frame, patient.cross), at))
    return page.say("There is a click on this voxel already.");
  const [i, j, k] = at;
  note(page.state, "click", {view: name, slice: storedSlice(patient, VIEWS[name]), i, j, k});
  page.clicksChanged();
}

/**
 * Click on a tumour at the cross-hair.
 * @param {Page} page
 * @param {ViewName} name
 */
export function markHere(page, name) {
  const patient = shown(page.state);
  if (patient) mark(page, patient.cross, name === "projection" ? "transaxial" : name);
}

/**
 * Delete a click.
 * @param {Page} page
 * @param {PlacedClick} click
 * @param {string} view
 */
export function remove(page, click, view = "") {
  const patient = shown(page.state);
  if (!patient) return;
  deleteClick(patient, click);
  const [i, j, k] = click.at ?? click.voxel;
  note(page.state, "delete", {view, slice: click.voxel[patient.opened.frame.axes[2]], i, j, k});
  page.clicksChanged();
}

/**
 * Delete the click on the cross-hair's slice that is nearest to it.
 * @param {Page} page
 */
export function removeHere(page) {
  const patient = shown(page.state);
  if (!patient) return;
  const near = patient.clicks
    .map((click) => ({click, body: toBody(patient.opened.frame, click.voxel)}))
    .filter(({body}) => body[2] === patient.cross[2])
    .map(({click, body}) => ({
      click,
      mm: Math.hypot(...[0, 1].map((axis) => (body[axis] - patient.cross[axis]) * patient.opened.frame.mm[axis])),
    }))
    .sort((a, b) => a.mm - b.mm)[0];
  if (!near) return page.say("There is no click on this slice.");
  remove(page, near.click, "transaxial");
}

/**
 * Delete all clicks of the patient, in one step that can be undone.
 * @param {Page} page
 */
export function removeAll(page) {
  const patient = shown(page.state);
  if (!patient?.clicks.length) return;
  deleteAll(patient);
  note(page.state, "delete all");
  page.clicksChanged();
}

/**
 * Undo or redo the last change of clicks, and show where it was.
 * @param {Page} page
 * @param {"undo" | "redo"} which
 */
export function goBack(page, which) {
  const patient = shown(page.state);
  if (!patient || (which === "redo" && !page.state.mode.free)) return;
  if (!(which === "undo" ? patient.before : patient.after).length) return page.say(`There is nothing to ${which}.`);
  const click = (which === "undo" ? undo : redo)(patient);
  if (click) goTo(page, click);
  note(page.state, which);
  page.clicksChanged();
}

/**
 * Move the cross-hair to a click.
 * @param {Page} page
 * @param {PlacedClick} click
 */
export function goTo(page, click) {
  const patient = shown(page.state);
  if (patient) moveTo(page, toBody(patient.opened.frame, click.voxel), "transaxial");
}

/**
 * Move the cross-hair to the next click, or the one before.
 * @param {Page} page
 * @param {number} by
 */
export function goToNext(page, by) {
  const patient = shown(page.state);
  if (!patient?.clicks.length) return page.say("There is no click yet.");
  const here = toVoxel(patient.opened.frame, patient.cross);
  const at = patient.clicks.findIndex((click) => isSame(click, {voxel: here, kind: click.kind}));
  const n = patient.clicks.length;
  goTo(page, patient.clicks[at < 0 ? (by > 0 ? 0 : n - 1) : (at + by + n) % n]);
}

/**
 * @param {Page} page
 * @param {import("./greys.js").Greys | null} greys null: these numbers are no grey scale
 * @param {boolean} done whether this is where a drag ends
 */
export function setGreys(page, greys, done = true) {
  const patient = shown(page.state);
  if (!patient) return;
  if (!greys) page.say("The high end of the grey scale must be above the low end.", "wrong");
  else {
    patient.greys = greys;
    if (done) note(page.state, "window");
  }
  page.draw();
}

/**
 * The grey scale that the scan was shown in first.
 * @param {Page} page
 */
export function resetGreys(page) {
  const patient = shown(page.state);
  if (patient) setGreys(page, patient.opened.usual);
}

/**
 * Enlarge or shrink what is in sight, so that a body point stays where it is.
 * @param {Page} page
 * @param {number} times
 * @param {number[]} [body] the cross-hair's, if it is not given
 */
export function zoom(page, times, body) {
  const patient = shown(page.state);
  if (!patient) return;
  const {look} = patient;
  const {wholeLook} = patient.opened;
  const fixed = body ?? patient.cross;
  const least = Math.min(
    ...[0, 1, 2].map((axis) => look.extent[axis] / (patient.opened.frame.n[axis] * patient.opened.frame.mm[axis] * 1.02)),
    1,
  );
  const next = Math.min(Math.max(look.zoom * times, least), MOST_ZOOM);
  const ratio = look.zoom / next;
  const centre = look.centre.map((at, axis) => fixed[axis] + (at - fixed[axis]) * ratio);
  const back = Math.abs(next - 1) < 0.01;
  patient.look = back
    ? {...wholeLook, centre: [...wholeLook.centre]}
    : {...look, zoom: next, centre: /** @type {Triple} */ (centre)};
  page.draw();
}

/**
 * Shift what is in sight by so many voxels along the body's axes.
 * @param {Page} page
 * @param {number[]} by
 */
export function pan(page, by) {
  const patient = shown(page.state);
  if (!patient) return;
  const centre = patient.look.centre.map((at, axis) =>
    Math.min(Math.max(at + by[axis], 0), patient.opened.frame.n[axis] - 1),
  );
  patient.look = {...patient.look, centre: /** @type {Triple} */ (centre)};
  page.draw();
}

/**
 * Show all of the body again.
 * @param {Page} page
 */
export function showWhole(page) {
  const patient = shown(page.state);
  if (!patient) return;
  patient.look = {...patient.opened.wholeLook, centre: [...patient.opened.wholeLook.centre]};
  page.draw();
}
