// The list of patients: opens their scans, one at a time in memory, and brings back what the browser kept of them.

/** @import {Page} from "./page.js" */
/** @import {Opened, Patient, State} from "./state.js" */
/** @import {Given} from "./files.js" */
import {highestInAir, readClicksCsv} from "../core/clicks.js";
import {doubtsOfScan} from "../core/doubts.js";
import {fittedGrid} from "../core/fields.js";
import {readNifti} from "../core/nifti.js";
import {addClicks} from "./clicking.js";
import {note} from "./events.js";
import {nameProblem, proposedName, sorted} from "./files.js";
import {bodyOf, frameOf, projectionOf, wholeBody} from "./geometry.js";
import {sampleOf, usualGreys} from "./greys.js";
import {shown} from "./state.js";
import {digestOf, kept} from "./store.js";

/** @param {unknown} error */
const words = (error) => (error instanceof Error ? error.message : String(error));

/**
 * Take scans and tables of clicks, and show the first new scan.
 * @param {Page} page
 * @param {Given[]} given
 */
export async function take(page, given) {
  const {state} = page;
  if (!given.length) return;
  page.say("Looking at the files.", "busy");
  const {scans, clicks, problems} = await sorted(given);
  state.problems = problems;
  const added = scans.map(({files, path}) => add(state, files, path));
  if (added.length) await show(page, added[0]);
  for (const file of clicks) await takeClicks(page, file);
  if (!added.length && !clicks.length) {
    page.say(state.problems.length ? "This could not be opened: see below." : "No scan among these files.", "wrong");
  }
  page.draw();
}

/**
 * A patient for a scan; the one who has this very file, if there is one.
 * @param {State} state
 * @param {File[]} files
 * @param {string} path
 * @returns {Patient}
 */
function add(state, files, path) {
  const has = (/** @type {Patient} */ {path: other, files: [first]}) =>
    other === path && first.size === files[0].size && first.lastModified === files[0].lastModified;
  const known = state.patients.find(has);
  if (known) return known;
  const name = proposedName(
    path,
    state.patients.map((patient) => patient.name),
  );
  const patient = newPatient(name, path, files);
  state.patients.push(patient);
  return patient;
}

/**
 * A patient with whom nothing was done yet.
 * @param {string} name
 * @param {string} path
 * @param {File[]} files
 * @returns {Patient}
 */
export function newPatient(name, path, files) {
  return {
    name,
    path,
    files,
    digest: "",
    opened: null,
    greys: {low: 0, high: 1},
    look: {zoom: 1, centre: [0, 0, 0], extent: [1, 1, 1]},
    cross: [0, 0, 0],
    clicks: [],
    before: [],
    after: [],
    saved: [],
    keeps: true,
    planes: new Map(),
    answer: null,
    events: [],
  };
}

/**
 * Show a patient: read the scan, and let go of that of the patient before.
 * @param {Page} page
 * @param {Patient} patient
 */
export async function show(page, patient) {
  const {state} = page;
  if (state.patient === patient && patient.opened) return;
  if (state.patient) {
    state.patient.opened = null;
    state.patient.answer = null;
  }
  state.patient = patient;
  page.say(`Reading ${patient.name}.`, "busy");
  page.draw();
  // So that the words are seen before the work begins.
  await new Promise((done) => setTimeout(done, 20));
  try {
    const bytes = await Promise.all(patient.files.map(async (file) => new Uint8Array(await file.arrayBuffer())));
    const isNew = !patient.digest;
    const scan = await readNifti(bytes[0], bytes[1] ?? null);
    const opened = openedScan(scan, fittedGrid(scan, state.study));
    if (state.patient !== patient) return; // another was chosen meanwhile
    patient.opened = opened;
    if (isNew) await begin(page, patient, bytes);
    page.say(page.run ? "Ready: click on a tumour." : "Loading the networks.", page.run ? "ready" : "busy");
    const {version, digest} = state.study.code;
    note(state, "open", {detail: `${state.method}, oneclick-pet ${version}, code ${digest.slice(0, 12)}`});
  } catch (error) {
    if (state.patient !== patient) return;
    if (!patient.clicks.length) state.patients.splice(state.patients.indexOf(patient), 1);
    state.patient = null;
    const gone = error instanceof DOMException && error.name.startsWith("Not");
    state.problems = [`${patient.path}: ${gone ? "the file is no longer there as it was; open it again" : words(error)}`];
    page.say(`${patient.path} could not be opened: see below.`, "wrong");
  }
  page.clicksChanged();
}

