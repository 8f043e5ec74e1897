// Mirrors oneclick/clicks/tables.py and Cells of oneclick/common/given_tables.py: tables of clicks as people write them.
import {shown} from "./words.js";

const VOXELS = ["i", "j", "k"];
const MILLIMETRES = ["x", "y", "z"];
const COLUMNS_MEND = "name the columns patient, i, j, k (voxels from 0) or patient, x, y, z (mm, RAS) in the first line";
const COMMAS_MEND = "write decimal points, or save it with semicolons between the cells";
const NUMBER = /^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$/;

/**
 * @typedef {object} Points What a table has of one patient.
 * @property {{where: string, values: (number | string)[], system: "voxel" | "RAS"}[]} points
 * @property {[string, string][]} problems Each with its mend.
 */

/** What is no CSV. */
class NoTable extends Error {
  /**
   * @param {number} line
   * @param {string} wrong
   */
  constructor(line, wrong) {
    super(`line ${line} is not readable as CSV (${wrong})`);
  }
}

/**
 * A row's cells from its characters; quotes hold separators and line ends.
 * @param {string} text
 * @param {string} separator
 * @returns {{line: number, cells: string[]}[]} `line`: the last that the row takes
 */
function rowsOf(text, separator) {
  const rows = [];
  /** @type {string[]} */
  let cells = [];
  let [cell, quoted, closed, line, begun] = ["", false, false, 1, false];
  const end = () => {
    cells.push(cell);
    [cell, closed, begun] = ["", false, false];
  };
  for (let at = 0; at < text.length; at++) {
    const sign = text[at];
    const isEnd = sign === "\n" || sign === "\r";
    if (isEnd && sign === "\r" && text[at + 1] === "\n") continue;
    if (quoted) {
      if (sign === '"' && text[at + 1] === '"') {
        cell += '"';
        at++;
      } else if (sign === '"') {
        [quoted, closed] = [false, true];
      } else {
        cell += sign;
        if (isEnd) line++;
      }
    } else if (isEnd) {
      if (begun || cells.length) end();
      rows.push({line, cells});
      cells = [];
      line++;
    } else if (sign === separator) {
      end();
    } else if (closed) {
      throw new NoTable(line, `'${separator}' expected after '"'`);
    } else if (sign === '"' && !begun) {
      [quoted, begun] = [true, true];
    } else if (!(sign === " " && !begun && separator !== "\t")) {
      cell += sign;
      begun = true;
    }
  }
  if (quoted) throw new NoTable(/[\r\n]$/.test(text) ? line - 1 : line, "unexpected end of data");
  if (begun || cells.length) {
    end();
    rows.push({line, cells});
  }
  return rows;
}

/**
 * @param {string} text
 * @returns {{separator: string, header: string[], lines: {where: string, cells: string[]}[]}}
 */
function readCells(text) {
  const first = text
    .replace(/^[\r\n]+/, "")
    .split("\n")[0]
    .replace(/\r+$/, "");
  const told = /^sep=(.)$/i.exec(first);
  const outside = first.replace(/"[^"]*"/g, "");
  const count = (/** @type {string} */ sign) => outside.split(sign).length - 1;
  const separator = told ? told[1] : [",", ";", "\t"].reduce((best, sign) => (count(sign) > count(best) ? sign : best));
  const lines = rowsOf(text, separator)
    .map(({line, cells}) => ({where: `line ${line}`, cells: cells.map((cell) => cell.trim())}))
    .filter(({cells}) => cells.some(Boolean));
  if (told) lines.shift();
  const header = (lines.shift()?.cells ?? []).map((name) => name.toLowerCase());
  while (header.length && !header[header.length - 1]) header.pop();
  return {separator, header, lines};
}

/**
 * The problem of a line whose cells are not as many as the columns.
 * @param {string} where
 * @param {string[]} cells
 * @param {number} columns
 * @param {string} separator
 * @returns {[string, string] | null}
 */
