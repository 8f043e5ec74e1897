// The page: what happens from the double click on.
import {loadNetworks} from "./networks.js";

/** Start, and say so on the document: data-ready is "no" until a click would be answered at once. */
async function start() {
  const {dataset} = document.documentElement;
  dataset.ready = "no";
  const text = document.getElementById("study")?.textContent ?? "{}";
  await loadNetworks(JSON.parse(text));
  dataset.ready = "yes";
}

start();
