// The networks of the study, by ONNX Runtime Web (oneclick/networks/inference.py, but for the window, which core cuts).
//
// The page holds runtime and networks as texts, gzipped and in base64. The runtime gets its WebAssembly as bytes and runs on
// one thread: of a file that was opened by a double click browsers start neither threads nor workers, and it may fetch nothing.
/** @import {Run, Study} from "../core/types.js" */
import * as ort from "onnxruntime-web/wasm";
import {unpacked} from "./packed.js";

/**
 * Start the runtime and the networks of the method that is shown first; those of others when they are first asked.
 * @param {Study} study
 * @returns {Promise<Run>}
 */
export async function loadNetworks(study) {
  ort.env.wasm.numThreads = 1;
  ort.env.wasm.proxy = false;
  ort.env.logLevel = "error";
  ort.env.wasm.wasmBinary = await unpacked("runtime");
  /** @type {Map<string, Promise<ort.InferenceSession>>} */
  const sessions = new Map();

  /** @param {string} network @param {number} fold */
  function session(network, fold) {
    const id = `model-${network}-${fold}`;
    const found = sessions.get(id) ?? load(id);
    sessions.set(id, found);
    return found;
  }

  /** @type {Run} */
  async function run(network, fold, input, rows, columns) {
    const loaded = await session(network, fold);
    const channels = input.length / (rows * columns);
    const tensor = new ort.Tensor("float32", input, [1, rows, columns, channels]);
    const start = performance.now();
    // The exporter names input and output of each network anew.
    const answers = await loaded.run({[loaded.inputNames[0]]: tensor});
    performance.measure("network", {start});
    return /** @type {Float32Array} */ (answers[loaded.outputNames[0]].data);
  }

  // The first answer after the start takes several times as long as all others, whichever network gives it: nobody's click
  // should wait for it.
  const {network} = study.methods[study.method ?? Object.keys(study.methods)[0]];
  await Promise.all(study.thresholds[network].map((_, at) => session(network, at + 1)));
  const channels = study.networks[network].clicks === "none" ? 1 : 2;
  await run(network, 1, new Float32Array(study.size * study.size * channels), study.size, study.size);
  return run;
}

/**
 * A network of the page, for one thread.
 * @param {string} id
 * @returns {Promise<ort.InferenceSession>}
 */
async function load(id) {
  return ort.InferenceSession.create(await unpacked(id), {executionProviders: ["wasm"]});
}