function misfit(where, cells, columns, separator) {
  const n = cells.length;
  if (n >= columns && !cells.slice(columns).some(Boolean)) return null;
  const wrong = `${where} has ${n} cell${n === 1 ? "" : "s"} for ${columns} columns`;
  const more = n > columns && separator === ",";
  return [wrong, more ? COMMAS_MEND : "fill it up, delete what is too much, or delete the line"];
}

/**
 * What a table has of one patient.
 * @param {string} text
 * @param {string} patient
 * @returns {Points}
 */
export function tablePoints(text, patient) {
  try {
    return pointsOf(readCells(text), patient);
  } catch (error) {
    if (!(error instanceof NoTable)) throw error;
    return {points: [], problems: [[error.message, "save the table again"]]};
  }
}

/**
 * @param {ReturnType<typeof readCells>} table
 * @param {string} patient
 * @returns {Points}
 */
function pointsOf({separator, header, lines}, patient) {
  const given = [VOXELS, MILLIMETRES].filter((axes) => axes.every((axis) => header.includes(axis)));
  if (given.length === 2) {
    const wrong = "it has both the columns i, j, k and x, y, z";
    return {points: [], problems: [[wrong, "delete those that you do not mean"]]};
  }
  const axes = given[0] ?? VOXELS;
  for (const [wrong, n] of /** @type {[string, number][]} */ ([
    ["no column is", 0],
    ["two columns are", 2],
  ])) {
    const named = ["patient", ...axes].filter(
      (column) => Math.min(header.filter((name) => name === column).length, 2) === n,
    );
    if (named.length) return {points: [], problems: [[`${wrong} named ${named.join(", ")}`, COLUMNS_MEND]]};
  }
  /** @type {[string, string][]} */
  const problems = [];
  /** @type {Map<string, string[]>} */
  const mine = new Map();
  /** @type {Set<string>} */
  const others = new Set();
  for (const {where, cells} of lines) {
    const wrong = cells
      .join(",")
      .split(/[,;\t]/)
      .includes(patient)
      ? misfit(where, cells, header.length, separator)
      : null;
    const name = cells[header.indexOf("patient")];
    if (wrong) problems.push(wrong);
    else if (!name) problems.push([`${where} names no patient`, "fill in the patient or delete the line"]);
    else if (name !== patient) others.add(name);
    else
      mine.set(
        where,
        axes.map((axis) => cells[header.indexOf(axis)] ?? ""),
      );
  }
  if (!mine.size && !problems.length && others.size) {
    const named = [...others].slice(0, 5).map(shown).join(", ") + (others.size > 5 ? ", ..." : "");
    problems.push([`no line is for this patient, only for ${named}`, "mend the names or add the clicks"]);
  }
  const mixed = separator === "," ? null : withPoints(mine);
  if (mixed) return {points: [], problems: [...problems, mixed]};
  const points = [...mine].map(([where, cells]) => ({where, values: cells.map(cellValue), system: systemOf(axes)}));
  return {points, problems};
}

/**
 * @param {string[]} axes
 * @returns {"voxel" | "RAS"}
 */
const systemOf = (axes) => (axes === VOXELS ? "voxel" : "RAS");

/** @param {string} cell */
const cellValue = (cell) => (NUMBER.test(cell) ? Number(cell) : cell);

/**
 * Write decimal points in the place of decimal commas, or give the problem if numbers have both: 1.234 may then be a thousand.
 * @param {Map<string, string[]>} lines
 * @returns {[string, string] | null}
 */
function withPoints(lines) {
  const having = (/** @type {string} */ sign) =>
    [...lines].filter(([, cells]) => cells.some((cell) => cell.includes(sign))).map(([where]) => where);
  const [points, commas] = [having("."), having(",")];
  if (points.length && commas.length) {
    const wrong = `${points[0]} has points in its numbers and ${commas[0]} has commas`;
    return [wrong, "write all numbers with a decimal point, or all with a decimal comma, and nothing between thousands"];
  }
  for (const where of commas) {
    const cells = /** @type {string[]} */ (lines.get(where));
    lines.set(
      where,
      cells.map((cell) => (cell.split(",").length === 2 ? cell.replace(",", ".") : cell)),
    );
  }
  return null;
}
