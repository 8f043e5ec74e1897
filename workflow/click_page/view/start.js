// Starts the page in a mode: puts its parts together, and loads the networks.
/** @import {Page} from "./page.js" */
/** @import {ViewName} from "./geometry.js" */
/** @import {Mode, PageStudy} from "./state.js" */
import {ask} from "./answers.js";
import {listenToControls, listenToFiles} from "./controls.js";
import {note} from "./events.js";
import {placeOf, toBody, VIEWS} from "./geometry.js";
import {listen, writeHelp} from "./keys.js";
import {element} from "./page.js";
import {showCaption, showPanel} from "./panel.js";
import {show} from "./patients.js";
import {draw} from "./pictures.js";
import {attach} from "./pointer.js";
import {isUnsaved, save} from "./saving.js";
import {newState, shown} from "./state.js";
import {browserStorage, keep} from "./store.js";

const NAMES = /** @type {ViewName[]} */ (Object.keys(VIEWS));
const TALL = 1.3;
/** The parts of page.html that are not there in each mode. */
const PARTS = /** @type {const} */ (["files", "masks", "tables", "free", "saving", "reading"]);

/**
 * @param {PageStudy} study
 * @param {Mode} mode
 * @returns {Page}
 */
function newPage(study, mode) {
  const state = newState(study, mode);
  let waiting = false;
  /** @type {Page} */
  const page = {
    state,
    storage: browserStorage(),
    run: null,
    say(text, kind = "ready") {
      element("status").textContent = text;
      document.body.dataset.state = kind;
    },
    draw() {
      if (waiting) return;
      waiting = true;
      requestAnimationFrame(() => {
        waiting = false;
        showAll(page);
      });
    },
    clicksChanged() {
      page.keepAll();
      page.draw();
      ask(page);
    },
    keepAll() {
      if (state.patient?.digest) state.keeping = keep(page.storage, state.patient);
    },
    openFiles() {
      element("files").click();
    },
    nextPatient(by) {
      const n = state.patients.length;
      if (!n) return;
      const at = state.patient ? state.patients.indexOf(state.patient) : -by;
      if (n > 1 || !state.patient) show(page, state.patients[(at + by + n) % n]);
    },
    nextMethod(by) {
      const names = Object.keys(study.methods);
      page.setMethod(names[(names.indexOf(state.method) + by + names.length) % names.length]);
    },
    setMethod(name) {
      if (!state.mode.masks || name === state.method) return;
      state.method = name;
      note(state, "method", {detail: name});
      page.clicksChanged();
    },
    enlarge(name) {
      state.large = name;
      page.draw();
      /** @type {HTMLElement} */ (document.querySelector(`[data-view=${name}]`)).focus();
    },
    toggle(what) {
      state[what] = !state[what];
      if (what === "maskShown") page.say(state.maskShown ? "The mask is shown." : "The mask is hidden.");
      if (what === "marking") page.say(state.marking ? "A click marks a tumour." : "A click only moves the cross-hair.");
      page.draw();
    },
    saveAll() {
      if (state.mode.saving) save(page, ["mask", "lesions", "clicks", "log"]);
    },
    hasUnsaved: () => state.patients.some(isUnsaved),
    alsoShow() {},
    showHelp(open = !page.helpShown()) {
      element("help").hidden = !open;
      element("help-button").setAttribute("aria-expanded", String(open));
      if (open) /** @type {HTMLElement} */ (document.querySelector("#help h2")).focus();
      else element("help-button").focus();
    },
    helpShown: () => !element("help").hidden,
  };
  return page;
}

/**
 * Show the state: the pictures, and all beside them.
 * @param {Page} page
 */
function showAll(page) {
  showPanel(page);
  page.alsoShow();
  const patient = shown(page.state);
  const views = element("views");
  if (patient) {
    const [x, , z] = patient.opened.wholeLook.extent;
    views.classList.toggle("tall", z > TALL * x);
  }
  for (const name of NAMES) {
    const figure = /** @type {HTMLElement} */ (views.querySelector(`[data-view=${name}]`));
    figure.classList.toggle("large", page.state.large === name);
    showCaption(page, name, figure);
  }
  // After the layout is done: a canvas has as many pixels as its place.
  for (const name of NAMES)
    draw(page.state, name, /** @type {HTMLCanvasElement} */ (views.querySelector(`[data-view=${name}] canvas`)));
}

