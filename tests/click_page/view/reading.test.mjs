// A reader's way: where events lead, and what comes between cases.
import assert from "node:assert/strict";
import {test} from "node:test";
import {caseInWords, newReading, pauseAfter, pauseInWords, standing} from "../../../workflow/click_page/view/reading.js";
import {keepReading, keptOf, readingCsv} from "../../../workflow/click_page/view/reading_store.js";

const click = (i, j, k) => ({event: "click", i, j, k});
const cases = ["P5", "P1", "P2", "P1"].map((patient, at) => ({case: at, patient, repeat: Number(at === 3), practice: Number(!at)}));
const page = {reader: "R1", digest: "abc", scans: "def", instruction: "Click.", clicks: "slice", break_after: 2, cases};

/** A browser's storage that takes so many letters. */
function storage(most = Number.POSITIVE_INFINITY) {
  const held = new Map();
  return {
    held,
    getItem: (key) => held.get(key) ?? null,
    setItem(key, value) {
      if (value.length > most) throw new Error("QuotaExceededError");
      held.set(key, value);
    },
  };
}

test("clicks stand after undo and delete as the study counts them", () => {
  const {clicks, before, done} = standing([
    {event: "start"},
    {event: "case"},
    click(1, 1, 1),
    click(2.4, 2.6, 2),
    {event: "delete", i: 1.004, j: 1, k: 1},
    {event: "undo"},
    click(3, 3, 3),
    {event: "undo"},
    {event: "start"},
    {event: "case"},
  ]);
  assert.equal(done, 0);
  assert.deepEqual(clicks.map(({voxel}) => voxel), [[1, 1, 1], [2, 3, 2]]);
  assert.deepEqual(clicks[1].at, [2.4, 2.6, 2]);
  // what undo brings back next
  assert.deepEqual(before.map((some) => some.length), [0, 1]);
});

test("the next case begins without clicks, and the end is known", () => {
  const events = [click(1, 1, 1), {event: "next"}];
  assert.deepEqual(standing(events), {done: 1, ended: false, clicks: [], before: []});
  assert.equal(standing([...events, {event: "end"}]).ended, true);
});

test("practice, breaks and the end come where they belong", () => {
  assert.deepEqual([1, 2, 3, 4].map((done) => pauseAfter(page, done)), ["counting", null, "break", "end"]);
  assert.equal(pauseAfter({...page, break_after: null}, 3), null);
  // without practice the first case counts
  const counting = {...page, break_after: 1, cases: cases.slice(1)};
  assert.deepEqual([1, 2, 3].map((done) => pauseAfter(counting, done)), ["break", "break", "end"]);
});

test("cases are named by their number alone", () => {
  assert.deepEqual(cases.map((of) => caseInWords(page, of)), ["Practice case", "Case 1 of 3", "Case 2 of 3", "Case 3 of 3"]);
  for (const pause of ["first", "again", "counting", "break", "end"]) {
    const {title, words, button} = pauseInWords({...newReading(page), pause});
    assert.ok(!/P[125]/.test([title, ...words, button].join(" ")), pause);
  }
});

test("a browser keeps all events, and gives them back as they were", () => {
  const [kept, reading] = [storage(), newReading(page)];
  for (let n = 0; n < 250; n++) {
    reading.events.push({
      event: "click", ms: n + 0.5, page: "abc", reader: "R1", case: 1, patient: "1e3", repeat: 0, practice: 0,
      view: "coronal", slice: 0, i: -0.25, j: 2, k: n, window_low: 0, window_high: 8,
    });
    if (n % 7 === 0 || n === 249) assert.equal(keepReading(kept, reading), "");
  }
  const {events} = keptOf(kept, newReading(page));
  assert.equal(readingCsv({events}), readingCsv(reading));
  assert.equal(events[249].patient, "1e3");
  assert.deepEqual(standing(events).clicks.length, 250);
  // another reader, other cases, other scans
  for (const other of [{reader: "R2"}, {digest: "x"}, {scans: "x"}])
    assert.equal(keptOf(kept, newReading({...page, ...other})).events.length, 0);
});

test("what a browser cannot keep is said", () => {
  const reading = newReading(page);
  reading.events.push({event: "start", ms: 1, page: "abc"});
  assert.match(keepReading(storage(20), reading), /save your file/);
  assert.equal(reading.kept, 0);
});
