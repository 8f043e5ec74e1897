// Mirrors oneclick/data/nifti.py: PET volumes of NIfTI and Analyze files, read with every doubt raised.
/** @import {Geometry, Scan, Voxel} from "./types.js" */
/** @import {Header} from "./nifti_header.js" */
import {determinant, voxelSizes} from "./affine.js";
import {UserError} from "./errors.js";
import {tilt} from "./grid.js";
import {isGzip, unpacked} from "./gzip.js";
import {HEADER_BYTES, readHeader, unreadable} from "./nifti_header.js";
import {general} from "./words.js";

const MOST_BYTES = 2 ** 32;
const [SMALLEST_VOXEL, LARGEST_VOXEL] = [1e-3, 1e3];
const MOST_TILT = 30;
const MOST_GZIPPED = 1100;
const [MOST_PACKED, HARMLESS] = [100, 2 ** 28];
const MOST_HEADER = 2 ** 26;
const [MOST_VOXELS, LONGEST_AXIS] = [2 ** 30, 4096];
const [LEAST_PET_VOXEL, MOST_PET] = [0.1, 10_000];
const HOLDERS = {
  Uint8Array,
  Int8Array,
  Uint16Array,
  Int16Array,
  Uint32Array,
  Int32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
};

/** @param {number[]} numbers */
const times = (numbers) => numbers.map((number) => general(number, 3)).join(" x ");
const damaged = () => new UserError("the file is cut short or damaged", "copy or export it again");

/**
 * The PET of a NIfTI or Analyze file in the file's own unit. Throws UserError with the words of Python's read_nifti_pet if it
 * cannot be used.
 * @param {Uint8Array} bytes a .nii or .hdr file, packed or not
 * @param {Uint8Array | null} imageBytes the .img file of a pair, packed or not
 * @returns {Promise<Scan>}
 */
export async function readNifti(bytes, imageBytes = null) {
  for (const file of imageBytes ? [bytes, imageBytes] : [bytes]) {
    if (!file.length) throw new UserError("the file is empty (0 bytes)", "copy or export it again");
  }
  if (String.fromCharCode(...bytes.subarray(128, 132)) === "DICM") {
    throw new UserError("this is a DICOM file, not NIfTI", "give the folder that its slices are in");
  }
  const first = unpacked(bytes);
  const beginning = await first.take(HEADER_BYTES);
  const header = readHeader(beginning);
  if (header.paired && !imageBytes) {
    first.close();
    if (header.kind === "analyze" && beginning.length > 352) throw unreadable();
    throw new UserError("this is the header of a pair of files", "open both, .hdr and .img, at once");
  }
  const shape = checked(header);
  checkSize(header, imageBytes ? [bytes, imageBytes] : [bytes]);
  if (imageBytes) first.close();
  const source = imageBytes ? unpacked(imageBytes) : first;
  const before = imageBytes ? 0 : beginning.length;
  const size = header.itemsize * shape[0] * shape[1] * shape[2];
  const stored = await voxelBytes(source, beginning, header.offset, size, before);
  source.close();
  const data = scaled(stored, header);
  checkFinite(data);
  const scan = {shape, data, affine: header.geometry.affine, header: header.geometry, notes: notesOf(header)};
  checkPatient(scan);
  return scan;
}

/**
 * The bytes of the voxels.
 * @param {ReturnType<typeof unpacked>} source
 * @param {Uint8Array} beginning what was taken of it already, if `before` is not 0
 * @param {number} offset
 * @param {number} size
 * @param {number} before
 */
async function voxelBytes(source, beginning, offset, size, before) {
  const known = before ? beginning.subarray(offset) : new Uint8Array(0);
  if (offset > before) await source.take(offset - before);
  if (!known.length) {
    const all = await source.take(size);
    if (all.length < size) throw damaged();
    return all;
  }
  const all = new Uint8Array(size);
  all.set(known.subarray(0, size));
  const rest = await source.take(Math.max(size - known.length, 0));
  if (known.length + rest.length < size) throw damaged();
  all.set(rest, Math.min(known.length, size));
  return all;
}

/**
 * The three sides of a scan. Throws UserError if its header cannot be one's.
 * @param {Header} header
 * @returns {Voxel}
 */
function checked({holder, geometry, shape: all}) {
  if (holder === "complex") throw new UserError("the voxels are complex numbers", "export one real number a voxel");
  if (holder === "colours") {
    throw new UserError("the voxels are colours or other records", "export one real number a voxel");
  }
  const unit = geometry.unit ?? "unknown";
  if (unit !== "mm" && unit !== "unknown") {
    throw new UserError(`the header's unit of length is ${unit}`, "export the scan in mm");
  }
  if (!placesVoxels(geometry.affine)) {
    throw new UserError("the affine gives voxels no place or size", "export the scan again");
  }
  const shape = all.length === 4 && all[3] === 1 ? all.slice(0, 3) : all;
  const words = shape.join(" x ");
  if (shape.length !== 3) {
    const mend = "give one 3-D volume, e.g. one frame of a dynamic scan";
    throw new UserError(`the image has ${shape.length} axes (${words})`, mend);
  }
  if (Math.min(...shape) < 1 || Math.max(...shape) > LONGEST_AXIS || shape[0] * shape[1] * shape[2] > MOST_VOXELS) {
    throw new UserError(`the header claims ${words} voxels`, "the header is damaged: export the scan again");
  }
  return [shape[0], shape[1], shape[2]];
}

