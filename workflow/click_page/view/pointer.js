// The mouse, pen or finger on a view.

import * as actions from "./actions.js";
import {bodyAt, placeOf, VIEWS} from "./geometry.js";
import {draggedGreys} from "./greys.js";
import {markersOf} from "./pictures.js";
import {shown} from "./state.js";

/** @typedef {import("./page.js").Page} Page */
/** @typedef {import("./geometry.js").ViewName} ViewName */

const DRAG = 4;
const ON_MARKER = 9;
const NOTCH = 50;

/**
 * Let a canvas answer the pointer.
 * @param {Page} page
 * @param {ViewName} name
 * @param {HTMLCanvasElement} canvas
 */
export function attach(page, name, canvas) {
  /** @type {{button: number, x: number, y: number, moved: boolean, greys: import("./greys.js").Greys} | null} */
  let drag = null;
  let turned = 0;
  const view = VIEWS[name];

  /** @param {MouseEvent} event */
  function under(event) {
    const patient = shown(page.state);
    if (!patient) return null;
    const place = placeOf(patient.opened.frame, view, patient.look, canvas.clientWidth, canvas.clientHeight);
    const box = canvas.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    const body = bodyAt(place, view, x, y, patient.cross);
    const near = markersOf(patient, name, place)
      .map((marker) => ({...marker, far: Math.hypot(marker.x - x, marker.y - y)}))
      .sort((a, b) => a.far - b.far)[0];
    return {patient, place, body, marker: near?.inPlane && near.far <= ON_MARKER ? near : null};
  }

  /** @param {import("./geometry.js").Triple} body */
  function look(body) {
    if (name === "projection") actions.goToHottest(page, body);
    else actions.moveTo(page, body, name);
  }

  canvas.addEventListener("pointerdown", (event) => {
    const found = under(event);
    if (!found || drag) return;
    canvas.parentElement?.focus({preventScroll: true});
    canvas.setPointerCapture(event.pointerId);
    drag = {button: event.button, x: event.clientX, y: event.clientY, moved: false, greys: found.patient.greys};
    if (event.button === 1) event.preventDefault();
  });

  canvas.addEventListener("pointermove", (event) => {
    const found = under(event);
    if (!found) return;
    if (!drag) {
      canvas.classList.toggle("on-click", found.marker !== null && page.state.marking);
      canvas.title = found.marker && page.state.marking ? "A click on this marker deletes it" : "";
      return;
    }
    const [right, down] = [event.clientX - drag.x, event.clientY - drag.y];
    if (!drag.moved && Math.hypot(right, down) < DRAG) return;
    drag.moved = true;
    if (drag.button === 0) look(found.body);
    if (drag.button === 2)
      actions.setGreys(
        page,
        draggedGreys(drag.greys, right, down, found.patient.opened.usual.high - found.patient.opened.usual.low),
        false,
      );
    if (drag.button === 1) {
      const by = [0, 0, 0];
      by[view.across] = -right / found.place.dx;
      by[view.down] = -down / found.place.dy;
      drag.x = event.clientX;
      drag.y = event.clientY;
      actions.pan(page, by);
    }
  });

  canvas.addEventListener("pointerup", (event) => {
    const [ended, found] = [drag, under(event)];
    drag = null;
    if (!ended || !found) return;
    if (ended.moved) {
      if (ended.button === 2) actions.setGreys(page, found.patient.greys);
      return;
    }
    if (ended.button !== 0) return;
    if (name === "projection" || event.shiftKey || !page.state.marking) look(found.body);
    else if (found.marker) actions.remove(page, found.marker.click, name);
    else actions.mark(page, found.body, name);
  });

  canvas.addEventListener("pointercancel", () => {
    drag = null;
  });
  canvas.addEventListener("contextmenu", (event) => event.preventDefault());
  canvas.addEventListener(
    "wheel",
    (event) => {
      const found = under(event);
      if (!found) return;
      event.preventDefault();
      // A wheel turns by notches, a touchpad by pixels.
      const pixels = event.deltaMode === 0 ? event.deltaY : event.deltaY * NOTCH;
      if (event.ctrlKey || event.metaKey)
        return actions.zoom(page, 1.15 ** -Math.max(-2, Math.min(2, pixels / NOTCH)), found.body);
      if (event.deltaMode !== 0 || Math.abs(pixels) >= NOTCH) {
        turned = 0;
        return actions.step(page, name, Math.sign(pixels));
      }
      turned += pixels;
      const steps = Math.trunc(turned / NOTCH);
      turned -= steps * NOTCH;
      if (steps) actions.step(page, name, steps);
    },
    {passive: false},
  );
}
