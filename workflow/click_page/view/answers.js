// Asks the shown method for the masks of all clicked slices, and measures what it found.

/** @import {Click, Lesion} from "../core/types.js" */
/** @import {Page} from "./page.js" */
/** @import {Answer, Shown} from "./state.js" */
import {clicksInAir} from "../core/clicks.js";
import {layPlane} from "../core/grid.js";
import {remarks} from "../core/measured.js";
import {segmentSlice} from "../core/segment.js";
import {indexOf} from "../core/volume.js";
import {areSame} from "./clicking.js";
import {toBody} from "./geometry.js";
import {measuredLesions, voxelsOf} from "./measured.js";
import {shown} from "./state.js";

let running = false;
let again = false;

/**
 * Show what the method finds of the clicks as they are now. What is asked while it works is answered after that, the last of it
 * always.
 * @param {Page} page
 */
export async function ask(page) {
  again = true;
  if (running) return;
  running = true;
  try {
    while (again) {
      again = false;
      await answerOnce(page);
    }
  } finally {
    running = false;
  }
}

/**
 * @param {Page} page
 */
async function answerOnce(page) {
  const patient = shown(page.state);
  if (!patient || !page.run || !page.state.mode.masks) return;
  const {method} = page.state;
  const {clicks} = patient;
  if (!clicks.length) {
    patient.answer = null;
    page.say("Ready: click on a tumour.");
    return page.draw();
  }
  const {tables} = page.state.mode;
  page.say(tables ? `${method} looks at the clicked slices.` : "One moment.", "busy");
  const start = performance.now();
  try {
    const planes = await planesOf(page, patient, method, clicks);
    // Else the clicks, the method or the patient are others by now.
    if (!planes || page.state.patient !== patient) return;
    patient.answer = measured(patient, method, clicks, planes);
    const ms = Math.round(performance.now() - start);
    document.documentElement.dataset.clickMs = String(ms);
    page.say(`Ready: ${inWords(patient.answer.table, tables)}.`);
  } catch (error) {
    patient.answer = null;
    page.say(`${method}: ${error instanceof Error ? error.message : error}.`, "wrong");
  }
  page.draw();
}

/**
 * The masks of all clicked slices by their number, from what was found before where that is known; null as soon as there is
 * something newer to ask.
 * @param {Page} page
 * @param {Shown} patient
 * @param {string} method
 * @param {Click[]} clicks
 */
async function planesOf(page, patient, method, clicks) {
  const {scan, grid} = patient.opened;
  const {study} = page.state;
  const run = /** @type {import("../core/types.js").Run} */ (page.run);
  /** @type {Map<number, Uint8Array>} */
  const planes = new Map();
  for (const number of new Set(clicks.map(({voxel}) => voxel[grid.axes[2]]))) {
    const ofSlice = clicks.filter(({voxel}) => voxel[grid.axes[2]] === number);
    const key = [method, number, ...ofSlice.map(({voxel, kind}) => `${kind} ${voxel}`)].join("|");
    let plane = patient.planes.get(key);
    if (!plane) {
      ({plane} = await segmentSlice(scan, grid, number, ofSlice, method, study, run));
      patient.planes.set(key, plane);
      // Let the browser draw, and hear of newer clicks.
      await new Promise((done) => setTimeout(done));
      if (again) return null;
    }
    planes.set(number, plane);
  }
  return planes;
}

/**
 * @param {Shown} patient
 * @param {string} method
 * @param {Click[]} clicks
 * @param {Map<number, Uint8Array>} planes
 * @returns {Answer}
 */
function measured(patient, method, clicks, planes) {
  const {scan, grid, frame, air} = patient.opened;
  const mask = new Uint8Array(scan.data.length);
  for (const [number, plane] of planes) layPlane(mask, grid, number, plane);
  const voxels = voxelsOf(planes, grid);
  const {lesions, table} = measuredLesions(voxels, scan, clicks);
  const shadow = new Uint8Array(frame.n[0] * frame.n[2]);
  for (const voxel of voxels) {
    const [x, , z] = toBody(frame, voxel);
    shadow[z * frame.n[0] + x] = 1;
  }
  const doubts = clicksInAir(clicks, scan, air);
  const {words} = remarks(clicks, lesions, table, scan, grid);
  if (words)
    doubts.push({problem: `with ${method} ${words}`, mend: "look at the mask, and move or delete clicks that are amiss"});
  const lesionOf = clicks.map(({voxel}) => lesions[indexOf(voxel, scan.shape)]);
  return {method, clicks, mask, shadow, table, doubts, lesionOf};
}

/**
 * @param {Lesion[]} table
 * @param {boolean} measures whether numbers are said
 */
function inWords(table, measures) {
  const ml = table.reduce((sum, row) => sum + row.volume_ml, 0);
  if (!table.length) return "nothing found";
  if (!measures) return "the outline is what is found of your clicks";
  return `${table.length} lesion${table.length > 1 ? "s" : ""}, ${ml.toPrecision(3)} ml`;
}

/**
 * Whether the answer is that of the clicks and the method as they are now.
 * @param {Page} page
 */
export function isCurrent(page) {
  const patient = shown(page.state);
  if (!patient?.answer) return false;
  return patient.answer.method === page.state.method && areSame(patient.answer.clicks, patient.clicks);
}
