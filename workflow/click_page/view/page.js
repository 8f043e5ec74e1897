// What the parts of the page need of each other.

/** @import {State} from "./state.js" */
/** @import {ViewName} from "./geometry.js" */

/**
 * @typedef {object} Page
 * @property {State} state
 * @property {Storage | null} storage what the browser keeps; null where it keeps nothing
 * @property {import("../core/types.js").Run | null} run the networks; null until they are loaded
 * @property {(text: string, kind?: "busy" | "ready" | "wrong") => void} say
 * @property {() => void} draw show the state, at the next frame
 * @property {() => void} clicksChanged draw, ask the method, and keep the clicks
 * @property {() => void} openFiles
 * @property {(by: number) => void} nextPatient
 * @property {(by: number) => void} nextMethod
 * @property {(name: string) => void} setMethod
 * @property {() => void} keepAll let the browser keep what was done with the patient who is shown
 * @property {(name: ViewName) => void} enlarge
 * @property {(what: "marking" | "maskShown" | "dark" | "smooth") => void} toggle
 * @property {() => void} saveAll
 * @property {() => boolean} hasUnsaved whether something lies in no file
 * @property {() => void} alsoShow what another page than the click page shows at each frame
 * @property {(open?: boolean) => void} showHelp
 * @property {() => boolean} helpShown
 */

/**
 * An element of page.html.
 * @template {HTMLElement} [Kind=HTMLElement]
 * @param {string} id
 * @returns {Kind}
 */
export function element(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`page.html has no element ${id}`);
  return /** @type {Kind} */ (found);
}
