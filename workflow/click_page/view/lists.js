// Shows the lists beside the pictures: patients, lesions, clicks.

/** @import {Page} from "./page.js" */
/** @import {Shown} from "./state.js" */
import {indexOf} from "../core/volume.js";
import {isCurrent} from "./answers.js";
import {toBody} from "./geometry.js";
import {element} from "./page.js";
import {enable, fill, make, reveal, setValue, short, volume} from "./rows.js";
import {isUnsaved} from "./saving.js";
import {shown} from "./state.js";

/** @param {Page} page */
export function showPatients({state}) {
  const rows = state.patients.map((patient) => {
    const n = patient.clicks.length;
    const words = n ? `${n} click${n > 1 ? "s" : ""}${isUnsaved(patient) ? ", not saved" : ", saved"}` : "";
    return {name: patient.name, path: patient.path, words, current: patient === state.patient};
  });
  fill(element("patient-list"), rows, () =>
    rows.map(({name, path, words, current}, at) =>
      make(
        "li",
        {},
        make(
          "button",
          {type: "button", title: path, "data-at": String(at), "data-key": `patient-${at}`, "aria-current": String(current)},
          make("b", {}, name),
          make("small", {}, words),
        ),
      ),
    ),
  );
  reveal(element("patient-list"), "[aria-current=true]");
  element("name-row").hidden = !state.patient;
  setValue(element("name"), state.patient?.name ?? "");
  element("save-every").hidden = state.patients.length < 2;
}

/** @param {Page} page */
export function showLesions(page) {
  const patient = shown(page.state);
  const table = patient?.answer && isCurrent(page) ? patient.answer.table : [];
  const busy = patient?.clicks.length && !isCurrent(page);
  const cells = table.map((row) => [
    row.lesion,
    volume(row.volume_ml),
    short(row.suv_max),
    short(row.suv_mean),
    volume(row.mtv_ml),
    row.n_clicks,
  ]);
  const total = table.reduce((sum, row) => sum + row.volume_ml, 0);
  const all =
    table.length > 1
      ? [
          "all",
          volume(total),
          short(Math.max(...table.map((row) => row.suv_max))),
          short(table.reduce((sum, row) => sum + row.tlg, 0) / total),
          volume(total),
          table.reduce((sum, row) => sum + row.n_clicks, 0),
        ]
      : null;
  const body = /** @type {HTMLElement} */ (element("lesions").querySelector("tbody"));
  fill(body, [cells, all], () => {
    const rows = cells.map(([number, ...others]) =>
      make(
        "tr",
        {},
        make(
          "td",
          {},
          make(
            "button",
            {
              type: "button",
              class: "lesion",
              "data-lesion": String(number),
              "data-key": `lesion-${number}`,
              title: "Show this lesion",
            },
            String(number),
          ),
        ),
        ...others.map((text) => make("td", {}, String(text))),
      ),
    );
    if (all) rows.push(make("tr", {class: "total"}, ...all.map((text) => make("td", {}, String(text)))));
    return rows;
  });
  /** @type {HTMLElement} */ (element("lesions").querySelector(".scroll")).hidden = !table.length;
  const words = element("no-lesion");
  words.hidden = table.length > 0;
  words.textContent = busy
    ? "One moment."
    : patient?.clicks.length
      ? "Nothing is found on the clicked slices."
      : "None yet. Click on a tumour.";
}

/** @param {Page} page */
export function showClicks(page) {
  const patient = shown(page.state);
  const current = page.state.mode.tables && isCurrent(page);
  const rows = (patient?.clicks ?? []).map((click, at) => {
    const {scan, frame} = /** @type {Shown} */ (patient).opened;
    const lesion = current ? /** @type {Shown} */ (patient).answer?.lesionOf[at] : undefined;
    const on = lesion === undefined ? "" : lesion ? `, lesion ${lesion}` : ", on no lesion";
    const here = toBody(frame, click.voxel)[2] === patient?.cross[2];
    return {
      words: `slice ${click.voxel[frame.axes[2]]}, SUV ${short(scan.data[indexOf(click.voxel, scan.shape)])}${on}`,
      here,
    };
  });
  fill(element("click-list"), rows, () =>
    rows.map(({words, here}, at) =>
      make(
        "li",
        here ? {class: "here"} : {},
        make(
          "button",
          {type: "button", class: "go", "data-at": String(at), "data-key": `click-${at}`, title: "Show this click"},
          words,
        ),
        make(
          "button",
          {
            type: "button",
            class: "away",
            "data-at": String(at),
            "data-key": `away-${at}`,
            "aria-label": `Delete the click on ${words}`,
            title: "Delete this click",
          },
          "×",
        ),
      ),
    ),
  );
  reveal(element("click-list"), ".here");
  const able = {
    undo: patient?.before.length,
    redo: patient?.after.length,
    delete: patient?.clicks.length,
    "delete-all": patient?.clicks.length,
  };
  for (const [id, n] of Object.entries(able)) enable(id, Boolean(n));
}
