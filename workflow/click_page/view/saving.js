// Files that the page saves: where the browser puts its downloads.

/** @import {Page} from "./page.js" */
/** @import {Patient} from "./state.js" */
import {clicksCsv} from "../core/clicks.js";
import {lesionsCsv} from "../core/measured.js";
import {writeMask} from "../core/scan_masks.js";
import {isCurrent} from "./answers.js";
import {areSame} from "./clicking.js";
import {logCsv, note} from "./events.js";
import {shown} from "./state.js";
import {keep} from "./store.js";

/**
 * Let the browser save a file.
 * @param {string} name
 * @param {BlobPart} content
 * @param {string} type
 */
export function download(name, content, type) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([content], {type}));
  link.download = name;
  link.click();
  // Firefox reads it after the click.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** @typedef {"mask" | "lesions" | "clicks" | "log"} Kind */

/**
 * Save files of the patient who is shown.
 * @param {Page} page
 * @param {Kind[]} kinds
 */
export async function save(page, kinds) {
  const patient = shown(page.state);
  if (!patient) return page.say("Open a scan first.", "wrong");
  if (!patient.clicks.length && !(kinds.length === 1 && kinds[0] === "log"))
    return page.say("There is nothing to save yet: click on a tumour.", "wrong");
  const ofMask = kinds.includes("mask") || kinds.includes("lesions");
  if (ofMask && !isCurrent(page)) return page.say("The mask is not there yet; save it in a moment.", "wrong");
  const {method} = page.state;
  const names = [];
  for (const kind of kinds) {
    const name = {
      mask: `${patient.name}_${method}_mask.nii.gz`,
      lesions: `${patient.name}_${method}_lesions.csv`,
      clicks: `${patient.name}_clicks.csv`,
      log: `${patient.name}_log.csv`,
    }[kind];
    names.push(name);
    note(page.state, "save", {detail: name});
    if (kind === "mask" && patient.answer) {
      const bytes = await writeMask(patient.opened.scan, patient.answer.mask, patient.opened.grid);
      download(name, /** @type {BlobPart} */ (bytes), "application/gzip");
    }
    if (kind === "lesions" && patient.answer)
      download(name, lesionsCsv(patient.name, {[method]: patient.answer.table}), "text/csv");
    if (kind === "clicks") {
      download(name, clicksCsv(patient.name, patient.clicks), "text/csv");
      patient.saved = patient.clicks;
    }
    if (kind === "log") download(name, logCsv(patient), "text/csv");
  }
  keep(page.storage, patient);
  page.say(names.length > 1 ? `Saved ${names.length} files of ${patient.name}.` : `Saved ${names[0]}.`);
  page.draw();
}

/**
 * Save the clicks of all patients in one table, which `segment` reads.
 * @param {Page} page
 */
export function saveEvery(page) {
  const clicked = page.state.patients.filter((patient) => patient.clicks.length);
  if (!clicked.length) return page.say("There is nothing to save yet: click on a tumour.", "wrong");
  const tables = clicked.map((patient) => clicksCsv(patient.name, patient.clicks));
  const [head] = tables[0].split("\n", 1);
  download(
    "clicks.csv",
    [head, ...tables.map((table) => table.slice(head.length + 1).trimEnd()), ""].join("\n"),
    "text/csv",
  );
  for (const patient of clicked) {
    patient.saved = patient.clicks;
    keep(page.storage, patient);
  }
  note(page.state, "save", {detail: "clicks.csv"});
  page.say(`Saved clicks.csv, with the clicks of ${clicked.length} patient${clicked.length > 1 ? "s" : ""}.`);
  page.draw();
}

/**
 * Whether a patient has clicks that lie in no file.
 * @param {Patient} patient
 */
export const isUnsaved = (patient) => !areSame(patient.clicks, patient.saved);
