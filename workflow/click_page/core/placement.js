// Mirrors oneclick/data/placement.py: whether a scan's header can lay it into the body as it says.
/** @import {Doubt, Geometry, Scan, Voxel} from "./types.js" */
import {toMm, voxelSizes} from "./affine.js";
import {transaxial} from "./grid.js";
import {general} from "./words.js";

const ENOUGH = 1000;
const [SMALL_VOXEL, LARGE_VOXEL] = [0.5, 20];
const [SMALL_SCAN, LARGE_SCAN] = [50, 2500];
const SQUARE = 0.05;
const NARROW = 2;
const APART = 0.5;
const NAMES = ["first", "second", "third"];

/** @param {number[]} numbers */
const times = (numbers) => numbers.map((number) => general(number, 3)).join(" x ");

/**
 * What is doubtful about where a PET's header lays it: sizes of voxels and scan, no stored orientation, the axis of its slices,
 * pixels that are not square, two affines that disagree.
 * @param {Scan} scan
 * @returns {Doubt[]}
 */
export function placeDoubts({shape, affine, header}) {
  const found = sizeDoubts(shape, voxelSizes(affine));
  if (!header.qform && !header.sform) return [...found, ...sliceDoubts(shape, affine, true)];
  const stored = [header.qform, header.sform].some((form) => form !== null && form[1] > 0);
  return [...found, ...sliceDoubts(shape, affine, stored), ...formDoubts(header, shape)];
}

/**
 * @param {Voxel} shape
 * @param {number[]} voxel mm
 * @returns {Doubt[]}
 */
function sizeDoubts(shape, voxel) {
  if (shape[0] * shape[1] * shape[2] < ENOUGH) return [];
  const extent = voxel.map((mm, axis) => mm * shape[axis]);
  const mend = "see whether the header's numbers are mm, and export the scan again";
  if (Math.max(...extent) < SMALL_SCAN || Math.max(...extent) > LARGE_SCAN) {
    return [{problem: `the whole scan measures ${times(extent)} mm`, mend}];
  }
  if (Math.min(...voxel) < SMALL_VOXEL || Math.max(...voxel) > LARGE_VOXEL) {
    return [{problem: `the scan's voxels measure ${times(voxel)} mm`, mend}];
  }
  return [];
}

/**
 * Whether slices lie along the axis that the affine says, or along another along which planes are square.
 * @param {Voxel} shape
 * @param {number[][]} affine
 * @param {boolean} stored whether the file holds an orientation at all
 * @returns {Doubt[]}
 */
function sliceDoubts(shape, affine, stored) {
  const voxel = voxelSizes(affine);
  const [row, column, number] = transaxial(affine).axes;
  const isSquare = (/** @type {number} */ a, /** @type {number} */ b) =>
    shape[a] === shape[b] && shape[a] > 1 && Math.abs(voxel[a] - voxel[b]) <= SQUARE * voxel[a];
  const plane = [row, column].map((axis) => voxel[axis] * shape[axis]).sort((a, b) => a - b);
  const other = [row, column].find((axis) => {
    const [a, b] = [0, 1, 2].filter((one) => one !== axis);
    const doubted = !stored || Math.abs(voxel[axis] - voxel[number]) > SQUARE * voxel[axis] || plane[1] > NARROW * plane[0];
    return isSquare(a, b) && !isSquare(row, column) && doubted;
  });
  const elsewhere =
    other === undefined
      ? ""
      : `planes are square across the ${NAMES[other]} axis (${times(shape)} voxels), as if slices lay along it`;
  if (!stored) {
    const taken = "the first axis is taken to run to the patient's left, the second to the front, the third to the head";
    const problem = `the header stores no orientation (qform and sform code 0): ${taken}${elsewhere && `, but ${elsewhere}`}`;
    return [{problem, mend: "look at the pictures, or export the scan with its orientation"}];
  }
  if (elsewhere) {
    const problem = `the header has slices along the ${NAMES[number]} axis, but ${elsewhere}`;
    return [{problem, mend: "look at the pictures, and export the scan with its orientation if they are not transaxial"}];
  }
  if (Math.abs(voxel[row] - voxel[column]) > SQUARE * Math.max(voxel[row], voxel[column])) {
    const problem = `the pixels of transaxial slices are not square: ${times([voxel[row], voxel[column]])} mm`;
    return [{problem, mend: "see whether the header's voxel sizes and axes are right"}];
  }
  return [];
}

/**
 * Whether the two affines of a NIfTI file say the same.
 * @param {Geometry} geometry
 * @param {Voxel} shape
 * @returns {Doubt[]}
 */
function formDoubts({affine, qform, sform}, shape) {
  if (!qform?.[0] || !sform?.[0]) return [];
  const [mine, others] = [qform[0], sform[0]];
  let apart = 0;
  for (let corner = 0; corner < 8; corner++) {
    const voxel = shape.map((n, axis) => ((corner >> axis) % 2 ? n - 1 : 0));
    const [a, b] = [toMm(mine, voxel), toMm(others, voxel)];
    apart = Math.max(apart, Math.sqrt(a.reduce((sum, mm, n) => sum + (mm - b[n]) ** 2, 0)));
  }
  const smallest = Math.min(...voxelSizes(affine));
  if (apart <= APART * smallest) return [];
  const numbers = `${general(apart, 3)} mm apart (${general(apart / smallest, 3)} voxels)`;
  return [
    {
      problem: `the header's sform, which is used, and its qform lie ${numbers}`,
      mend: "see which is right, for masks and clicks set in a viewer may follow the other, and make the two the same",
    },
  ];
}
