// Mirrors oneclick/segment/measured.py: what was segmented, in numbers and in words.
/** @import {Click, Grid, Lesion, Scan} from "./types.js" */
import {planeOf} from "./grid.js";
import {COLUMNS} from "./lesions.js";
import {indexOf} from "./volume.js";
import {counted, floatText, general, rounded} from "./words.js";

const NAMED = 3;
const COUNTS = ["lesion", "n_voxels", "n_clicks"];

/**
 * @param {string[]} names
 * @param {string} sign
 */
function some(names, sign = ", ") {
  const more = names.length > NAMED ? `${sign}and ${names.length - NAMED} more` : "";
  return names.slice(0, NAMED).join(sign) + more;
}

/**
 * @param {number} n
 * @param {unknown[]} found
 * @param {string} kind
 * @param {[string, string]} verbs
 */
const of = (n, found, kind, verbs) => `${found.length} of ${counted(n, kind)} ${verbs[found.length === 1 ? 0 : 1]}`;

/**
 * The numbers of empty slices without a click between two clicked ones whose masks lie one over the other, so that the tumour goes
 * on there.
 * @param {Int32Array} lesions their numbers (`numberLesions`)
 * @param {number[]} clicked the numbers of the slices with a click, ascending
 * @param {Grid} grid
 */
function skipped(lesions, clicked, grid) {
  /** @type {number[]} */
  const found = [];
  const plane = (/** @type {number} */ number) => planeOf(lesions, grid, number);
  const isEmpty = (/** @type {number} */ number) => !plane(number).some((lesion) => lesion > 0);
  const segmented = clicked.filter((number) => !isEmpty(number));
  for (const [n, after] of segmented.slice(1).entries()) {
    const [lower, upper] = [plane(segmented[n]), plane(after)];
    if (!lower.some((lesion, at) => lesion > 0 && upper[at] > 0)) continue;
    for (let number = segmented[n] + 1; number < after; number++) {
      if (!clicked.includes(number) && isEmpty(number)) found.push(number);
    }
  }
  return found;
}

/**
 * What the user should look at, in words, "" if nothing: slices with a click on which nothing is segmented, slices without a click
 * that the tumour is on, clicks that lie on no lesion, and lesions without a click; and each of them.
 * @param {Click[]} clicks
 * @param {Int32Array} lesions their numbers (`numberLesions`)
 * @param {Lesion[]} table of `lesionTable`
 * @param {Scan} scan
 * @param {Grid} grid
 * @returns {{words: string, empty: number[], beside: Click[], unclicked: Lesion[]}}
 */
export function remarks(clicks, lesions, table, scan, grid) {
  const at = (/** @type {Click} */ {voxel}) => indexOf(voxel, scan.shape);
  const clicked = [...new Set(clicks.map(({voxel}) => voxel[grid.axes[2]]))].sort((a, b) => a - b);
  const empty = clicked.filter((number) => !planeOf(lesions, grid, number).some((lesion) => lesion > 0));
  const beside = clicks.filter((click) => !lesions[at(click)]);
  const unclicked = table.filter((row) => !row.n_clicks);
  const words = [];
  if (empty.length) {
    words.push(`${of(clicked.length, empty, "clicked slice", ["is", "are"])} empty (${some(empty.map(String))})`);
  }
  const gaps = skipped(lesions, clicked, grid);
  if (gaps.length) {
    const between = `${counted(gaps.length, "slice")} between clicked ones ${gaps.length === 1 ? "is" : "are"} empty`;
    words.push(`${between}, though the tumour goes on there (${some(gaps.map(String))}): click them too`);
  }
  if (beside.length) {
    const named = beside.map((click) => `SUV ${general(scan.data[at(click)], 3)} at voxel (${click.voxel.join(", ")})`);
    words.push(`${of(clicks.length, beside, "click", ["lies", "lie"])} on no lesion (${some(named, "; ")})`);
  }
  if (unclicked.length) {
    const named = unclicked.map((row) => `SUV up to ${general(row.suv_max, 3)} in lesion ${row.lesion}`);
    words.push(`${of(table.length, unclicked, "lesion", ["holds", "hold"])} no click (${some(named, "; ")})`);
  }
  return {words: words.join(", "), empty, beside, unclicked};
}

/**
 * The lesions of methods as segment's lesions.csv has them: patient, method and the columns of the table, with three digits after
 * the point, one for centroids.
 * @param {string} patient
 * @param {Record<string, Lesion[]>} tables by method
 * @returns {string}
 */
export function lesionsCsv(patient, tables) {
  const lines = [["patient", "method", ...COLUMNS].join(",")];
  for (const [method, table] of Object.entries(tables)) {
    for (const row of table) {
      const cells = COLUMNS.map((column) => {
        if (COUNTS.includes(column)) return String(row[column]);
        return floatText(rounded(row[column], column.startsWith("centroid") ? 1 : 3));
      });
      lines.push([cell(patient), cell(method), ...cells].join(","));
    }
  }
  return `${lines.join("\n")}\n`;
}

/**
 * A text as a cell between commas.
 * @param {string} text
 */
export function cell(text) {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
