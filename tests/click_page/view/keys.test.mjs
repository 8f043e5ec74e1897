// The keys: each has one meaning, and the page for physicians names all of them.
import assert from "node:assert/strict";
import {readFileSync} from "node:fs";
import {test} from "node:test";
import {KEYS, MOUSE} from "../../../workflow/click_page/view/keys.js";

const all = Object.values(KEYS).flat();

test("no key has two meanings", () => {
  const keys = all.flatMap((key) => key.keys);
  assert.deepEqual(keys.filter((key, at) => keys.indexOf(key) !== at), []);
  assert.ok(keys.length > 30);
});

test("each key is written as the browser names it", () => {
  for (const key of all.flatMap((key) => key.keys)) assert.match(key, /^(ctrl\+)?(shift\+)?([a-z]+|[^A-Z])$/);
});

test("the page for physicians has all keys and what the mouse does", () => {
  const text = readFileSync(new URL("../../../docs/how-to/click-page.md", import.meta.url), "utf-8");
  const [mouse, keys] = text.split("## Mouse and keys")[1].split("## Methods")[0].split("| key |");
  for (const [name] of MOUSE) assert.ok(mouse.toLowerCase().includes(`| ${name.toLowerCase()} |`), name);
  const cells = keys.split("\n").map((line) => line.split("|")[1] ?? "").join(" ");
  for (const {name} of all.filter((key) => key.name)) {
    for (const sign of name.split(/, or |, Shift \w|, | or | and | /).filter(Boolean)) assert.ok(cells.toLowerCase().includes(sign.toLowerCase()), `${sign} of ${name}`);
  }
});
