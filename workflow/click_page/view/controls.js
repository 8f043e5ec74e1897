// Buttons, lists and fields beside the pictures, and files that are chosen or dropped.

/** @import {Page} from "./page.js" */
import * as actions from "./actions.js";
import {chosen, dropped} from "./files.js";
import {toBody, within} from "./geometry.js";
import {checkedGreys, highOf} from "./greys.js";
import {element} from "./page.js";
import {rename, show, take} from "./patients.js";
import {save, saveEvery} from "./saving.js";
import {shown} from "./state.js";
import {allKept, forgetAll} from "./store.js";

/**
 * @param {string} id
 * @param {() => void} act
 */
const onClick = (id, act) => element(id).addEventListener("click", act);

/**
 * The place in a list that a button within a list stands for; null where there is none.
 * @param {Event} event
 * @param {string} selector
 */
function placeOf(event, selector) {
  const button = /** @type {HTMLElement} */ (event.target).closest(selector);
  return button ? Number(button.getAttribute("data-at") ?? button.getAttribute("data-lesion")) : null;
}

/**
 * @param {Page} page
 */
export function listenToControls(page) {
  const {state} = page;
  element("patient-list").addEventListener("click", (event) => {
    const at = placeOf(event, "button");
    if (at !== null) show(page, state.patients[at]);
  });
  const name = /** @type {HTMLInputElement} */ (element("name"));
  let former = "";
  name.addEventListener("focus", () => {
    former = state.patient?.name ?? "";
  });
  name.addEventListener("input", () => {
    const problem = rename(state, name.value);
    element("name-problem").textContent = problem;
    name.setAttribute("aria-invalid", String(Boolean(problem)));
    if (!problem) page.keepAll();
    page.draw();
  });
  name.addEventListener("change", () => {
    // While one types, the name is what is typed so far; one that cannot be used gives way to the one before all of it.
    const problem = rename(state, name.value);
    if (problem) {
      rename(state, former);
      page.keepAll();
      page.say(`The name is ${former} again: ${problem}.`, "wrong");
    }
    name.value = former = state.patient?.name ?? "";
    element("name-problem").textContent = "";
    name.removeAttribute("aria-invalid");
    page.draw();
  });

  const method = /** @type {HTMLSelectElement} */ (element("method"));
  method.addEventListener("change", () => page.setMethod(method.value));
  element("mask-shown").addEventListener("change", () => page.toggle("maskShown"));
  for (const what of /** @type {const} */ (["dark", "smooth"]))
    element(what).addEventListener("change", () => page.toggle(what));
  for (const id of ["mark", "look"]) element(id).addEventListener("change", () => page.toggle("marking"));

  const [low, high, slider] = ["low", "high", "high-slider"].map((id) => /** @type {HTMLInputElement} */ (element(id)));
  for (const input of [low, high]) {
    input.addEventListener("change", () => actions.setGreys(page, checkedGreys(Number(low.value), Number(high.value))));
  }
  const slid = (/** @type {boolean} */ done) => {
    const patient = shown(state);
    if (patient)
      actions.setGreys(
        page,
        checkedGreys(
          Math.min(patient.greys.low, highOf(Number(slider.value), patient.opened.usual.high) * 0.98),
          highOf(Number(slider.value), patient.opened.usual.high),
        ),
        done,
      );
  };
  slider.addEventListener("input", () => slid(false));
  slider.addEventListener("change", () => slid(true));
  onClick("reset-greys", () => actions.resetGreys(page));

  element("lesions").addEventListener("click", (event) => {
    const [patient, number] = [shown(state), placeOf(event, "button")];
    const row = patient?.answer?.table.find(({lesion}) => lesion === number);
    if (patient && row)
      actions.moveTo(
        page,
        within(patient.opened.frame, toBody(patient.opened.frame, [row.centroid_i, row.centroid_j, row.centroid_k])),
        "transaxial",
      );
  });
  element("click-list").addEventListener("click", (event) => {
    const [go, away] = [placeOf(event, ".go"), placeOf(event, ".away")];
    const clicks = state.patient?.clicks ?? [];
    if (go !== null) actions.goTo(page, clicks[go]);
    if (away !== null) actions.remove(page, clicks[away]);
  });
  onClick("undo", () => actions.goBack(page, "undo"));
  onClick("redo", () => actions.goBack(page, "redo"));
  onClick("delete", () => actions.removeHere(page));
  onClick("delete-all", () => actions.removeAll(page));

  for (const kind of /** @type {const} */ (["mask", "lesions", "clicks", "log"]))
    onClick(`save-${kind}`, () => save(page, [kind]));
  onClick("save-all", () => page.saveAll());
  onClick("save-every", () => saveEvery(page));
  const forget = element("forget");
  forget.addEventListener("click", () => {
    // Asked in place: a second click within some seconds does it.
    if (forget.dataset.sure) {
      const n = allKept(page.storage).length;
      forgetAll(page.storage, page.state.patients);
      page.say(
        `Forgotten: what the browser kept of ${n} scan${n === 1 ? "" : "s"}. Nothing more is kept until you click again.`,
      );
      unsure();
      return page.draw();
    }
    forget.dataset.sure = "yes";
    forget.textContent = "Really forget all?";
    setTimeout(unsure, 6000);
  });
  function unsure() {
    delete forget.dataset.sure;
    forget.textContent = "Forget";
  }

  onClick("help-button", () => page.showHelp());
  onClick("close-help", () => page.showHelp(false));
}

/**
 * @param {Page} page
 */
export function listenToFiles(page) {
  for (const [kind, id] of [
    ["open-files", "files"],
    ["open-folder", "folder"],
  ]) {
    const input = /** @type {HTMLInputElement} */ (element(id));
    for (const button of document.querySelectorAll(`.${kind}`)) button.addEventListener("click", () => input.click());
    input.addEventListener("change", async () => {
      const given = chosen(/** @type {FileList} */ (input.files));
      await take(page, given);
      // So that the same file can be chosen again.
      input.value = "";
    });
  }
  const curtain = element("drop");
  let inside = 0;
  const hasFiles = (/** @type {DragEvent} */ event) => event.dataTransfer?.types.includes("Files") ?? false;
  addEventListener("dragenter", (event) => {
    if (!hasFiles(event)) return;
    inside++;
    curtain.hidden = false;
  });
  addEventListener("dragleave", (event) => {
    if (!hasFiles(event)) return;
    inside = Math.max(inside - 1, 0);
    curtain.hidden = inside > 0 ? curtain.hidden : true;
  });
  // Else the browser would leave the page and show the file.
  addEventListener("dragover", (event) => event.preventDefault());
  addEventListener("drop", async (event) => {
    event.preventDefault();
    inside = 0;
    curtain.hidden = true;
    if (event.dataTransfer) await take(page, await dropped(event.dataTransfer));
  });
}
