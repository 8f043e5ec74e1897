// Mirrors _sample of oneclick/data/plausibility.py, and so numpy's default_rng(0).integers: the same voxels are drawn.

const SAMPLE = 2 ** 15;
const MASK = (1n << 128n) - 1n;
/** Of PCG64 (O'Neill 2014), the multiplier; and state and increment after numpy's default_rng(0). */
const MULTIPLIER = 0x2360ed051fc65da44385df649fccf645n;
const STATE = 0x1aa1b5345996452d09585eb7a69561e3n;
const INCREMENT = 0x418ddadb3af71a82588133bc447873a9n;

/**
 * Voxels of a volume, sorted: all of a small one, otherwise 32,768 of them, with their repeats.
 * @param {Float32Array} data
 * @returns {Float32Array}
 */
export function sampleOf(data) {
  if (data.length <= SAMPLE) return data.slice().sort();
  const next = uniform32();
  return Float32Array.from({length: SAMPLE}, () => data[below(data.length, next)]).sort();
}

/** 32 random bits a call: of 64, the lower ones first. */
function uniform32() {
  let state = STATE;
  /** @type {number | null} */
  let upper = null;
  return () => {
    if (upper !== null) {
      const kept = upper;
      upper = null;
      return kept;
    }
    state = (state * MULTIPLIER + INCREMENT) & MASK;
    const mixed = BigInt.asUintN(64, (state >> 64n) ^ state);
    const turn = state >> 122n;
    const bits = BigInt.asUintN(64, (mixed >> turn) | (mixed << (64n - turn)));
    upper = Number(bits >> 32n);
    return Number(bits & 0xffffffffn);
  };
}

/**
 * A whole number below n, each with the same chance (Lemire 2019, doi 10.1145/3230636).
 * @param {number} n at most 2 ** 32 - 1
 * @param {() => number} next
 */
function below(n, next) {
  const range = BigInt(n);
  let product = BigInt(next()) * range;
  if ((product & 0xffffffffn) < range) {
    const least = (0x100000000n - range) % range;
    while ((product & 0xffffffffn) < least) product = BigInt(next()) * range;
  }
  return Number(product >> 32n);
}
