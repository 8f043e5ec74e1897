// A reader's page: cases one after the other, and what is shown between them.

/** @import {Page} from "./page.js" */
/** @import {Pause, Reading} from "./reading.js" */
/** @import {PlacedClick} from "./state.js" */
/** @import {Triple} from "./geometry.js" */
import {fittedGrid} from "../core/fields.js";
import {gridOf} from "../core/grid.js";
import {readNifti} from "../core/nifti.js";
import {note} from "./events.js";
import {unpacked} from "./packed.js";
import {element} from "./page.js";
import {lookAtAll, newPatient, openedScan} from "./patients.js";
import {caseInWords, fileOf, pauseAfter, pauseInWords, standing} from "./reading.js";
import {keepReading, keptOf, keyOf, readingCsv} from "./reading_store.js";
import {fill, make} from "./rows.js";
import {download} from "./saving.js";
import {shown} from "./state.js";

/** @param {Page} page */
const readingOf = (page) => /** @type {Reading} */ (page.state.reading);

/**
 * Make a reader's page of the page, and begin where the reader was.
 * @param {Page} page
 */
export function beginReading(page) {
  const reading = readingOf(page);
  document.title = `${fileOf(reading).replace(/\.csv$/, "")}: reader study`;
  page.keepAll = () => {
    page.state.keeping = keepReading(page.storage, reading);
  };
  page.saveAll = () => saveReading(page);
  page.hasUnsaved = () =>
    reading.pause !== "elsewhere" && reading.events.slice(reading.saved).some(({event}) => event !== "start");
  page.alsoShow = () => showReading(page);
  const before = keptOf(page.storage, reading);
  Object.assign(reading, {events: before.events, saved: before.saved, kept: before.events.length});
  const {ended} = standing(reading.events);
  reading.pause = ended ? "end" : reading.events.some(({event}) => event === "case") ? "again" : "first";
  if (!ended) note(page.state, "start");
  element("instruction").textContent = reading.instruction;
  element("next").addEventListener("click", () => next(page, false));
  element("no-tumour").addEventListener("click", () => next(page, true));
  element("pause").addEventListener("click", () => shown(page.state) && pause(page, "break"));
  element("go-on").addEventListener("click", () => showCase(page));
  for (const button of document.querySelectorAll(".save-reading")) button.addEventListener("click", () => saveReading(page));
  // Two windows would write over each other.
  addEventListener("storage", ({key}) => {
    if (!key?.startsWith(keyOf(reading))) return;
    reading.pause = "elsewhere";
    leave(page);
  });
}

/**
 * Take the case out of sight.
 * @param {Page} page
 */
function leave(page) {
  readingOf(page).now = null;
  page.state.patient = null;
  element("case-problem").textContent = "";
  page.keepAll();
  page.draw();
}

/**
 * Stop between cases, or in one.
 * @param {Page} page
 * @param {Pause} why
 */
function pause(page, why) {
  const {state} = page;
  const reading = readingOf(page);
  reading.pause = why;
  reading.now = null;
  if (why === "break" || why === "end") note(state, why);
  leave(page);
  page.say("Ready.");
  /** @type {HTMLElement} */ (document.querySelector("#between h2")).focus();
}

/**
 * Show the case that comes next, with what was clicked in it before.
 * @param {Page} page
 */
async function showCase(page) {
  const {state} = page;
  const reading = readingOf(page);
  const {done, clicks, before} = standing(reading.events);
  const now = reading.cases[done];
  page.say(`Opening ${caseInWords(reading, now)}.`, "busy");
  element("go-on").toggleAttribute("disabled", true);
  // So that the words are seen before the work begins.
  await new Promise((then) => setTimeout(then, 20));
  try {
    const scan = await readNifti(await unpacked(`scan-${now.patient}`));
    // Without answers a scan has its own planes.
    const fitted = state.mode.masks
      ? fittedGrid(scan, state.study)
      : {grid: gridOf(scan, Math.max(...scan.shape), null), doubts: [], notes: []};
    const patient = newPatient(now.patient, "", []);
    patient.opened = openedScan(scan, fitted);
    lookAtAll(patient, patient.opened);
    const within = (/** @type {PlacedClick[]} */ some) =>
      some.map((click) => ({
        ...click,
        voxel: /** @type {Triple} */ (click.voxel.map((index, axis) => Math.min(Math.max(index, 0), scan.shape[axis] - 1))),
      }));
    Object.assign(patient, {clicks: within(clicks), before: before.map(within)});
    Object.assign(reading, {now, pause: null});
    state.patient = patient;
    state.large = "transaxial";
    note(state, "case");
    page.say(page.run || !state.mode.masks ? `${caseInWords(reading, now)}.` : "Loading the networks.");
    page.clicksChanged();
    /** @type {HTMLElement} */ (document.querySelector("[data-view=transaxial]")).focus();
  } catch (error) {
    const why = error instanceof Error ? error.message : error;
    reading.pause = "again";
    page.say(`${caseInWords(reading, now)} cannot be shown: ${why}; tell those who gave you this page.`, "wrong");
  }
  element("go-on").toggleAttribute("disabled", false);
}

