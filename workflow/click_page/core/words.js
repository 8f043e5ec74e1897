// Mirrors Python's format(), repr() and round(), which all messages of oneclick/common/errors.py are written with, and listed of
// oneclick/data/mask_guard.py: so messages are the same to the letter.

const LONGEST = 30;

/**
 * Digits and exponent of a number above 0, rounded to so many digits, halves to even.
 * @param {number} x
 * @param {number} n
 * @returns {[string, number]}
 */
function digitsOf(x, n) {
  const [all, e] = x.toExponential(100).split("e");
  const exact = all.replace(".", "");
  if (/^50*$/.test(exact.slice(n)) && Number(exact[n - 1]) % 2 === 0) return [exact.slice(0, n), Number(e)];
  const [mantissa, exponent] = x.toExponential(n - 1).split("e");
  return [mantissa.replace(".", ""), Number(exponent)];
}

/**
 * Python's f"{x:.{n}g}".
 * @param {number} x
 * @param {number} n significant digits
 */
export function general(x, n) {
  if (Number.isNaN(x)) return "nan";
  const sign = x < 0 || Object.is(x, -0) ? "-" : "";
  if (!Number.isFinite(x)) return `${sign}inf`;
  if (x === 0) return `${sign}0`;
  const [digits, e] = digitsOf(Math.abs(x), n);
  const cut = digits.replace(/0+$/, "");
  if (e < -4 || e >= n) {
    const power = `${e < 0 ? "-" : "+"}${String(Math.abs(e)).padStart(2, "0")}`;
    return `${sign}${cut[0]}${cut.length > 1 ? `.${cut.slice(1)}` : ""}e${power}`;
  }
  if (e < 0) return `${sign}0.${"0".repeat(-e - 1)}${cut}`;
  const whole = digits.slice(0, e + 1);
  return sign + (cut.length > whole.length ? `${whole}.${cut.slice(whole.length)}` : whole);
}

/**
 * A number rounded to so many decimals as numpy.round does it: halves to even of the number times a power of ten.
 * @param {number} x
 * @param {number} decimals
 */
export function rounded(x, decimals) {
  const power = 10 ** decimals;
  return rint(x * power) / power;
}

/**
 * The nearest whole number, of two the even one (numpy.rint).
 * @param {number} x
 */
export function rint(x) {
  const low = Math.floor(x);
  const rest = x - low;
  if (rest !== 0.5) return rest < 0.5 ? low : low + 1;
  return low % 2 === 0 ? low : low + 1;
}

/**
 * Python's str() of a float, as CSV files hold it.
 * @param {number} x
 */
export function floatText(x) {
  if (!Number.isFinite(x)) return Number.isNaN(x) ? "nan" : x < 0 ? "-inf" : "inf";
  if (Object.is(x, -0)) return "-0.0";
  const [mantissa, e] = x.toExponential().split("e");
  const exponent = Number(e);
  if (x !== 0 && (exponent < -4 || exponent >= 16)) {
    return `${mantissa}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
  }
  if (exponent < 0) return x.toFixed(Math.max(0, mantissa.replace(/[-.]/g, "").length - 1 - exponent));
  const text = String(x);
  return text.includes(".") ? text : `${text}.0`;
}

/**
 * reprlib.repr() of a text or number: in quotes, and not longer than 30 signs.
 * @param {string | number} value
 */
export function shown(value) {
  if (typeof value === "number") return floatText(value);
  const whole = quoted(value.slice(0, LONGEST));
  if (whole.length <= LONGEST && value.length <= LONGEST) return whole;
  const before = Math.floor((LONGEST - 3) / 2);
  const after = LONGEST - 3 - before;
  const short = quoted(value.slice(0, before) + value.slice(value.length - after));
  return `${short.slice(0, before)}...${short.slice(short.length - after)}`;
}

/** @param {string} text */
function quoted(text) {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text
    .replaceAll("\\", "\\\\")
    .replaceAll("\n", "\\n")
    .replaceAll("\r", "\\r")
    .replaceAll("\t", "\\t")
    .replaceAll(quote, `\\${quote}`);
  return quote + escaped + quote;
}

/**
 * "1 click", "2 clicks".
 * @param {number} n
 * @param {string} kind
 */
export function counted(n, kind) {
  return `${n} ${kind}${n === 1 ? "" : "s"}`;
}

/**
 * Numbers in order as people write them: 1, 3 to 5, 8.
 * @param {number[]} numbers
 */
export function listed(numbers) {
  /** @type {number[][]} */
  const runs = [];
  for (const number of numbers) {
    const last = runs[runs.length - 1];
    if (last && number === last[last.length - 1] + 1) last.push(number);
    else runs.push([number]);
  }
  return runs.map((run) => (run.length > 2 ? `${run[0]} to ${run[run.length - 1]}` : run.join(", "))).join(", ");
}
