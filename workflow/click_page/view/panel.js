// Shows the state beside the pictures: method, grey scale, warnings, what can be saved. It changes nothing.

/** @import {Doubt} from "../core/types.js" */
/** @import {ViewName} from "./geometry.js" */
/** @import {Page} from "./page.js" */
import {doubtsOfStudy} from "../core/doubts.js";
import {indexOf} from "../core/volume.js";
import {isCurrent} from "./answers.js";
import {toVoxel, VIEWS} from "./geometry.js";
import {sliderOf} from "./greys.js";
import {showClicks, showLesions, showPatients} from "./lists.js";
import {element} from "./page.js";
import {enable, fill, make, setValue, short} from "./rows.js";
import {shown} from "./state.js";
import {allKept} from "./store.js";

/**
 * What a method does, in a sentence.
 * @param {import("./state.js").PageStudy} study
 * @param {string} name
 */
export function methodInWords(study, name) {
  const {network, keep} = study.methods[name];
  const sees =
    study.networks[network].clicks === "none" ? "Its networks see the slice alone" : "Its networks see slice and clicks";
  if (keep) return `${sees}; of what they find, the parts that hold a click stay.`;
  return study.networks[network].clicks === "none" ? `${sees}: all that they find on clicked slices.` : `${sees}.`;
}

/** @param {Page} page */
function showMethod({state}) {
  if (state.mode.tables) {
    const select = /** @type {HTMLSelectElement} */ (element("method"));
    if (select.value !== state.method) select.value = state.method;
    element("method-words").textContent = methodInWords(state.study, state.method);
  }
  for (const [id, value] of /** @type {const} */ ([
    ["mask-shown", state.maskShown],
    ["smooth", state.smooth],
    ["dark", state.dark],
    ["mark", state.marking],
    ["look", !state.marking],
  ])) {
    /** @type {HTMLInputElement} */ (element(id)).checked = value;
  }
}

/** @param {Page} page */
function showGreys({state}) {
  const patient = shown(state);
  const ramp = /** @type {HTMLCanvasElement} */ (element("ramp"));
  const context = /** @type {CanvasRenderingContext2D} */ (ramp.getContext("2d"));
  for (let x = 0; x < 256; x++) {
    const grey = state.dark ? 255 - x : x;
    context.fillStyle = `rgb(${grey} ${grey} ${grey})`;
    context.fillRect(x, 0, 1, 1);
  }
  if (!patient) return;
  const {low, high} = patient.greys;
  setValue(element("low"), short(low));
  setValue(element("high"), short(high));
  setValue(element("high-slider"), String(Math.round(sliderOf(high, patient.opened.usual.high))));
}

/** @param {Page} page */
function showWarnings(page) {
  const {state, storage} = page;
  const patient = shown(state);
  const sentence = (/** @type {Doubt} */ {problem, mend}) => `${problem}; ${mend}`;
  /** @type {string[]} */
  const lines = [...state.problems];
  // A reader is told nothing of a scan that a physician would not be told.
  if (patient && !state.reading) {
    if (patient.answer && isCurrent(page)) lines.push(...patient.answer.doubts.map(sentence));
    lines.push(...patient.opened.doubts.map(sentence), ...patient.opened.notes);
  }
  if (patient && !state.reading) lines.push(...doubtsOfStudy(state.study).map(sentence));
  const yours = state.reading ? "save your file" : "save your clicks";
  if (!storage) lines.push(`this browser keeps nothing for the page: ${yours} before you close it`);
  else if (state.keeping) lines.push(state.keeping);
  const section = element("warnings");
  // Beside a scan it keeps its place, or the picture would move below the pointer, and the next click lie elsewhere.
  const stays = patient !== null && !state.reading;
  section.hidden = !lines.length && !stays;
  section.classList.toggle("stays", stays);
  const title = lines.length ? `Please note (${lines.length})` : "Nothing to note";
  /** @type {HTMLElement} */ (section.querySelector("h2")).textContent = title;
  const capital = (/** @type {string} */ line) =>
    `${/^[a-z]+ /.test(line) ? line[0].toUpperCase() : line[0]}${line.slice(1)}${/[.!?]$/.test(line) ? "" : "."}`;
  fill(/** @type {HTMLElement} */ (section.querySelector("ul")), lines, () =>
    lines.map((line) => make("li", {}, capital(line))),
  );
}

/** @param {Page} page */
function showSaving(page) {
  const patient = shown(page.state);
  const clicked = Boolean(patient?.clicks.length);
  const hasMask = clicked && isCurrent(page);
  for (const id of ["save-mask", "save-lesions", "save-all"]) enable(id, hasMask);
  enable("save-clicks", clicked);
  enable("save-log", patient !== null);
  const n = allKept(page.storage).length;
  element("kept-words").textContent = n ? `Kept in this browser: name, clicks and log of ${n} scan${n > 1 ? "s" : ""}.` : "";
  enable("forget", n > 0);
}

/**
 * The words on a view.
 * @param {Page} page
 * @param {ViewName} name
 * @param {HTMLElement} figure
 */
export function showCaption(page, name, figure) {
  const patient = shown(page.state);
  const caption = /** @type {HTMLElement} */ (figure.querySelector(".caption"));
  if (!patient) return caption.replaceChildren();
  const {scan, frame} = patient.opened;
  const voxel = toVoxel(frame, patient.cross);
  const view = VIEWS[name];
  const axis = frame.axes[view.through];
  const uptake = scan.data[indexOf(voxel, scan.shape)];
  const lines = [view.title];
  const isLarge = name === page.state.large;
  const isPlane = name !== "projection";
  if (isLarge) {
    if (isPlane) lines.push(`slice ${voxel[axis]}, of 0 to ${scan.shape[axis] - 1}`);
    lines.push(`SUV ${short(uptake)} at voxel ${voxel.join(", ")}`);
  } else if (isPlane) lines[0] += ` ${voxel[axis]}`;
  caption.replaceChildren(...lines.flatMap((line, at) => (at ? [document.createElement("br"), line] : [line])));
  const words =
    name === "projection"
      ? "Maximum-intensity projection from the front. A click goes to the hottest voxel there."
      : `${lines.join(", ")}. Enter marks a tumour at the cross-hair, arrows move it.`;
  figure.setAttribute("aria-label", words);
}

/**
 * Show all that stands beside the pictures.
 * @param {Page} page
 */
export function showPanel(page) {
  element("welcome").hidden = page.state.patient !== null || !page.state.mode.files;
  element("views").hidden = page.state.patient === null;
  document.body.classList.toggle("looking", !page.state.marking);
  for (const part of [showPatients, showMethod, showGreys, showWarnings, showLesions, showClicks, showSaving]) part(page);
}