/**
 * The case is done: show what comes next.
 * @param {Page} page
 * @param {boolean} noTumour whether the reader says that there is no tumour
 */
function next(page, noTumour) {
  const patient = shown(page.state);
  const reading = readingOf(page);
  if (!patient) return;
  const n = patient.clicks.length;
  const problem =
    n && noTumour
      ? `You have marked ${n > 1 ? `${n} places` : "a place"} here. Press "Next case", or delete the marks first.`
      : !n && !noTumour
        ? 'You have not clicked yet. If you see no tumour, press "No tumour here".'
        : "";
  element("case-problem").textContent = problem;
  if (problem) return;
  note(page.state, "next");
  const why = pauseAfter(reading, standing(reading.events).done);
  if (why) return pause(page, why);
  reading.now = null;
  page.state.patient = null;
  showCase(page);
}

/**
 * Save the reader's file: all events so far.
 * @param {Page} page
 */
function saveReading(page) {
  const reading = readingOf(page);
  if (reading.pause === "elsewhere") return;
  download(fileOf(reading), readingCsv(reading), "text/csv");
  reading.saved = reading.events.length;
  page.keepAll();
  page.say(`Saved ${fileOf(reading)}.`);
  page.draw();
}

/**
 * Show where the reader is.
 * @param {Page} page
 */
function showReading(page) {
  const {state, storage} = page;
  const reading = readingOf(page);
  page.keepAll();
  const {now} = reading;
  document.body.classList.toggle("between", reading.pause !== null);
  const between = element("between");
  between.hidden = reading.pause === null;
  const {title, words, button} = reading.pause ? pauseInWords(reading) : {title: "", words: [], button: ""};
  const isEnd = reading.pause === "end";
  /** @type {HTMLElement} */ (between.querySelector("h2")).textContent = title;
  fill(/** @type {HTMLElement} */ (between.querySelector(".words")), [title, words], () => [
    ...(reading.pause === "first" || reading.pause === "again"
      ? [make("p", {class: "instruction"}, reading.instruction)]
      : []),
    ...words.map((text) => make("p", {}, text)),
  ]);
  element("go-on").textContent = button;
  element("go-on").hidden = !button;
  for (const save of document.querySelectorAll(".save-reading")) {
    save.textContent = `Save ${fileOf(reading)}`;
    save.classList.toggle("main", isEnd);
    /** @type {HTMLElement} */ (save).hidden = reading.pause === "first" || reading.pause === "elsewhere";
  }
  const saved = reading.saved >= reading.events.length;
  const keeps =
    isEnd && saved
      ? `${fileOf(reading)} is saved. Send it back; then you can close this page.`
      : storage && !state.keeping
        ? "This browser keeps what you did, on this computer."
        : "This browser keeps nothing: save your file before you close the page.";
  for (const place of document.querySelectorAll(".keeps")) place.textContent = keeps;
  const head = /** @type {HTMLElement} */ (element("case").querySelector("h2"));
  head.textContent = now ? `${caseInWords(reading, now)}${now.practice ? ", not counted" : ""}` : "";
  head.classList.toggle("practice", Boolean(now?.practice));
  if (shown(state)?.clicks.length) {
    const problem = element("case-problem");
    if (problem.textContent?.startsWith("You have not")) problem.textContent = "";
  }
}
