// Mirrors oneclick/clicks/components.py: the connected components of a slice's mask.

/**
 * Labels (rows, columns) of the components of a mask, 1 to n in raster order, and n.
 * @param {ArrayLike<number>} mask (rows, columns), positive where not 0
 * @param {number} rows
 * @param {number} columns
 * @param {number} connectivity 8 (pixels that touch at a corner belong together) or 4
 * @returns {{labels: Int32Array, n: number}}
 */
export function labelComponents(mask, rows, columns, connectivity) {
  const labels = new Int32Array(rows * columns);
  /** @type {number[]} */
  const stack = [];
  let n = 0;
  for (let first = 0; first < labels.length; first++) {
    if (!mask[first] || labels[first]) continue;
    labels[first] = ++n;
    stack.push(first);
    while (stack.length) {
      const at = /** @type {number} */ (stack.pop());
      const row = Math.floor(at / columns);
      const column = at - row * columns;
      for (let r = Math.max(row - 1, 0); r <= Math.min(row + 1, rows - 1); r++) {
        for (let c = Math.max(column - 1, 0); c <= Math.min(column + 1, columns - 1); c++) {
          if (connectivity === 4 && r !== row && c !== column) continue;
          const to = r * columns + c;
          if (!mask[to] || labels[to]) continue;
          labels[to] = n;
          stack.push(to);
        }
      }
    }
  }
  return {labels, n};
}

/**
 * How many pixels have each label, from 0 to n.
 * @param {Int32Array} labels
 * @param {number} n
 * @returns {Int32Array}
 */
export function sizesOf(labels, n) {
  const sizes = new Int32Array(n + 1);
  for (const label of labels) sizes[label]++;
  return sizes;
}
