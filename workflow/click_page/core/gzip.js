// Mirrors what oneclick/data/nifti.py takes from Python's gzip: files that are unpacked only as far as they are asked for.

/**
 * Whether bytes are those of a gzip file.
 * @param {Uint8Array} bytes
 */
export function isGzip(bytes) {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/**
 * The bytes of a file, packed or not, from its beginning: `take(n)` gives the next n, or as many as there are.
 * @param {Uint8Array} bytes
 */
export function unpacked(bytes) {
  const packed = isGzip(bytes);
  const whole = new ReadableStream({
    start(controller) {
      controller.enqueue(bytes);
      controller.close();
    },
  });
  const reader = packed ? whole.pipeThrough(new DecompressionStream("gzip")).getReader() : whole.getReader();
  /** @type {Uint8Array} */
  let rest = new Uint8Array(0);
  return {
    /**
     * @param {number} n
     * @returns {Promise<Uint8Array>} in memory of its own
     */
    async take(n) {
      const taken = new Uint8Array(n);
      let filled = 0;
      while (filled < n) {
        if (!rest.length) {
          const {done, value} = await reader.read().catch(() => ({done: true, value: undefined}));
          if (done) break;
          rest = value;
        }
        const some = rest.subarray(0, n - filled);
        taken.set(some, filled);
        filled += some.length;
        rest = rest.subarray(some.length);
      }
      return taken.subarray(0, filled);
    },
    /** Stop unpacking. */
    close() {
      reader.cancel().catch(() => {}); // what is not read any more may be damaged
    },
  };
}

/**
 * @param {Uint8Array} bytes
 * @returns {Promise<Uint8Array>} the bytes of a gzip file
 */
export async function pack(bytes) {
  const whole = new Response(/** @type {BodyInit} */ (/** @type {unknown} */ (bytes)));
  const stream = /** @type {ReadableStream} */ (whole.body).pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
