// Clicks come and go: added, deleted, undone, redone. Clicks of a patient are never changed in place.

/** @typedef {import("./state.js").PlacedClick} PlacedClick */
/** @typedef {import("./state.js").Patient} Patient */
/** @typedef {import("./geometry.js").Triple} Triple */

/**
 * @param {PlacedClick} a
 * @param {PlacedClick} b
 */
export const isSame = (a, b) => a.kind === b.kind && a.voxel.every((index, axis) => index === b.voxel[axis]);

/**
 * @param {PlacedClick[]} some
 * @param {PlacedClick[]} others
 */
export const areSame = (some, others) =>
  some.length === others.length && some.every((click, at) => isSame(click, others[at]));

/**
 * @param {Patient} patient
 * @param {PlacedClick[]} clicks
 */
function change(patient, clicks) {
  patient.before.push(patient.clicks);
  patient.after = [];
  patient.clicks = clicks;
  patient.keeps = true;
}

/**
 * Add a click; false if there is one on this voxel.
 * @param {Patient} patient
 * @param {Triple} voxel
 * @param {Triple} at the place that was clicked, in voxels as stored, between them
 * @param {string} kind
 */
export function addClick(patient, voxel, at, kind = "tumour") {
  const click = {voxel, kind, at};
  if (patient.clicks.some((other) => isSame(click, other))) return false;
  change(patient, [...patient.clicks, click]);
  return true;
}

/**
 * @param {Patient} patient
 * @param {PlacedClick} click
 */
export function deleteClick(patient, click) {
  change(
    patient,
    patient.clicks.filter((other) => !isSame(click, other)),
  );
}

/**
 * Take many clicks at once, as from a file: those that are new.
 * @param {Patient} patient
 * @param {PlacedClick[]} clicks
 * @returns {number} how many are new
 */
export function addClicks(patient, clicks) {
  const added = clicks.filter((click) => !patient.clicks.some((other) => isSame(click, other)));
  if (added.length) change(patient, [...patient.clicks, ...added]);
  return added.length;
}

/**
 * Delete all clicks, in one step.
 * @param {Patient} patient
 */
export function deleteAll(patient) {
  change(patient, []);
}

/**
 * The clicks as they were before the last change; null if there was none. What changed is the click that came back or went.
 * @param {Patient} patient
 * @returns {PlacedClick | null}
 */
export function undo(patient) {
  const earlier = patient.before.pop();
  if (!earlier) return null;
  patient.after.push(patient.clicks);
  return swapped(patient, earlier);
}

/**
 * What was undone last, done again; null if nothing was.
 * @param {Patient} patient
 * @returns {PlacedClick | null}
 */
export function redo(patient) {
  const later = patient.after.pop();
  if (!later) return null;
  patient.before.push(patient.clicks);
  return swapped(patient, later);
}

/**
 * @param {Patient} patient
 * @param {PlacedClick[]} clicks
 */
function swapped(patient, clicks) {
  const [more, fewer] = clicks.length > patient.clicks.length ? [clicks, patient.clicks] : [patient.clicks, clicks];
  patient.clicks = clicks;
  patient.keeps = true;
  return more.find((click) => !fewer.some((other) => isSame(click, other))) ?? null;
}
