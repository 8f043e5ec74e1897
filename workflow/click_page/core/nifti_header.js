// Mirrors what oneclick/data/nifti.py takes from nibabel: the headers of NIfTI-1 and -2 and of Analyze files, mended as it does.
// Sources: nifti1.h (Cox et al. 2004), nifti2.h, and dbh.h of Analyze 7.5.
/** @import {Geometry} from "./types.js" */
import {rotationOf} from "./affine.js";
import {UserError} from "./errors.js";

/** By a header's code: bytes a voxel, and what holds them; no holder for what is no real number. */
const TYPES = /** @type {const} */ ({
  2: [1, "Uint8Array"],
  4: [2, "Int16Array"],
  8: [4, "Int32Array"],
  16: [4, "Float32Array"],
  32: [8, "complex"],
  64: [8, "Float64Array"],
  128: [3, "colours"],
  256: [1, "Int8Array"],
  512: [2, "Uint16Array"],
  768: [4, "Uint32Array"],
  1024: [8, "BigInt64Array"],
  1280: [8, "BigUint64Array"],
  1792: [16, "complex"],
  2304: [4, "colours"],
});
const OF_ANALYZE = [2, 4, 8, 16, 32, 64, 128];
const UNITS = ["unknown", "meter", "mm", "micron"];
const HIGHEST_CODE = 5;
/** Where a header keeps what: NIfTI-1 (Analyze has some of it at the same places) and NIfTI-2. */
const ONE = {dim: 40, datatype: 70, pixdim: 76, offset: 108, slope: 112, inter: 116, codes: 252, quaternion: 256, rows: 280};
const TWO = {
  dim: 16,
  datatype: 12,
  pixdim: 104,
  offset: 168,
  slope: 176,
  inter: 184,
  codes: 344,
  quaternion: 352,
  rows: 400,
};
const UNIT_ONE = 123;
const UNIT_TWO = 500;

/** The most bytes that a header of any kind has. */
export const HEADER_BYTES = 540;

export const unreadable = () =>
  new UserError("this is not a readable NIfTI file", "export or copy it again as .nii or .nii.gz");

/**
 * @typedef {object} Header
 * @property {"analyze" | "nifti1" | "nifti2"} kind
 * @property {boolean} paired Whether its voxels are in a file of their own.
 * @property {boolean} little Byte order.
 * @property {number[]} shape Of all axes.
 * @property {number} itemsize Bytes a voxel.
 * @property {string} holder The typed array of its voxels, or "complex" or "colours".
 * @property {number} offset Of the first voxel.
 * @property {number} slope
 * @property {number} inter
 * @property {Geometry} geometry
 */

/**
 * @param {Uint8Array} bytes the first `HEADER_BYTES` of a file, or fewer
 * @returns {"analyze" | "nifti1" | "nifti2" | null}
 */
function kindOf(bytes) {
  if (bytes.length < 348) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = (/** @type {number} */ n) => view.getInt32(0, true) === n || view.getInt32(0, false) === n;
  const magic = String.fromCharCode(...bytes.subarray(344, 347));
  if ((magic === "ni1" || magic === "n+1") && bytes[347] === 0) return "nifti1";
  if (bytes.length >= HEADER_BYTES && size(540)) return "nifti2";
  return size(348) ? "analyze" : null;
}

/**
 * The affine of voxel sizes alone, its origin in the middle of the volume, the first axis to the left
 * (nibabel.volumeutils.shape_zoom_affine).
 * @param {number[]} shape
 * @param {number[]} sizes
 * @param {number[]} origin in voxels
 */
function affineOfSizes(shape, sizes, origin = shape.map((n) => (n - 1) / 2)) {
  const signed = [-sizes[0], sizes[1], sizes[2]];
  return [
    ...signed.map((size, r) => [0, 1, 2, 3].map((c) => (c === 3 ? -(origin[r] ?? 0) * size : c === r ? size : 0))),
    LAST,
  ];
}

const LAST = [0, 0, 0, 1];

/**
 * A header, mended as nibabel does it. Throws UserError on what is none.
 * @param {Uint8Array} bytes the first `HEADER_BYTES` of a file
 * @returns {Header}
 */
