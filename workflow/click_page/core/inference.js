// Mirrors oneclick/networks/inference.py and oneclick/networks/inputs.py: what a network sees of a slice, and where it answers.
/** @import {Run, Study} from "./types.js" */
import {windowAroundBody} from "./window.js";

/**
 * The raw output (size, size) of a fold's network; 0 outside of its window around the body.
 * @param {Float32Array} image (size, size) in [0, 1]
 * @param {Float32Array | null} clicks the second channel, null for a network without clicks
 * @param {string} network
 * @param {number} fold from 1
 * @param {Pick<Study, "size" | "windows">} study
 * @param {Run} run
 * @returns {Promise<Float32Array>}
 */
export async function networkOutput(image, clicks, network, fold, study, run) {
  const {size} = study;
  const [top, bottom, left, right] = windowAroundBody(image, size, study.windows[network]?.[fold - 1] ?? null);
  const [rows, columns, channels] = [bottom - top, right - left, clicks ? 2 : 1];
  const input = new Float32Array(rows * columns * channels);
  for (let r = 0, to = 0; r < rows; r++) {
    let from = (top + r) * size + left;
    for (let c = 0; c < columns; c++, from++) {
      input[to++] = image[from];
      if (clicks) input[to++] = clicks[from];
    }
  }
  const seen = await run(network, fold, input, rows, columns);
  const output = new Float32Array(size * size);
  for (let r = 0; r < rows; r++) output.set(seen.subarray(r * columns, (r + 1) * columns), (top + r) * size + left);
  return output;
}
