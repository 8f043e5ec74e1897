// Mirrors oneclick/data/slices.py: from volumes to the slices that a network sees.

/**
 * Whether all of an image is one value, so that it has no scale.
 * @param {Float64Array} image
 */
export function isConstant(image) {
  for (let n = 1; n < image.length; n++) if (image[n] !== image[0]) return false;
  return true;
}

/**
 * An image scaled so that its minimum is 0 and its maximum 1 (Rainio et al. 2024, section 2.2), in float32. Throws on a
 * constant one.
 * @param {Float64Array} image
 * @returns {Float32Array}
 */
export function scaleToUnit(image) {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of image) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (high === low) throw new Error("a constant image cannot be scaled to [0, 1]");
  return Float32Array.from(image, (value) => (value - low) / (high - low));
}