export function readHeader(bytes) {
  const kind = kindOf(bytes);
  if (!kind) throw unreadable();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [at, second] = kind === "nifti2" ? [TWO, true] : [ONE, false];
  const rawDim = (/** @type {boolean} */ order) =>
    second ? Number(view.getBigInt64(at.dim, order)) : view.getInt16(at.dim, order);
  const axes = rawDim(true);
  const little = axes === 0 ? view.getInt32(0, true) === (second ? 540 : 348) : axes >= 1 && axes <= 7;
  const short = (/** @type {number} */ place) => view.getInt16(place, little);
  const whole = (/** @type {number} */ place) => (second ? Number(view.getBigInt64(place, little)) : short(place));
  const code = (/** @type {number} */ place) => (second ? view.getInt32(place, little) : short(place));
  const step = second ? 8 : 2;
  const width = second ? 8 : 4;
  const real = (/** @type {number} */ place) => (second ? view.getFloat64(place, little) : view.getFloat32(place, little));
  const n = whole(at.dim);
  if (n < 0 || n > 7) throw unreadable();
  const shape = Array.from({length: n}, (_, axis) => whole(at.dim + step * (axis + 1)));
  const type = short(at.datatype);
  if (!(type in TYPES) || (kind === "analyze" && !OF_ANALYZE.includes(type))) throw unreadable();
  const [itemsize, holder] = TYPES[/** @type {keyof typeof TYPES} */ (type)];
  const pixdim = Array.from({length: 4}, (_, axis) => real(at.pixdim + width * axis));
  const sizes = pixdim.slice(1).map((size) => (size === 0 ? 1 : Math.abs(size)));
  const given = {shape, sizes, qfac: pixdim[0] === -1 ? -1 : 1, real, code, at, width, second};
  const paired = kind === "analyze" || bytes[second ? 5 : 345] === "i".charCodeAt(0);
  const offset = kind === "nifti2" ? Number(view.getBigInt64(at.offset, little)) : Math.trunc(real(at.offset));
  if (!paired && offset !== 0 && offset < (second ? 544 : 352)) throw unreadable();
  const unit = UNITS[(second ? view.getInt32(UNIT_TWO, little) : bytes[UNIT_ONE]) % 8] ?? "unknown";
  const geometry = kind === "analyze" ? analyzeGeometry(given, short) : niftiGeometry(given, unit);
  const scale = kind === "analyze" ? analyzeScale(real, view, little) : niftiScale(real(at.slope), real(at.inter));
  return {kind, paired, little, shape, itemsize, holder, offset, geometry, ...scale};
}

/**
 * @param {number} slope
 * @param {number} inter
 */
function niftiScale(slope, inter) {
  if (slope === 0 || !Number.isFinite(slope)) return {slope: 1, inter: 0};
  if (!Number.isFinite(inter)) throw unreadable();
  return {slope, inter};
}

/**
 * As SPM2 stores it.
 * @param {(place: number) => number} real
 * @param {DataView} view
 * @param {boolean} little
 */
function analyzeScale(real, view, little) {
  const [slope, inter] = [real(ONE.slope), real(ONE.inter)];
  if (Number.isFinite(slope) && slope !== 0) return {slope, inter: Number.isFinite(inter) ? inter : 0};
  const [scaledMost, scaledLeast] = [real(124), real(128)];
  const [most, least] = [view.getInt32(140, little), view.getInt32(144, little)];
  if (most === least || scaledMost === scaledLeast) return {slope: 1, inter: 0};
  const ratio = Math.fround(scaledMost - scaledLeast) / (most - least);
  return {slope: ratio, inter: scaledLeast - ratio * least};
}

/**
 * @typedef {object} Given What a header says of its geometry.
 * @property {number[]} shape
 * @property {number[]} sizes
 * @property {number} qfac
 * @property {(place: number) => number} real
 * @property {(place: number) => number} code
 * @property {typeof ONE} at
 * @property {number} width Bytes of a real number.
 * @property {boolean} second Whether it is NIfTI-2.
 */

/**
 * @param {Given} given
 * @param {(place: number) => number} short
 * @returns {Geometry}
 */
function analyzeGeometry({shape, sizes}, short) {
  const origin = [253, 255, 257].map(short);
  const within = origin.every((at, n) => at > -(shape[n] ?? 0) && at < (shape[n] ?? 0) * 2);
  const used = origin.some((at) => at !== 0) && within ? origin.map((at) => at - 1) : undefined;
  return {affine: affineOfSizes(shape.slice(0, 3), sizes, used), qform: null, sform: null, unit: null};
}

/**
 * @param {Given} given
 * @param {string} unit
 * @returns {Geometry}
 */
function niftiGeometry(given, unit) {
  const {at, real, width, code} = given;
  const codes = [0, given.second ? 4 : 2].map((after) => {
    const value = code(at.codes + after);
    return value >= 0 && value <= HIGHEST_CODE ? value : 0;
  });
  const rows = [0, 1, 2].map((r) => [0, 1, 2, 3].map((c) => real(at.rows + width * (4 * r + c))));
  /** @type {Geometry["sform"]} */
  const sform = codes[1] ? [[...rows, LAST], codes[1]] : [null, 0];
  const rotated = codes[0] ? qformAffine(given) : null;
  /** @type {Geometry["qform"]} A qform whose quaternion is none cannot be had: the file then has no such thing. */
  const qform = codes[0] ? rotated && [rotated, codes[0]] : [null, 0];
  if (!sform[0] && codes[0] && !rotated) throw unreadable();
  const affine = sform[0] ?? rotated ?? affineOfSizes(given.shape.slice(0, 3), given.sizes);
  return {affine, qform, sform, unit};
}

/**
 * @param {Given} given
 * @returns {number[][] | null} null if its quaternion is longer than 1
 */
function qformAffine({at, real, width, sizes, qfac, second}) {
  const [b, c, d, ...origin] = [0, 1, 2, 3, 4, 5].map((n) => real(at.quaternion + width * n));
  const square = 1 - (b * b + c * c + d * d);
  const least = 3 * (second ? Number.EPSILON : 2 ** -23);
  if (!(square > -least)) return null;
  const rotation = rotationOf(Math.abs(square) < least ? 0 : Math.sqrt(square), b, c, d);
  const signed = [sizes[0], sizes[1], sizes[2] * qfac];
  return [...rotation.map((row, r) => [...row.map((value, n) => value * signed[n]), origin[r]]), LAST];
}
