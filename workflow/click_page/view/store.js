// What the browser keeps, so that nothing is lost when the page is closed: clicks, name and log of each scan, never the scan.
//
// The key is the scan's digest (sha256 of its file's bytes), so that the same scan is known again under any name.

/** @typedef {import("./state.js").Patient} Patient */

const PREFIX = "oneclick-pet click page: ";
/** So many of the log, the last; browsers keep some millions of letters of a page. */
const MOST_EVENTS = 1000;

/**
 * @typedef {object} Kept
 * @property {string} name
 * @property {import("../core/types.js").Click[]} clicks
 * @property {import("../core/types.js").Click[]} saved
 * @property {import("./events.js").PageEvent[]} events
 */

/**
 * The browser's storage; null where there is none, or it takes nothing.
 * @returns {Storage | null}
 */
export function browserStorage() {
  try {
    const storage = window.localStorage;
    storage.setItem(`${PREFIX}test`, "1");
    storage.removeItem(`${PREFIX}test`);
    return storage;
  } catch {
    return null;
  }
}

/**
 * The digest of files, as hexadecimal text; "" where the browser makes none.
 * @param {Uint8Array<ArrayBuffer>[]} files their bytes
 */
export async function digestOf(files) {
  if (!globalThis.crypto?.subtle) return "";
  const digests = [];
  for (const bytes of files) digests.push(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
  // Of a pair the digest of both digests.
  const all =
    digests.length === 1
      ? digests[0]
      : new Uint8Array(await crypto.subtle.digest("SHA-256", await new Blob(digests).arrayBuffer()));
  return [...all].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * Keep what was done with a scan. Without clicks nothing is kept.
 * @param {Storage | null} storage
 * @param {Patient} patient
 * @returns {string} "" or a sentence that says what is not kept
 */
export function keep(storage, patient) {
  if (!patient.keeps) return "";
  if (!storage) return "this browser keeps nothing for the page: save your clicks before you close it";
  if (!patient.digest)
    return "this browser makes no digest of a scan, so that it keeps nothing: save your clicks before you close the page";
  const {name, clicks, saved, events} = patient;
  try {
    if (!clicks.length && !patient.before.length) {
      storage.removeItem(PREFIX + patient.digest);
      return "";
    }
    for (const some of [events.slice(-MOST_EVENTS), []]) {
      try {
        storage.setItem(PREFIX + patient.digest, JSON.stringify({name, clicks, saved, events: some}));
        return some.length || !events.length ? "" : "the browser's storage is full: it keeps the clicks, not the log";
      } catch {
        // Without the log, then.
      }
    }
  } catch {
    // Storage that was switched off meanwhile.
  }
  return "the browser's storage is full or switched off: save your clicks before you close the page";
}

/**
 * What was kept of a scan; null if nothing, or what is there cannot be read.
 * @param {Storage | null} storage
 * @param {string} digest
 * @param {number[]} shape of the scan
 * @returns {Kept | null}
 */
export function kept(storage, digest, shape) {
  if (!storage || !digest) return null;
  try {
    const found = JSON.parse(storage.getItem(PREFIX + digest) ?? "null");
    if (!found || typeof found.name !== "string" || !Array.isArray(found.events)) return null;
    const good = [found.clicks, found.saved].every(
      (clicks) => Array.isArray(clicks) && clicks.every((click) => isClick(click, shape)),
    );
    return good ? found : null;
  } catch {
    return null;
  }
}

/**
 * @param {any} click
 * @param {number[]} shape
 */
function isClick(click, shape) {
  const inside = (/** @type {unknown} */ index, /** @type {number} */ axis) =>
    Number.isInteger(index) && Number(index) >= 0 && Number(index) < shape[axis];
  return (
    typeof click?.kind === "string" && Array.isArray(click.voxel) && click.voxel.length === 3 && click.voxel.every(inside)
  );
}

/**
 * The keys of all scans of which something is kept.
 * @param {Storage | null} storage
 */
export function allKept(storage) {
  try {
    return Object.keys(storage ?? {}).filter((key) => key.startsWith(PREFIX));
  } catch {
    return [];
  }
}

/**
 * Forget all scans. Of those that are open nothing is kept until the next click.
 * @param {Storage | null} storage
 * @param {Patient[]} patients
 */
export function forgetAll(storage, patients) {
  for (const key of allKept(storage)) storage?.removeItem(key);
  for (const patient of patients) patient.keeps = false;
}
