// Clicks that come and go, and what the browser keeps of them.
import assert from "node:assert/strict";
import {test} from "node:test";
import * as clicking from "../../../workflow/click_page/view/clicking.js";
import {allKept, digestOf, forgetAll, keep, kept} from "../../../workflow/click_page/view/store.js";

const newPatient = (more = {}) => ({name: "P07", digest: "d", clicks: [], before: [], after: [], saved: [], events: [], keeps: true, ...more});
const voxels = (patient) => patient.clicks.map(({voxel}) => voxel.join());

test("each step is undone and done again, and a new click ends what can be done again", () => {
  const patient = newPatient();
  assert.ok(clicking.addClick(patient, [1, 2, 3], [1.4, 2, 3]));
  assert.ok(clicking.addClick(patient, [4, 6, 6], [4, 5.6, 6]));
  assert.ok(!clicking.addClick(patient, [1, 2, 3], [0.6, 2.2, 2.8]));
  assert.deepEqual(voxels(patient), ["1,2,3", "4,6,6"]);
  assert.deepEqual(patient.clicks[0].at, [1.4, 2, 3]);
  clicking.deleteClick(patient, patient.clicks[0]);
  assert.deepEqual(voxels(patient), ["4,6,6"]);
  assert.deepEqual(clicking.undo(patient).voxel, [1, 2, 3]);
  assert.deepEqual(voxels(patient), ["1,2,3", "4,6,6"]);
  assert.deepEqual(clicking.undo(patient).voxel, [4, 6, 6]);
  assert.deepEqual(clicking.redo(patient).voxel, [4, 6, 6]);
  assert.deepEqual(clicking.redo(patient).voxel, [1, 2, 3]);
  assert.deepEqual(voxels(patient), ["4,6,6"]);
  clicking.undo(patient);
  clicking.addClick(patient, [0, 0, 0], [0, 0, 0]);
  assert.equal(clicking.redo(patient), null);
  clicking.deleteAll(patient);
  assert.deepEqual(voxels(patient), []);
  clicking.undo(patient);
  assert.equal(patient.clicks.length, 3);
});

test("clicks of a file are added but those that are there", () => {
  const patient = newPatient();
  clicking.addClick(patient, [1, 1, 1], [1, 1, 1]);
  const given = [[1, 1, 1], [2, 2, 2]].map((voxel) => ({voxel, kind: "tumour"}));
  assert.equal(clicking.addClicks(patient, given), 1);
  assert.deepEqual(voxels(patient), ["1,1,1", "2,2,2"]);
});

/** A browser's storage that takes so many letters. */
function storageOf(most = Number.POSITIVE_INFINITY) {
  const storage = {};
  const hidden = (name, value) => Object.defineProperty(storage, name, {value, enumerable: false});
  hidden("getItem", (key) => storage[key] ?? null);
  hidden("removeItem", (key) => delete storage[key]);
  hidden("setItem", (key, value) => {
    if (value.length > most) throw new Error("QuotaExceededError");
    storage[key] = value;
  });
  return storage;
}

test("clicks come back for the same scan alone, and nothing is left once they are forgotten", () => {
  const storage = storageOf();
  const patient = newPatient({events: [{event: "open", ms: 1}]});
  clicking.addClick(patient, [1, 2, 3], [1, 2, 3]);
  assert.equal(keep(storage, patient), "");
  const back = kept(storage, "d", [4, 4, 4]);
  assert.equal(back.name, "P07");
  assert.deepEqual(back.clicks, patient.clicks);
  assert.deepEqual(back.events, patient.events);
  assert.equal(kept(storage, "other", [4, 4, 4]), null);
  // Another scan than the one whose digest this was, or a storage that someone changed.
  assert.equal(kept(storage, "d", [4, 4, 3]), null);
  storage[allKept(storage)[0]] = "{";
  assert.equal(kept(storage, "d", [4, 4, 4]), null);
  storage.other = "another page's";
  forgetAll(storage, [patient]);
  assert.deepEqual(Object.keys(storage), ["other"]);
  // What was forgotten does not come back when the page is left, but with the next click.
  assert.equal(keep(storage, patient), "");
  assert.deepEqual(Object.keys(storage), ["other"]);
  clicking.addClick(patient, [2, 2, 2], [2, 2, 2]);
  keep(storage, patient);
  assert.equal(kept(storage, "d", [4, 4, 4]).clicks.length, 2);
});

test("a scan that was only looked at leaves nothing", () => {
  const storage = storageOf();
  assert.equal(keep(storage, newPatient({events: [{event: "open", ms: 1}]})), "");
  assert.deepEqual(Object.keys(storage), []);
});

test("where there is too little room, clicks go before the log, and it is said", () => {
  const events = Array.from({length: 100}, () => ({event: "slice", ms: 1}));
  const patient = newPatient({events});
  clicking.addClick(patient, [1, 2, 3], [1, 2, 3]);
  const storage = storageOf(300);
  assert.match(keep(storage, patient), /full: it keeps the clicks, not the log$/);
  assert.equal(kept(storage, "d", [4, 4, 4]).clicks.length, 1);
  assert.match(keep(storageOf(10), patient), /save your clicks before you close the page$/);
  assert.match(keep(null, patient), /keeps nothing/);
});

test("the digest is sha256 of a file's bytes, and of a pair that of both digests", async () => {
  const abc = new TextEncoder().encode("abc");
  // FIPS 180-4, example of one block
  const known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
  assert.equal(await digestOf([abc]), known);
  assert.notEqual(await digestOf([abc, abc]), known);
  assert.notEqual(await digestOf([abc, new Uint8Array(1)]), await digestOf([new Uint8Array(1), abc]));
});
