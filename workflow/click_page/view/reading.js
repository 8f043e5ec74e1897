// A reader's way through the cases (oneclick/readers/events.py): where the events so far have led. It knows no document.

/** @import {PageEvent} from "./events.js" */
/** @import {PlacedClick} from "./state.js" */
/** @import {Triple} from "./geometry.js" */

/** @typedef {{case: number, patient: string, repeat: number, practice: number}} Case case: from 1, 0 of practice */

/**
 * @typedef {object} ReadersPage what the page knows of a reader study (oneclick/readers/cases.py, cases_of_reader)
 * @property {string} reader
 * @property {string} digest of all that readers get to see; each event says it
 * @property {string} scans digest of the scans in the page
 * @property {string} instruction
 * @property {"slice" | "lesion"} clicks
 * @property {boolean} show_answer
 * @property {number | null} break_after
 * @property {Case[]} cases in the reader's order
 */

/**
 * @typedef {"first" | "again" | "counting" | "break" | "end" | "elsewhere"} Pause what is shown between cases: before the first
 *   one; when the page is opened again; after practice; in a break; at the end; while another window goes on
 *
 * @typedef {ReadersPage & {events: PageEvent[], now: Case | null, pause: Pause | null, saved: number, kept: number}} Reading
 *   a reading as it is now. now: the case in sight; saved, kept: how many events lie in a file, and in the browser's storage
 */

/**
 * @param {ReadersPage} page
 * @returns {Reading}
 */
export const newReading = (page) => ({...page, events: [], now: null, pause: null, saved: 0, kept: 0});

/** Voxels by which the place of a delete may differ from its click's, as digits are cut. */
const SAME = 0.01;

/**
 * Where a reader stands after some events: how many cases are done, whether the end was said, and of the case that comes next
 * the clicks that stand and those before each step.
 * @param {PageEvent[]} events
 */
export function standing(events) {
  let [done, ended] = [0, false];
  /** @type {PlacedClick[]} */
  let clicks = [];
  /** @type {PlacedClick[][]} */
  let before = [];
  for (const {event, i, j, k} of events) {
    if (event === "next") [done, clicks, before] = [done + 1, [], []];
    if (event === "end") ended = true;
    if (event === "undo") clicks = before.pop() ?? [];
    if (event !== "click" && event !== "delete") continue;
    const at = /** @type {Triple} */ ([i, j, k].map(Number));
    before.push(clicks);
    clicks =
      event === "click"
        ? [...clicks, {voxel: /** @type {Triple} */ (at.map(Math.round)), kind: "tumour", at}]
        : clicks.filter((click) => click.at?.some((index, axis) => Math.abs(index - at[axis]) > SAME));
  }
  return {done, ended, clicks, before};
}

/**
 * What comes after a case that was just done; null: the next case at once.
 * @param {ReadersPage} page
 * @param {number} done how many cases are done, practice too
 * @returns {Pause | null}
 */
export function pauseAfter({cases, break_after: most}, done) {
  if (done >= cases.length) return "end";
  const last = cases[done - 1];
  if (last.practice) return "counting";
  return most && last.case % most === 0 ? "break" : null;
}

/**
 * How many cases count.
 * @param {ReadersPage} page
 */
export const counted = ({cases}) => cases.filter(({practice}) => !practice).length;

/**
 * A case as the reader is told of it: by its number, never by the patient.
 * @param {ReadersPage} page
 * @param {Case} of
 */
export const caseInWords = (page, of) => (of.practice ? "Practice case" : `Case ${of.case} of ${counted(page)}`);

/**
 * What is said between cases: a title, paragraphs, and what the button says, "" without one.
 * @param {Reading} reading
 * @returns {{title: string, words: string[], button: string}}
 */
export function pauseInWords(reading) {
  const {reader, cases, events} = reading;
  const {done, ended, clicks} = standing(events);
  const next = cases[done];
  const n = counted(reading);
  const read = cases.slice(0, done).filter(({practice}) => !practice).length;
  const file = fileOf(reading);
  const goOn = next ? `Go on with ${caseInWords(reading, next).replace(/^[CP]/, (letter) => letter.toLowerCase())}` : "";
  const far = read ? `${read} of ${n} case${n > 1 ? "s" : ""} ${read === 1 ? "is" : "are"} read. ` : "";
  const made = clicks.length;
  const here = made ? ` Your ${made > 1 ? `${made} clicks in this case are` : "click in this case is"} kept.` : "";
  if (reading.pause === "elsewhere")
    return {title: "This reading goes on in another window", words: ["Close this window."], button: ""};
  if (ended)
    return {
      title: "That was the last case. Thank you",
      words: [
        `Save ${file} and send it back to those who gave you this page. Your browser puts it among its downloads.`,
        "It holds your clicks, what you looked at, and times. It holds no image.",
      ],
      button: "",
    };
  if (reading.pause === "first")
    return {
      title: `Reader ${reader}`,
      words: [
        `There ${n > 1 ? `are ${n} cases` : "is 1 case"}, one after the other.${next.practice ? " Before them comes a case for practice, which does not count." : ""} You cannot go back to a case.`,
        "Find tumours with the wheel. A click marks one, a click on the mark takes it away. If you see no tumour, say so. Help shows all keys.",
        "This page notes your clicks, the slices and grey scales that you look at, and the time. It sends nothing. The clock stops in breaks.",
        `You can close the page and go on later in this browser. At the end you save one small file, ${file}, and send it back.`,
      ],
      button: next.practice ? "Start with the practice case" : "Start",
    };
  if (reading.pause === "again")
    return {title: "Welcome back", words: [`${far}You go on where you were.${here}`], button: goOn};
  if (reading.pause === "counting")
    return {
      title: "Practice is over",
      words: [`From now on each case counts. There ${n > 1 ? `are ${n}` : "is 1"}.`],
      button: goOn,
    };
  return {title: "A break", words: [`${far}The clock is stopped. Take your time.${here}`], button: goOn};
}

/** @param {ReadersPage} page */
export const fileOf = ({reader}) => `${reader}.csv`;
