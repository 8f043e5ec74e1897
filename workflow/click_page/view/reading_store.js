// What the browser keeps of a reading, so that nothing is lost when the page is closed: its events, some in each entry, so
// that an event writes little.

/** @import {PageEvent} from "./events.js" */
/** @import {Reading} from "./reading.js" */
import {COLUMNS, csv} from "./events.js";

const TOGETHER = 100;
const TEXTS = ["reader", "patient", "event", "view", "page"];

/**
 * How the keys of a reading begin: of this reader, these cases and these scans.
 * @param {Reading} reading
 */
export const keyOf = ({reader, digest, scans}) => `oneclick-pet reading: ${digest} ${scans} ${reader} `;

/**
 * The events of a reading as the reader's file has them.
 * @param {Reading} reading
 */
export const readingCsv = (reading) => csv(COLUMNS, reading.events);

/**
 * Keep the events that are not kept yet.
 * @param {Storage | null} storage
 * @param {Reading} reading
 * @returns {string} "" or a sentence that says that they are not
 */
export function keepReading(storage, reading) {
  if (!storage || reading.pause === "elsewhere") return "";
  const {events, kept} = reading;
  try {
    for (let first = kept - (kept % TOGETHER); first < events.length && kept < events.length; first += TOGETHER) {
      storage.setItem(`${keyOf(reading)}${first}`, csv(COLUMNS, events.slice(first, first + TOGETHER)));
    }
    storage.setItem(`${keyOf(reading)}saved`, String(reading.saved));
    reading.kept = events.length;
    return "";
  } catch {
    return "the browser's storage is full or switched off: save your file before you close the page";
  }
}

/**
 * The events that were kept of a reading, and how many of them lie in a file.
 * @param {Storage | null} storage
 * @param {Reading} reading
 * @returns {{events: PageEvent[], saved: number}}
 */
export function keptOf(storage, reading) {
  /** @type {PageEvent[]} */
  const events = [];
  for (let first = 0; ; first += TOGETHER) {
    const text = storage?.getItem(`${keyOf(reading)}${first}`);
    if (!text) return {events, saved: Number(storage?.getItem(`${keyOf(reading)}saved`) ?? 0)};
    for (const line of text.trimEnd().split("\n").slice(1)) {
      // No name, code or digest holds a comma.
      const cells = line.split(",").map((cell, at) => [COLUMNS[at], cell]);
      const filled = cells.filter(([, cell]) => cell !== "");
      const event = Object.fromEntries(filled.map(([name, cell]) => [name, TEXTS.includes(name) ? cell : Number(cell)]));
      events.push(/** @type {PageEvent} */ (/** @type {unknown} */ (event)));
    }
  }
}
