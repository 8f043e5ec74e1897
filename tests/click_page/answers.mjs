// Answers calls of the page's core, for Python to compare: a JSON of calls comes in, a JSON of their answers goes out.
//
// A call: {module, function, arguments, silent}; of a silent one the answer is kept for later calls only. An argument may be
// {answer: n} or {answer: n, of: key}, an earlier call's answer or a part of it; {bytes: base64, dtype}, a typed array;
// {number: text}, a number, also such as JSON has not; {noise: ...}, a stand-in for networks (see `standIn`).
import {readFileSync, writeFileSync} from "node:fs";
import {pathToFileURL} from "node:url";

const [core, from, to] = process.argv.slice(2);
const TYPES = {
  uint8: Uint8Array,
  uint16: Uint16Array,
  int32: Int32Array,
  float32: Float32Array,
  float64: Float64Array,
};
/**
 * Not of the core: what its functions are together, and what keeps answers short. `segmentClicks`: the mask of a method on all
 * slices with a click, and by slice the excess; `doubtsOf`: all that segment's check would warn of; `closest`: by slice, the
 * least distance of the excess to 0.
 */
const own = {
  segmentClicks: async (scan, grid, clicks, method, study, run) => {
    const mask = new Uint8Array(scan.data.length);
    const excess = {};
    for (const number of new Set(clicks.map(({voxel}) => voxel[grid.axes[2]]))) {
      const found = await segment.segmentSlice(scan, grid, number, clicks, method, study, run);
      grids.layPlane(mask, grid, number, found.plane);
      excess[number] = found.excess;
    }
    return {mask, excess};
  },
  doubtsOf: (scan, fitted, given, study) => [
    ...doubts.doubtsOfStudy(study),
    ...doubts.doubtsOfScan(scan, fitted),
    ...clicks.clicksInAir(given, scan, clicks.highestInAir(scan.data)),
  ],
  same: (value) => value,
  windowAroundBody: (image, size, sides) => windows.windowsAroundBody(image, size)(sides),
  voxelOfPlace: (grid, place) => grids.voxelOfPlace(grid, ...place),
  closest: (excess) =>
    Object.fromEntries(
      Object.entries(excess).map(([number, fields]) => [
        number,
        Math.min(...fields.map((field) => field.reduce((least, value) => Math.min(least, Math.abs(value)), Infinity))),
      ]),
    ),
};
const [windows, grids, segment, doubts, clicks] = await Promise.all(
  ["window", "grid", "segment", "doubts", "clicks"].map((name) => import(pathToFileURL(`${core}/${name}.js`).href)),
);
const answers = [];

/** Networks of random outputs, which still follow what they are shown: noise + 0.6 PET + 0.3 click, in float32. */
function standIn(noise) {
  return async (network, fold, input, rows, columns) => {
    const channels = input.length / (rows * columns);
    const random = given(noise[network][fold - 1]);
    const side = Math.sqrt(random.length);
    return Float32Array.from({length: rows * columns}, (_, n) => {
      const click = channels > 1 ? input[n * channels + 1] : 0;
      const at = Math.floor(n / columns) * side + (n % columns);
      return random[at] + Math.fround(0.6) * input[n * channels] + Math.fround(0.3) * click;
    });
  };
}

function given(value) {
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map(given);
  if ("answer" in value) return "of" in value ? answers[value.answer].value[value.of] : answers[value.answer].value;
  if ("number" in value) return Number(value.number.replace(/inf/, "Infinity"));
  if ("noise" in value) return standIn(value.noise);
  if ("bytes" in value) {
    const bytes = Buffer.from(value.bytes, "base64");
    return new TYPES[value.dtype](bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  }
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, given(part)]));
}

function written(value) {
  if (typeof value === "number" && !Number.isFinite(value)) return {number: String(value)};
  if (value === null || typeof value !== "object") return value;
  if (ArrayBuffer.isView(value)) {
    const dtype = Object.keys(TYPES).find((name) => value instanceof TYPES[name]);
    return {bytes: Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("base64"), dtype};
  }
  if (value instanceof Set) return written([...value]);
  if (Array.isArray(value)) return value.map(written);
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, written(part)]));
}

for (const {module, function: name, arguments: some, silent} of JSON.parse(readFileSync(from, "utf8"))) {
  const exported = module === "own.js" ? own : await import(pathToFileURL(`${core}/${module}`).href);
  const before = performance.now();
  try {
    const value = await exported[name](...some.map(given));
    answers.push({value, ms: performance.now() - before, silent});
  } catch (error) {
    if (!("problem" in error)) throw error;
    answers.push({error: {problem: error.problem, mend: error.mend, message: error.message}});
  }
}
const told = answers.map(({value, ms, silent, error}) => (error ? {error} : {value: silent ? null : written(value), ms}));
writeFileSync(to, JSON.stringify(told));
