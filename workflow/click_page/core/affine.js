// Mirrors what oneclick/data/grid.py and oneclick/data/nifti.py take from nibabel: affines, quaternions, io_orientation.

/**
 * The length of a voxel along each stored axis, in mm (nibabel.affines.voxel_sizes).
 * @param {number[][]} affine (4, 4)
 * @returns {[number, number, number]}
 */
export function voxelSizes(affine) {
  const [a, b, c] = affine;
  const size = (/** @type {number} */ n) => Math.sqrt(a[n] * a[n] + b[n] * b[n] + c[n] * c[n]);
  return [size(0), size(1), size(2)];
}

/**
 * The determinant of the upper left 3 x 3.
 * @param {number[][]} m
 */
export function determinant(m) {
  const minor = (/** @type {number} */ p, /** @type {number} */ q) => m[1][p] * m[2][q] - m[1][q] * m[2][p];
  return m[0][0] * minor(1, 2) - m[0][1] * minor(0, 2) + m[0][2] * minor(0, 1);
}

/**
 * The inverse of the upper left 3 x 3.
 * @param {number[][]} m
 * @returns {number[][]} (3, 3)
 */
export function inverse(m) {
  const det = determinant(m);
  return [0, 1, 2].map((r) =>
    [0, 1, 2].map((c) => {
      const [p, q, s, t] = [(c + 1) % 3, (c + 2) % 3, (r + 1) % 3, (r + 2) % 3];
      return (m[p][s] * m[q][t] - m[p][t] * m[q][s]) / det;
    }),
  );
}

/**
 * Where a voxel, or a place between voxels, lies: mm in RAS.
 * @param {number[][]} affine (4, 4)
 * @param {number[]} voxel [i, j, k]
 * @returns {[number, number, number]}
 */
export function toMm(affine, voxel) {
  const along = (/** @type {number[]} */ row) => row[0] * voxel[0] + row[1] * voxel[1] + row[2] * voxel[2] + row[3];
  return [along(affine[0]), along(affine[1]), along(affine[2])];
}

/**
 * The place in voxels of a place in mm.
 * @param {number[][]} affine (4, 4)
 * @param {number[]} mm RAS
 * @returns {[number, number, number]}
 */
export function toVoxels(affine, mm) {
  const back = inverse(affine);
  const from = [0, 1, 2].map((n) => mm[n] - affine[n][3]);
  const along = (/** @type {number[]} */ row) => row[0] * from[0] + row[1] * from[1] + row[2] * from[2];
  return [along(back[0]), along(back[1]), along(back[2])];
}

/**
 * The orthogonal matrix closest to one that can be inverted: the orthogonal factor of its polar decomposition, by Newton's
 * iteration (Higham 1986, doi 10.1137/0907079).
 * @param {number[][]} m (3, 3)
 * @returns {number[][]}
 */
export function closestOrthogonal(m) {
  let x = [0, 1, 2].map((r) => m[r].slice(0, 3));
  for (let step = 0; step < 100; step++) {
    const back = inverse(x);
    const next = x.map((row, r) => row.map((value, c) => (value + back[c][r]) / 2));
    const change = Math.max(...next.flatMap((row, r) => row.map((value, c) => Math.abs(value - x[r][c]))));
    x = next;
    if (change < 1e-15) break;
  }
  return x;
}

/**
 * For each stored axis, the axis of the body that it follows (0 right, 1 front, 2 head) and whether it runs towards it (1) or
 * away (-1): nibabel.orientations.io_orientation.
 * @param {number[][]} affine (4, 4), not singular
 * @returns {[number, number][]}
 */
export function orientation(affine) {
  const sizes = voxelSizes(affine);
  const r = closestOrthogonal([0, 1, 2].map((row) => [0, 1, 2].map((c) => affine[row][c] / sizes[c])));
  const strongest = [0, 1, 2].map((c) => Math.max(...r.map((row) => row[c] * row[c])));
  const order = [0, 1, 2].sort((a, b) => strongest[b] - strongest[a]);
  /** @type {[number, number][]} */
  const sides = [[0, 1], [0, 1], [0, 1]]; // biome-ignore format: a row an axis
  for (const axis of order) {
    let body = 0;
    for (const row of [1, 2]) if (Math.abs(r[row][axis]) > Math.abs(r[body][axis])) body = row;
    sides[axis] = [body, r[body][axis] < 0 ? -1 : 1];
    r[body] = [0, 0, 0];
  }
  return sides;
}

/**
 * The rotation of a unit quaternion w, x, y, z (nibabel.quaternions.quat2mat).
 * @param {number} w
 * @param {number} x
 * @param {number} y
 * @param {number} z
 * @returns {number[][]} (3, 3)
 */
export function rotationOf(w, x, y, z) {
  const s = 2 / (w * w + x * x + y * y + z * z);
  const [wX, wY, wZ, xX, xY] = [w * x * s, w * y * s, w * z * s, x * x * s, x * y * s];
  const [xZ, yY, yZ, zZ] = [x * z * s, y * y * s, y * z * s, z * z * s];
  return [
    [1 - (yY + zZ), xY - wZ, xZ + wY],
    [xY + wZ, 1 - (xX + zZ), yZ - wX],
    [xZ - wY, yZ + wX, 1 - (xX + yY)],
  ];
}

/**
 * The unit quaternion w, x, y, z, w not below 0, of a rotation (3, 3) (nibabel.quaternions.mat2quat).
 * @param {number[][]} m
 * @returns {[number, number, number, number]}
 */
export function quaternionOf(m) {
  // Each of the four is found by a division by the largest of them, so that none is by a small number.
  const squares = [1 + m[0][0] + m[1][1] + m[2][2]];
  for (let n = 0; n < 3; n++) squares.push(1 + 2 * m[n][n] - m[0][0] - m[1][1] - m[2][2]);
  const largest = squares.indexOf(Math.max(...squares));
  const twice = Math.sqrt(squares[largest]);
  const off = [m[2][1] - m[1][2], m[0][2] - m[2][0], m[1][0] - m[0][1]];
  let q = [twice, ...off.map((difference) => difference / twice)];
  if (largest > 0) {
    const n = largest - 1;
    const others = [0, 1, 2].map((c) => (c === n ? twice : (m[n][c] + m[c][n]) / twice));
    q = [off[n] / twice, ...others];
  }
  const sign = q[0] < 0 ? -0.5 : 0.5;
  return [q[0] * sign, q[1] * sign, q[2] * sign, q[3] * sign];
}
