// Small helpers of all that stands beside the pictures.

import {element} from "./page.js";

/**
 * A number as people read it: three digits.
 * @param {number} value
 */
export function short(value) {
  if (!Number.isFinite(value)) return "";
  return Math.abs(value) >= 100 ? value.toFixed(0) : Number(value.toPrecision(3)).toString();
}

/**
 * A volume as people read it: hundredths of a millilitre, of large ones fewer.
 * @param {number} ml
 */
export const volume = (ml) => (ml >= 100 ? ml.toFixed(0) : ml >= 10 ? ml.toFixed(1) : ml.toFixed(2));

/**
 * Put rows into a list or table, unless they stand there already: what has the focus keeps it.
 * @param {HTMLElement} parent
 * @param {unknown} content what the rows show
 * @param {() => HTMLElement[]} rows
 */
export function fill(parent, content, rows) {
  const shows = JSON.stringify(content);
  if (parent.dataset.shows === shows) return;
  parent.dataset.shows = shows;
  const focused = parent.contains(document.activeElement) ? document.activeElement?.getAttribute("data-key") : null;
  parent.replaceChildren(...rows());
  if (focused) /** @type {HTMLElement | null} */ (parent.querySelector(`[data-key="${CSS.escape(focused)}"]`))?.focus();
}

/**
 * Scroll a list, and nothing around it, until one of its rows is in sight.
 * @param {HTMLElement} list
 * @param {string} selector of the row; there may be none
 */
export function reveal(list, selector) {
  const row = /** @type {HTMLElement | null} */ (list.querySelector(selector));
  if (!row) return;
  const top = row.offsetTop - list.offsetTop;
  const least = top + row.offsetHeight - list.clientHeight;
  list.scrollTop = Math.max(Math.min(list.scrollTop, top), least);
}

/**
 * @param {string} tag
 * @param {Record<string, string>} attributes
 * @param {(string | Node)[]} content
 */
export function make(tag, attributes, ...content) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...content);
  return made;
}

/**
 * @param {HTMLInputElement} input
 * @param {string} value
 */
export function setValue(input, value) {
  if (document.activeElement !== input && input.value !== value) input.value = value;
}

/**
 * @param {string} id of a button
 * @param {boolean} can
 */
export const enable = (id, can) => element(id).toggleAttribute("disabled", !can);