/**
 * What the page needs of a scan.
 * @param {import("../core/types.js").Scan} scan
 * @param {ReturnType<typeof fittedGrid>} fitted
 * @returns {Opened}
 */
export function openedScan(scan, fitted) {
  const frame = frameOf(scan, fitted.grid.axes);
  const air = highestInAir(scan.data);
  return {
    scan,
    grid: fitted.grid,
    frame,
    air,
    projection: projectionOf(scan.data, frame),
    usual: usualGreys(sampleOf(scan.data)),
    wholeLook: wholeBody(frame, bodyOf(scan.data, frame)),
    doubts: doubtsOfScan(scan, fitted),
    notes: [...scan.notes, ...fitted.notes],
  };
}

/**
 * Look at the middle of a scan, in its usual grey scale.
 * @param {Patient} patient
 * @param {Opened} opened
 */
export function lookAtAll(patient, opened) {
  patient.greys = opened.usual;
  patient.look = {...opened.wholeLook, centre: [...opened.wholeLook.centre]};
  patient.cross = /** @type {import("./geometry.js").Triple} */ (opened.wholeLook.centre.map(Math.round));
}

/**
 * The first look at a scan: its middle, or what the browser kept of it.
 * @param {Page} page
 * @param {Patient} patient
 * @param {Uint8Array<ArrayBuffer>[]} bytes
 */
async function begin(page, patient, bytes) {
  const {opened} = patient;
  if (!opened) return;
  lookAtAll(patient, opened);
  patient.digest = await digestOf(bytes);
  const same = page.state.patients.find((other) => other !== patient && other.digest && other.digest === patient.digest);
  if (same) page.state.problems.push(`${patient.path} is the same scan as that of ${same.name}; work with one of the two`);
  const before = kept(page.storage, patient.digest, opened.scan.shape);
  if (!before || same) return;
  const others = page.state.patients.filter((other) => other !== patient).map((other) => other.name);
  if (!nameProblem(before.name, others)) patient.name = before.name;
  patient.clicks = before.clicks;
  patient.saved = before.saved;
  patient.events = before.events;
  note(page.state, "restore", {detail: `${before.clicks.length} clicks`});
  const n = before.clicks.length;
  if (n)
    page.state.problems.push(
      `this browser kept ${n} click${n > 1 ? "s" : ""} of this scan, and they are back; "Delete all" removes them`,
    );
}

/**
 * Take the clicks of a table (.csv) for the patient who is shown.
 * @param {Page} page
 * @param {File} file
 */
async function takeClicks(page, file) {
  const patient = shown(page.state);
  if (!patient) {
    page.state.problems.push(`${file.name}: open the scan first, then its clicks`);
    return page.say("Open a scan before its clicks.", "wrong");
  }
  try {
    const {clicks, notes} = readClicksCsv(await file.text(), patient.name, patient.opened.scan);
    const added = addClicks(patient, clicks);
    note(page.state, "restore", {detail: `${added} clicks of ${file.name}`});
    page.state.problems.push(...notes.map((text) => `${file.name}: ${text}`));
    page.clicksChanged();
  } catch (error) {
    page.state.problems.push(
      ...words(error)
        .split("\n")
        .map(
          (line) =>
            `${file.name}: ${line}${line.includes("no click for this") ? `, or name the patient as the table does, not ${patient.name}` : ""}`,
        ),
    );
    page.say(`${file.name} could not be used: see below.`, "wrong");
  }
}

/**
 * Give the patient who is shown another name; "" or what is wrong with it.
 * @param {State} state
 * @param {string} name
 */
export function rename(state, name) {
  const {patient} = state;
  if (!patient) return "";
  const problem = nameProblem(
    name,
    state.patients.filter((other) => other !== patient).map((other) => other.name),
  );
  if (!problem) patient.name = name;
  return problem;
}
