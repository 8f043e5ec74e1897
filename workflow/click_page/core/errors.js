// Mirrors oneclick/common/errors.py, and ScanError and ClickError of oneclick/data/volume.py and oneclick/clicks/files.py.

/** A scan or a file of clicks cannot be used: says what is wrong, and the mend. */
export class UserError extends Error {
  /**
   * @param {string} problem
   * @param {string} mend
   */
  constructor(problem, mend) {
    super(`${problem}; ${mend}`);
    this.name = "UserError";
    this.problem = problem;
    this.mend = mend;
  }
}
