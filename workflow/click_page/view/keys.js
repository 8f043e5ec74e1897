// The keys: one table, from which the help is written as well.

import * as actions from "./actions.js";
import {VIEWS} from "./geometry.js";
import {shown} from "./state.js";

/** @typedef {import("./page.js").Page} Page */
/** @typedef {import("./geometry.js").ViewName} ViewName */
/** @typedef {import("./state.js").Mode} Mode */

/**
 * @typedef {object} Key
 * @property {string} name as the help says it
 * @property {string[]} keys as the browser names them, in small letters; "ctrl+" and "shift+" before them
 * @property {string} words
 * @property {(page: Page, view: ViewName, key: string) => void} act
 * @property {boolean} [always] also while a button or a list has the focus
 * @property {"files" | "masks" | "tables" | "free"} [part] of the page without which the key does nothing
 */

const ARROWS = {arrowleft: [-1, 0], arrowright: [1, 0], arrowup: [0, -1], arrowdown: [0, 1]};
const FAST = 5;

/**
 * Move the cross-hair within a view.
 * @param {Page} page
 * @param {ViewName} name
 * @param {string} key
 */
function nudge(page, name, key) {
  const patient = shown(page.state);
  if (!patient) return;
  const fast = key.startsWith("shift+") ? FAST : 1;
  const [right, down] = ARROWS[/** @type {keyof typeof ARROWS} */ (key.replace("shift+", ""))];
  const body = [...patient.cross];
  body[VIEWS[name].across] += right * fast;
  body[VIEWS[name].down] += down * fast;
  actions.moveTo(page, body, name);
}

/**
 * Make the upper end of the grey scale a tenth higher or lower.
 * @param {Page} page
 * @param {number} times
 */
function brighten(page, times) {
  const patient = shown(page.state);
  if (!patient) return;
  const {low, high} = patient.greys;
  actions.setGreys(page, {low, high: low + (high - low) * times});
}

/** @type {Record<string, Key[]>} */
export const KEYS = {
  "Look around": [
    {
      name: "Page Up, Page Down, or , and .",
      keys: ["pageup", ","],
      words: "a slice towards the head, towards the feet; in the other views towards front and back, right and left",
      act: (page, view) => actions.step(page, view, -1),
    },
    {name: "", keys: ["pagedown", "."], words: "", act: (page, view) => actions.step(page, view, 1)},
    {
      name: "Arrows",
      keys: Object.keys(ARROWS).flatMap((key) => [key, `shift+${key}`]),
      words: "move the cross-hair by a voxel, with Shift by five",
      act: nudge,
    },
    {name: "+ and −", keys: ["+", "="], words: "enlarge and shrink", act: (page) => actions.zoom(page, 1.25), always: true},
    {name: "", keys: ["-"], words: "", act: (page) => actions.zoom(page, 0.8), always: true},
    {name: "0", keys: ["0"], words: "show the whole body", act: (page) => actions.showWhole(page), always: true},
    {
      name: "1 2 3 4",
      keys: ["1", "2", "3", "4"],
      words: "enlarge the transaxial, coronal, sagittal view, the projection",
      act: (page, _, key) => page.enlarge(/** @type {ViewName} */ (Object.keys(VIEWS)[Number(key) - 1])),
      always: true,
    },
    {
      name: "P, Shift P",
      keys: ["p"],
      words: "next patient, patient before",
      part: "files",
      act: (page) => page.nextPatient(1),
      always: true,
    },
    {name: "", keys: ["shift+p"], words: "", part: "files", act: (page) => page.nextPatient(-1), always: true},
  ],
  Click: [
    {
      name: "Enter or Space",
      keys: ["enter", " "],
      words: "click on the tumour at the cross-hair",
      act: (page, view) => actions.markHere(page, view),
    },
    {
      name: "Delete",
      keys: ["delete", "backspace"],
      words: "delete the click nearest to the cross-hair on this slice",
      act: (page) => actions.removeHere(page),
    },
    {name: "Ctrl Z, or U", keys: ["ctrl+z", "u"], words: "undo", act: (page) => actions.goBack(page, "undo"), always: true},
    {
      name: "Ctrl Y",
      keys: ["ctrl+y", "ctrl+shift+z"],
      words: "redo",
      part: "free",
      act: (page) => actions.goBack(page, "redo"),
      always: true,
    },
    {
      name: "N, Shift N",
      keys: ["n"],
      words: "go to the next click, to the one before",
      act: (page) => actions.goToNext(page, 1),
      always: true,
    },
    {name: "", keys: ["shift+n"], words: "", act: (page) => actions.goToNext(page, -1), always: true},
    {
      name: "T",
      keys: ["t"],
      words: "whether a click marks a tumour or only moves the cross-hair",
      act: (page) => page.toggle("marking"),
      always: true,
    },
  ],
  "Mask and greys": [
    {name: "M", keys: ["m"], words: "mask on and off", part: "masks", act: (page) => page.toggle("maskShown"), always: true},
    {
      name: "[ and ]",
      keys: ["["],
      words: "method before, next method",
      part: "tables",
      act: (page) => page.nextMethod(-1),
      always: true,
    },
    {name: "", keys: ["]"], words: "", part: "tables", act: (page) => page.nextMethod(1), always: true},
    {
      name: "< and >",
      keys: ["<"],
      words: "less and more uptake at the high end of the grey scale",
      act: (page) => brighten(page, 1 / 1.1),
      always: true,
    },
    {name: "", keys: [">"], words: "", act: (page) => brighten(page, 1.1), always: true},
    {
      name: "W",
      keys: ["w"],
      words: "the grey scale as it was at first",
      act: (page) => actions.resetGreys(page),
      always: true,
    },
    {name: "I", keys: ["i"], words: "high uptake dark or bright", act: (page) => page.toggle("dark"), always: true},
  ],
  Files: [
    {name: "O", keys: ["o"], words: "open scans", part: "files", act: (page) => page.openFiles(), always: true},
    {
      name: "Ctrl S",
      keys: ["ctrl+s"],
      words: "save all there is",
      act: (page) => page.saveAll(),
      always: true,
    },
    {name: "H or ?", keys: ["h", "?"], words: "this help; Escape closes it", act: (page) => page.showHelp(), always: true},
  ],
};

