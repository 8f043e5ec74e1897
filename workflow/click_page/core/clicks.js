// Mirrors oneclick/clicks/files.py: clicks as tables hold them, and those that lie in air.
/** @import {Click, Doubt, Scan, Voxel} from "./types.js" */
import {toVoxels} from "./affine.js";
import {UserError} from "./errors.js";
import {cell} from "./measured.js";
import {percentileOfPositive} from "./percentiles.js";
import {tablePoints} from "./tables.js";
import {indexOf} from "./volume.js";
import {general, rint, shown} from "./words.js";

const AIR = 0.05;
const MOST_PROBLEMS = 5;
const NAMED = 3;

/** @param {number[]} voxel */
const placeInWords = (voxel) => `(${voxel.map((index) => general(index, 10)).join(", ")})`;

/**
 * Clicks as the table that `segment` reads: patient, i, j, k.
 * @param {string} patient
 * @param {Click[]} clicks
 * @returns {string}
 */
export function clicksCsv(patient, clicks) {
  const lines = clicks.map(({voxel}) => [cell(patient), ...voxel].join(","));
  return ["patient,i,j,k", ...lines, ""].join("\n");
}

/**
 * Three finite numbers, or what is wrong with them.
 * @param {(number | string)[]} values
 * @param {boolean} whole
 * @returns {number[] | string}
 */
function numbers(values, whole) {
  for (const value of values) {
    if (typeof value === "string" || !(Math.abs(value) < 1e300)) {
      return `has the coordinate ${shown(value)}, which is not a finite number`;
    }
    if (whole && value !== Math.trunc(value)) return `has the voxel index ${shown(value)}, which is not a whole number`;
  }
  return values.map(Number);
}

/**
 * The clicks of one patient from a table (.csv) with the columns patient and either i, j, k (voxels from 0) or x, y, z (mm, RAS),
 * in the table's order and each voxel once, and notes on what was left out. Throws UserError with a sentence a problem.
 * @param {string} text
 * @param {string} patient
 * @param {Pick<Scan, "affine" | "shape">} scan
 * @returns {{clicks: Click[], notes: string[]}}
 */
export function readClicksCsv(text, patient, scan) {
  if (!text.trim()) throw new UserError("the file is empty", "save or copy it again");
  const {points, problems} = tablePoints(text.replace(/^\ufeff/, ""), patient);
  if (!points.length && !problems.length) {
    problems.push(["there is no click for this patient", "add a click on each tumour"]);
  }
  /** @type {Map<string, {click: Click, where: string}>} */
  const found = new Map();
  const notes = [];
  for (const {where, values, system} of points) {
    const given = numbers(values, system === "voxel");
    if (typeof given === "string") {
      const comma = values.some((value) => typeof value === "string" && value.includes(","));
      problems.push([`${where} ${given}`, comma ? "write a decimal point" : "mend it or delete the click"]);
      continue;
    }
    const position = system === "voxel" ? given : toVoxels(scan.affine, given).map(rint);
    if (!position.every((index, axis) => index >= 0 && index < scan.shape[axis])) {
      const volume = scan.shape.join(" x ");
      const system_ = system === "voxel" ? "that voxels count from 0" : `whether its mm are ${system}`;
      problems.push([
        `${where} lies at voxel ${placeInWords(position)}, outside the volume of ${volume} voxels`,
        `check that the clicks are of this scan, and ${system_}`,
      ]);
      continue;
    }
    const voxel = /** @type {Voxel} */ (position.map((index) => index + 0)); // -0 becomes 0
    const earlier = found.get(voxel.join());
    if (earlier) {
      notes.push(`${where} lies on voxel ${placeInWords(voxel)} as ${earlier.where} does and is counted once`);
    } else {
      found.set(voxel.join(), {click: {voxel, kind: "tumour"}, where});
    }
  }
  if (problems.length) throw ofProblems(problems);
  return {clicks: [...found.values()].map(({click}) => click), notes};
}

/**
 * @param {[string, string][]} problems
 */
function ofProblems(problems) {
  const more = problems.length - MOST_PROBLEMS;
  const said = more > 1 ? problems.slice(0, MOST_PROBLEMS) : problems;
  if (more > 1) said.push([`there are ${more} more problems`, "mend these first, for they may be of one kind"]);
  const lines = said.map(([wrong, mend]) => `${wrong}; ${mend}`);
  const error = new UserError(said[0][0], said[0][1]);
  error.message = lines.join("\n");
  return error;
}

/**
 * Up to where the voxels of a PET are air: 5 % of the 99th percentile of its positive voxels. It takes a look at all voxels: ask
 * once a scan.
 * @param {Float32Array} data
 */
export function highestInAir(data) {
  return AIR * percentileOfPositive(data, 99);
}

/**
 * A doubt if clicks lie in air: their voxels and the 26 around each are all at or below `air`.
 * @param {Click[]} clicks
 * @param {Scan} scan
 * @param {number} air of `highestInAir`
 * @returns {Doubt[]}
 */
export function clicksInAir(clicks, scan, air) {
  const named = [];
  for (const [n, {voxel, name}] of clicks.entries()) {
    const most = hottestAround(voxel, scan);
    if (most > Math.fround(air)) continue; // as numpy compares float32 with a float
    const called = name ? ` (${shown(name)})` : "";
    named.push(`click ${n + 1}${called} at voxel ${placeInWords(voxel)}, at most ${general(most, 3)} around it`);
  }
  if (!named.length) return [];
  const verb = named.length === 1 ? "lies" : "lie";
  const more = named.length > NAMED ? `; and ${named.length - NAMED} more` : "";
  const wrong = `${named.length} of ${clicks.length} clicks ${verb} in air, which is up to ${general(air, 3)}`;
  const mend = "move them onto the tumour, and check that they are of this scan";
  return [{problem: `${wrong} (${named.slice(0, NAMED).join("; ")}${more})`, mend}];
}

/**
 * @param {Voxel} voxel
 * @param {Scan} scan
 */
function hottestAround(voxel, {data, shape}) {
  let most = Number.NEGATIVE_INFINITY;
  const [i, j, k] = voxel.map((at, axis) => [Math.max(at - 1, 0), Math.min(at + 1, shape[axis] - 1)]);
  for (let c = k[0]; c <= k[1]; c++) {
    for (let b = j[0]; b <= j[1]; b++) {
      for (let a = i[0]; a <= i[1]; a++) most = Math.max(most, data[indexOf([a, b, c], shape)]);
    }
  }
  return most;
}
