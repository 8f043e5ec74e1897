// Mirrors oneclick/networks/inference.py and oneclick/networks/inputs.py: what a network sees of a slice, and where it answers.
/** @import {Run, Study} from "./types.js" */
import {windowsAroundBody} from "./window.js";

/**
 * The raw outputs (size, size) of a network, a fold after another; 0 outside of its window around the body.
 * @param {Float32Array} image (size, size) in [0, 1]
 * @param {Float32Array | null} clicks the second channel, null for a network without clicks
 * @param {string} network
 * @param {Pick<Study, "size" | "folds" | "windows">} study
 * @param {Run} run
 * @returns {Promise<Float32Array[]>}
 */
export async function networkOutputs(image, clicks, network, study, run) {
  const windowOf = windowsAroundBody(image, study.size);
  const outputs = [];
  for (let fold = 1; fold <= study.folds; fold++) {
    const [top, bottom, left, right] = windowOf(study.windows[network]?.[fold - 1] ?? null);
    const [rows, columns] = [bottom - top, right - left];
    const input = channels(image, clicks, study.size, [top, bottom, left, right]);
    const seen = await run(network, fold, input, rows, columns);
    const output = new Float32Array(study.size * study.size);
    for (let r = 0; r < rows; r++) {
      output.set(seen.subarray(r * columns, (r + 1) * columns), (top + r) * study.size + left);
    }
    outputs.push(output);
  }
  return outputs;
}

/**
 * The part of a slice and its clicks in a window, (rows, columns, channels).
 * @param {Float32Array} image
 * @param {Float32Array | null} clicks
 * @param {number} size
 * @param {[number, number, number, number]} window
 */
function channels(image, clicks, size, [top, bottom, left, right]) {
  const input = new Float32Array((bottom - top) * (right - left) * (clicks ? 2 : 1));
  for (let r = top, to = 0; r < bottom; r++) {
    for (let from = r * size + left; from < r * size + right; from++) {
      input[to++] = image[from];
      if (clicks) input[to++] = clicks[from];
    }
  }
  return input;
}