/** What the mouse does, for the help. */
export const MOUSE = [
  ["Click", "mark a tumour; on a marker, delete it; in the projection, go to the hottest voxel there"],
  ["Drag, or Shift click", "move the cross-hair"],
  ["Wheel", "a slice towards the head, towards the feet"],
  ["Ctrl wheel", "enlarge and shrink"],
  ["Right button, drag", "grey scale: up and down its high end, left and right its low end"],
  ["Middle button, drag", "shift the picture"],
];

const BY_KEY = new Map(Object.values(KEYS).flatMap((keys) => keys.flatMap((key) => key.keys.map((name) => [name, key]))));
const TYPED = ["INPUT", "SELECT", "TEXTAREA"];

/**
 * Whether a key does something in a mode.
 * @param {Key} key
 * @param {Mode} mode
 */
const isThere = ({part}, mode) => !part || mode[part];

/**
 * Answer the keys of the whole page. What is typed into a field stays there.
 * @param {Page} page
 */
export function listen(page) {
  document.addEventListener("keydown", (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    if (event.key === "Escape") {
      if (page.helpShown()) page.showHelp(false);
      return;
    }
    const ticks = target instanceof HTMLInputElement && ["checkbox", "radio"].includes(target.type);
    const typing = TYPED.includes(target.tagName) && !ticks;
    if (event.altKey || event.isComposing) return;
    const small = event.key.toLowerCase();
    const shift = event.shiftKey && (small.length > 1 || /[a-z]/.test(small)) ? "shift+" : "";
    const name = `${event.ctrlKey || event.metaKey ? "ctrl+" : ""}${shift}${small}`;
    const key = BY_KEY.get(name);
    if (!key || !isThere(key, page.state.mode) || (typing && name !== "ctrl+s")) return;
    const control = ticks || ["BUTTON", "A"].includes(target.tagName);
    if (control && !key.always) return;
    event.preventDefault();
    const view = /** @type {ViewName | undefined} */ (target.closest?.("[data-view]")?.getAttribute("data-view"));
    key.act(page, view ?? page.state.large, name);
  });
}

/**
 * Write the help: what keys and mouse do in a mode.
 * @param {HTMLElement} into
 * @param {Mode} mode
 */
export function writeHelp(into, mode) {
  const groups = Object.entries(KEYS).map(([title, keys]) => {
    const rows = keys.filter((key) => key.name && isThere(key, mode)).map(({name, words}) => [name, words]);
    return [title, rows];
  });
  for (const [title, rows] of [["Mouse", MOUSE], ...groups]) {
    const head = document.createElement("h3");
    head.textContent = /** @type {string} */ (title);
    const table = document.createElement("table");
    for (const [name, words] of /** @type {string[][]} */ (rows)) {
      const row = table.insertRow();
      const first = document.createElement("th");
      first.scope = "row";
      first.textContent = name;
      row.append(first);
      row.insertCell().textContent = words;
    }
    into.append(head, table);
  }
}
