// What was done and when: one table, which all events go through. A reader study reads the same columns.

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./state.js").Patient} Patient */

/**
 * @typedef {object} PageEvent
 * @property {string} event slice, window, click, delete, undo; of a reader's page start, case, next, break, end; of the click page
 *   alone open, restore, redo, delete all, method, save
 * @property {number} ms since the page was opened, by a clock that only goes forward
 * @property {string} time the day's time, for the log alone
 * @property {string} page the digest of the study whose page it was; that of an earlier day may be another
 * @property {string} [view]
 * @property {number | ""} [slice] along the axis that the view looks through, as stored
 * @property {number} [i] of click and delete: as stored, between voxels, whose middles have whole numbers
 * @property {number} [j]
 * @property {number} [k]
 * @property {number} [window_low]
 * @property {number} [window_high]
 * @property {string} [detail]
 * @property {string} [reader] this and the next four of a reader's page
 * @property {number} [case]
 * @property {string} [patient]
 * @property {number} [repeat]
 * @property {number} [practice]
 */

export const COLUMNS = [
  "reader",
  "case",
  "patient",
  "repeat",
  "practice",
  "event",
  "ms",
  "view",
  "slice",
  "i",
  "j",
  "k",
  "window_low",
  "window_high",
  "page",
];

/**
 * Note an event of the patient that is shown, or of a reader. All events come here.
 * @param {State} state
 * @param {string} event
 * @param {Partial<PageEvent>} more
 */
export function note(state, event, more = {}) {
  const {patient, reading} = state;
  const events = reading?.events ?? patient?.events;
  if (!events) return;
  const {low, high} = patient?.greys ?? {low: Number.NaN, high: Number.NaN};
  const ms = Math.round(performance.now() * 10) / 10;
  const {digest: page} = reading ?? state.study;
  const time = new Date().toISOString();
  const whose = reading ? {reader: reading.reader, ...reading.now} : {};
  events.push({event, ms, time, window_low: low, window_high: high, page, ...whose, ...more});
}

/** @param {unknown} value */
function cell(value) {
  if (typeof value === "number") return Number.isFinite(value) ? String(Math.round(value * 1000) / 1000) : "";
  const text = String(value ?? "");
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * Rows of a table as CSV.
 * @param {string[]} columns
 * @param {Record<string, any>[]} rows
 */
export function csv(columns, rows) {
  return `${[columns, ...rows.map((row) => columns.map((column) => row[column]))].map((row) => row.map(cell).join(",")).join("\n")}\n`;
}

/**
 * The log of a patient: the columns of a reader study, and those that only this page fills.
 * @param {Patient} patient
 */
export function logCsv(patient) {
  const same = {patient: patient.name, repeat: 0, practice: 0};
  return csv(
    [...COLUMNS, "detail", "time"],
    patient.events.map((event) => ({...same, ...event})),
  );
}