/**
 * Where a voxel is drawn in a view, in pixels of the window; null without a scan.
 * @param {Page} page
 * @param {import("./geometry.js").Triple} voxel as stored
 * @param {ViewName} name
 */
function whereIs(page, voxel, name = "transaxial") {
  const patient = shown(page.state);
  const canvas = document.querySelector(`[data-view=${name}] canvas`);
  if (!patient || !canvas) return null;
  const box = canvas.getBoundingClientRect();
  const place = placeOf(patient.opened.frame, VIEWS[name], patient.look, box.width, box.height);
  const body = toBody(patient.opened.frame, voxel);
  return [box.left + place.x0 + body[VIEWS[name].across] * place.dx, box.top + place.y0 + body[VIEWS[name].down] * place.dy];
}

/**
 * Start, and say so on the document: data-ready is "no" until a click would be answered at once.
 * @param {Mode} mode
 * @param {((study: PageStudy) => Promise<import("../core/types.js").Run>) | null} [load] the networks; null for a page without
 * @param {(page: Page) => void} [begin] what the mode does beside all that
 */
export async function start(mode, load = null, begin = () => {}) {
  const {dataset} = document.documentElement;
  dataset.ready = "no";
  const study = /** @type {PageStudy} */ (JSON.parse(element("study").textContent ?? "{}"));
  const page = newPage(study, mode);
  element("study-name").textContent = [mode.name, study.name].filter(Boolean).join(" · ");
  for (const part of PARTS) {
    for (const section of document.querySelectorAll(`[data-part=${part}]`)) section.toggleAttribute("hidden", !mode[part]);
  }
  const method = /** @type {HTMLSelectElement} */ (element("method"));
  for (const name of Object.keys(study.methods)) method.add(new Option(name, name));
  for (const name of NAMES) {
    const figure = /** @type {HTMLElement} */ (document.querySelector(`[data-view=${name}]`));
    // Keys move the cross-hair in the view that has the focus.
    figure.tabIndex = 0;
    attach(page, name, /** @type {HTMLCanvasElement} */ (figure.querySelector("canvas")));
    const button = /** @type {HTMLButtonElement} */ (figure.querySelector(".enlarge"));
    button.textContent = "⤢";
    button.title = `Enlarge: ${VIEWS[name].title} (${NAMES.indexOf(name) + 1})`;
    button.setAttribute("aria-label", button.title);
    button.addEventListener("click", () => page.enlarge(name));
  }
  writeHelp(/** @type {HTMLElement} */ (document.querySelector("#help > div")), mode);
  listen(page);
  listenToControls(page);
  if (mode.files) listenToFiles(page);
  new ResizeObserver(() => page.draw()).observe(element("views"));
  addEventListener("beforeunload", (event) => {
    page.keepAll();
    if (page.hasUnsaved()) event.preventDefault();
  });
  // A defect of the page is said, not hidden in the console.
  addEventListener("error", (event) => page.say(`The page has a defect: ${event.message}`, "wrong"));
  addEventListener("unhandledrejection", (event) =>
    page.say(`The page has a defect: ${event.reason?.message ?? event.reason}`, "wrong"),
  );
  begin(page);
  page.draw();
  // For a look from the browser's console, and for tests, which click where a voxel is drawn.
  Object.assign(globalThis, {clickPage: {state: page.state, whereIs: whereIs.bind(null, page)}});
  if (!load) {
    page.say("Ready.");
    dataset.ready = "yes";
    return;
  }
  page.say("Loading the networks.", "busy");
  try {
    page.run = await load(study);
    dataset.ready = "yes";
    if (page.state.patient) page.clicksChanged();
    else page.say(mode.files ? "Ready: open a scan." : "Ready.");
  } catch (error) {
    page.say(`The networks cannot be used: ${error instanceof Error ? error.message : error}`, "wrong");
  }
}
