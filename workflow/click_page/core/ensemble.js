// Mirrors oneclick/segment/ensemble.py: the networks of all folds of a study, applied to a new patient's slice.

/**
 * The mask of the folds' networks together: a pixel is positive if their outputs, each limited to [0, 1] and less the threshold
 * of its fold, are above 0 on average.
 * @param {Float32Array[]} outputs a fold after another
 * @param {number[]} thresholds
 * @returns {{mask: Uint8Array, excess: Float64Array}} `excess`: that average
 */
export function combine(outputs, thresholds) {
  const excess = new Float64Array(outputs[0].length);
  outputs.forEach((output, fold) => {
    for (let n = 0; n < excess.length; n++) excess[n] += Math.min(Math.max(output[n], 0), 1) - thresholds[fold];
  });
  for (let n = 0; n < excess.length; n++) excess[n] /= outputs.length;
  return {mask: Uint8Array.from(excess, (value) => (value > 0 ? 1 : 0)), excess};
}
