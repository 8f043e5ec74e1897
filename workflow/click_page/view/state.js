// What the page knows: one plain object, which all other modules are given.

/** @import {Click, Doubt, Grid, Lesion, Scan, Study} from "../core/types.js" */
/** @import {PageEvent} from "./events.js" */
/** @import {Frame, Look, Triple, ViewName} from "./geometry.js" */
/** @import {Greys} from "./greys.js" */
import {newReading} from "./reading.js";

/**
 * @typedef {object} Answer what a method found of the clicks
 * @property {string} method
 * @property {Click[]} clicks
 * @property {Uint8Array} mask on the voxels of the scan as stored
 * @property {Uint8Array} shadow of the mask from the front, as the projection shows it
 * @property {Lesion[]} table a row a lesion, as `segment` writes it
 * @property {Doubt[]} doubts
 * @property {number[]} lesionOf the number of the lesion that each click lies on, 0 if on none
 */

/**
 * @typedef {object} Opened a scan that is in memory, and how it is looked at
 * @property {Scan} scan
 * @property {Grid} grid as core/fields.js fits it to the study
 * @property {Frame} frame
 * @property {{values: Float32Array, depth: Uint16Array}} projection
 * @property {number} air up to which uptake is air
 * @property {Greys} usual the grey scale that a scan is shown in first
 * @property {Look} wholeLook
 * @property {Doubt[]} doubts of the scan itself
 * @property {string[]} notes what was done in reading the scan, and in fitting it to the networks
 */

/**
 * @typedef {object} Patient a scan, and what was done with it
 * @property {string} name
 * @property {string} path of its file, as it was chosen or dropped
 * @property {File[]} files one, or a pair of header and image
 * @property {string} digest sha256 of the files' bytes, "" while it is not known
 * @property {Opened | null} opened null while another patient is shown, so that memory holds one scan
 * @property {Greys} greys
 * @property {Look} look
 * @property {Triple} cross body voxel of the cross-hair
 * @property {PlacedClick[]} clicks never changed in place
 * @property {PlacedClick[][]} before earlier clicks, for undo
 * @property {PlacedClick[][]} after clicks that were undone, for redo
 * @property {PlacedClick[]} saved the clicks that lie in a file
 * @property {boolean} keeps whether the browser may keep what was done; no longer once that was forgotten, until the next click
 * @property {Map<string, Uint8Array>} planes what methods found on slices, by method, slice and its clicks
 * @property {Answer | null} answer
 * @property {PageEvent[]} events
 */

/** @typedef {Click & {at?: Triple}} PlacedClick `at`: the place between voxels that was clicked; a file's clicks have none */

/** @typedef {Patient & {opened: Opened}} Shown the patient whose scan is in memory */

/** @typedef {Study & {method: string, digest: string, code: any, reading?: import("./reading.js").ReadersPage}} PageStudy */

/**
 * @typedef {object} Mode which parts of the page are there, so that a reader study can hide them
 * @property {string} name
 * @property {boolean} files whether scans can be opened
 * @property {boolean} masks whether a method's masks are shown
 * @property {boolean} tables whether methods can be chosen, and lesions are measured
 * @property {boolean} free whether redo, delete all and clicks of a file are there, for which a reader study has no events
 * @property {boolean} saving whether mask, lesions, clicks and log of a patient can be saved
 * @property {boolean} reading whether it is a reader's page, of a reader study
 */

/** @type {Mode} */
export const CLICK_PAGE = {
  name: "click page",
  files: true,
  masks: true,
  tables: true,
  free: true,
  saving: true,
  reading: false,
};
/** @type {Mode} */
export const READING = {
  name: "reader study",
  files: false,
  masks: false,
  tables: false,
  free: false,
  saving: false,
  reading: true,
};
/** @type {Mode} */
export const ANSWERED_READING = {...READING, masks: true};

/**
 * @typedef {object} State
 * @property {Mode} mode
 * @property {PageStudy} study what the page knows of the finished study
 * @property {Patient[]} patients
 * @property {Patient | null} patient the one that is shown
 * @property {string} method
 * @property {boolean} maskShown
 * @property {boolean} smooth
 * @property {boolean} dark whether high uptake is drawn dark
 * @property {ViewName} large the view in the large place
 * @property {string[]} problems with the files that were opened last
 * @property {string} keeping what the browser does not keep, or ""
 * @property {boolean} marking whether a click marks a tumour, or only moves the cross-hair
 * @property {import("./reading.js").Reading | null} reading of a reader's page
 */

/**
 * @param {PageStudy} study
 * @param {Mode} mode
 * @returns {State}
 */
export function newState(study, mode) {
  return {
    mode,
    study,
    patients: [],
    patient: null,
    method: study.method,
    maskShown: true,
    smooth: true,
    dark: false,
    large: "transaxial",
    problems: [],
    keeping: "",
    marking: true,
    reading: study.reading ? newReading(study.reading) : null,
  };
}

/**
 * The patient who is shown; null if there is none, or the scan is still read.
 * @param {State} state
 * @returns {Shown | null}
 */
export const shown = (state) => (state.patient?.opened ? /** @type {Shown} */ (state.patient) : null);
