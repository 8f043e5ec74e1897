// A page for tests: the networks and the core as the click page has them, within reach of the browser's driver.
import * as clicks from "../../workflow/click_page/core/clicks.js";
import {fittedGrid} from "../../workflow/click_page/core/fields.js";
import {layPlane, placeOfVoxel} from "../../workflow/click_page/core/grid.js";
import {readNifti} from "../../workflow/click_page/core/nifti.js";
import {writeMask} from "../../workflow/click_page/core/scan_masks.js";
import {segmentSlice} from "../../workflow/click_page/core/segment.js";
import {loadNetworks} from "../../workflow/click_page/view/networks.js";

const bytesOf = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
const textOf = (bytes) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));

async function start() {
  const study = JSON.parse(document.getElementById("study").textContent);
  const run = await loadNetworks(study);

  /** The mask of a method of a scan and clicks on voxels, as the bytes of a .nii.gz; all in base64. */
  async function maskOf(scanText, voxels, method) {
    const scan = await readNifti(bytesOf(scanText));
    const {grid} = fittedGrid(scan, study);
    const given = voxels.map((voxel) => ({voxel, kind: "tumour"}));
    const mask = new Uint8Array(scan.data.length);
    for (const number of new Set(voxels.map((voxel) => placeOfVoxel(grid, voxel)[0]))) {
      const {plane} = await segmentSlice(scan, grid, number, given, method, study, run);
      layPlane(mask, grid, number, plane);
    }
    return {mask: textOf(await writeMask(scan, mask, grid)), csv: clicks.clicksCsv("A", given)};
  }

  const output = async (network, fold, input, rows, columns) =>
    Array.from(await run(network, fold, Float32Array.from(input), rows, columns));
  window.probe = {study, output, maskOf};
  document.documentElement.dataset.ready = "yes";
}

start();
