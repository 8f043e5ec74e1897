// The log: what a reader study reads of it.
import assert from "node:assert/strict";
import {test} from "node:test";
import {COLUMNS, csv, logCsv, note} from "../../../workflow/click_page/view/events.js";

test("the log has the columns of a reader study, and the scale that was in sight", () => {
  const patient = {name: "P07", greys: {low: 0, high: 8}, events: []};
  const state = {patient, study: {digest: "abc"}};
  note(state, "slice", {view: "transaxial", slice: 3});
  note(state, "click", {view: "coronal", slice: 5, i: 1.23456, j: 2, k: 3});
  const [head, slice, click] = logCsv(patient).trim().split("\n").map((line) => line.split(","));
  assert.deepEqual(head.slice(0, COLUMNS.length), COLUMNS);
  const of = (line) => Object.fromEntries(head.map((name, at) => [name, line[at]]));
  const {ms, time, ...rest} = of(click);
  assert.deepEqual(rest, {
    reader: "", case: "", patient: "P07", repeat: "0", practice: "0", event: "click", view: "coronal", slice: "5",
    i: "1.235", j: "2", k: "3", window_low: "0", window_high: "8", page: "abc", detail: "",
  });
  assert.ok(Number(ms) >= Number(of(slice).ms));
  assert.ok(!Number.isNaN(Date.parse(time)));
});

test("cells that hold separators stand between quotes", () => {
  assert.equal(csv(["a", "b"], [{a: 'x,"y"', b: undefined}]), 'a,b\n"x,""y""",\n');
});