/**
 * Whether an affine is finite, with voxels of a believable size along three axes that do not lie in one plane.
 * @param {number[][]} affine
 */
function placesVoxels(affine) {
  if (!affine.flat().every(Number.isFinite)) return false;
  const sizes = voxelSizes(affine);
  const within = Math.min(...sizes) > SMALLEST_VOXEL && Math.max(...sizes) < LARGEST_VOXEL;
  return within && Math.abs(determinant(affine.map((row) => sizes.map((size, c) => row[c] / size)))) > 0.1;
}

/**
 * Throws UserError if a header claims more bytes than its files can hold, before memory is taken.
 * @param {Header} header
 * @param {Uint8Array[]} files
 */
function checkSize({shape, itemsize, offset}, files) {
  const held = files.reduce((sum, file) => sum + file.length, 0);
  const packed = files.some(isGzip);
  const claimed = shape.reduce((product, n) => product * n, itemsize);
  if (offset < 0 || offset > MOST_HEADER || claimed > held * (packed ? MOST_GZIPPED : 1)) throw damaged();
  if (claimed > MOST_BYTES || claimed > Math.max(held * (packed ? MOST_PACKED : 1), HARMLESS)) {
    const [megabytes, claims] = [held, claimed].map((n) => general(n / 1e6, 3));
    const wrong = `the file of ${megabytes} MB claims to hold ${claims} MB of voxels`;
    throw new UserError(wrong, "copy or export it again");
  }
}

/**
 * Turn the bytes of each voxel around.
 * @param {Uint8Array} bytes
 * @param {number} itemsize
 */
function swap(bytes, itemsize) {
  for (let at = 0; at < bytes.length; at += itemsize) {
    for (let low = at, high = at + itemsize - 1; low < high; low++, high--) {
      const byte = bytes[low];
      bytes[low] = bytes[high];
      bytes[high] = byte;
    }
  }
}

/**
 * The voxels as float32, slope and intercept applied in float64.
 * @param {Uint8Array} bytes in memory of their own; changed
 * @param {Header} header
 * @returns {Float32Array}
 */
function scaled(bytes, {holder, itemsize, little, slope, inter}) {
  const here = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
  if (little !== here && itemsize > 1) swap(bytes, itemsize);
  const Holder = HOLDERS[/** @type {keyof typeof HOLDERS} */ (holder)];
  const stored = new Holder(/** @type {ArrayBuffer} */ (bytes.buffer), bytes.byteOffset, bytes.length / itemsize);
  const asIs = slope === 1 && inter === 0;
  if (asIs && stored instanceof Float32Array) return stored;
  const data = new Float32Array(stored.length);
  if (stored instanceof BigInt64Array || stored instanceof BigUint64Array) {
    for (let n = 0; n < data.length; n++) data[n] = Number(stored[n]) * slope + inter;
  } else if (asIs) {
    data.set(stored);
  } else {
    for (let n = 0; n < data.length; n++) data[n] = stored[n] * slope + inter;
  }
  return data;
}

/** @param {Float32Array} data */
function checkFinite(data) {
  let bad = 0;
  for (let n = 0; n < data.length; n++) if (!(Math.abs(data[n]) < Number.POSITIVE_INFINITY)) bad++;
  if (!bad) return;
  const are = bad === 1 ? "voxel is" : "voxels are";
  throw new UserError(`${bad} ${are} NaN or infinite`, "replace them, or leave the patient out");
}

/**
 * Throws UserError if no patient is as small or large as a scan (of_a_patient of oneclick/data/volume.py).
 * @param {{shape: Voxel, affine: number[][], header: Geometry}} scan
 */
function checkPatient({shape, affine, header}) {
  const voxel = voxelSizes(affine);
  const extent = voxel.map((size, n) => size * shape[n]);
  if (Math.min(...voxel) >= LEAST_PET_VOXEL && Math.max(...extent) <= MOST_PET) return;
  let wrong = `voxels of ${times(voxel)} mm make a scan of ${times(extent)} mm, which is no patient`;
  if (header.unit === "unknown") wrong += ", and the header names no unit";
  throw new UserError(wrong, "export the scan in mm (its numbers may be metres, cm or micrometres)");
}

/**
 * What is doubtful about an image's orientation.
 * @param {Header} header
 */
function notesOf({kind, geometry}) {
  const notes = [];
  if (kind === "analyze") {
    notes.push("Analyze files do not say which side is left: the first axis is taken to run to the patient's left");
  }
  const degrees = tilt(geometry.affine);
  if (degrees > MOST_TILT) notes.push(`slices are tilted by ${degrees.toFixed(0)} degrees against transaxial ones`);
  return notes;
}
