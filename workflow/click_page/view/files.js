// Files that were chosen or dropped: which are scans, which are clicks, which are DICOM, and how their patients are named.

/**
 * @typedef {object} Given a file, and the path under which it was chosen or dropped
 * @property {File} file
 * @property {string} path with "/" between folders; the file's name alone where no folder is known
 */

/**
 * @typedef {object} Sorted
 * @property {{files: File[], path: string}[]} scans of a pair the header, then the image
 * @property {File[]} clicks tables of clicks
 * @property {string[]} problems each a sentence
 */

const SCAN = /\.(nii|nii\.gz|hdr|hdr\.gz)$/i;
const IMAGE = /\.(img|img\.gz)$/i;
const DICOM = /\.(dcm|ima)$/i;
const NO_SCAN = /(mask|seg|label|contour|roi|gtv|(^|[^a-z])ct([^a-z]|$))/i;

/** @param {string} path */
const baseName = (path) => path.slice(path.lastIndexOf("/") + 1);

/** @param {string} path */
const folderOf = (path) => path.slice(0, Math.max(path.lastIndexOf("/"), 0));

/** @param {string} path */
const stem = (path) => path.replace(/\.gz$/i, "").replace(/\.(nii|hdr|img)$/i, "");

/**
 * What to do with files of DICOM that lie in a folder.
 * @param {string} folder "" if it is not known
 */
export function convertFirst(folder) {
  const what = folder ? `${folder} is a folder of DICOM` : "these files are DICOM";
  const name = folder ? baseName(folder) : "folder";
  return `${what}, which this page does not read; write make nifti PET=${/\s/.test(name) ? `"${name}"` : name} in the folder of \
oneclick-pet, with the path of the folder, and open the ${name}.nii.gz that it writes in SUV`;
}

/**
 * Whether the file begins as DICOM does, with DICM after 128 bytes.
 * @param {File} file
 */
export async function isDicom(file) {
  if (DICOM.test(file.name)) return true;
  const start = new Uint8Array(await file.slice(128, 132).arrayBuffer());
  return String.fromCharCode(...start) === "DICM";
}

/**
 * Sort files by what they are. From folders that hold more than one scan, masks and CT are left out, with a word.
 * @param {Given[]} given
 * @returns {Promise<Sorted>}
 */
export async function sorted(given) {
  const files = given.filter(({path}) => !path.split("/").some((part) => part.startsWith(".")));
  const images = new Map(files.filter(({path}) => IMAGE.test(path)).map(({file, path}) => [stem(path), file]));
  /** @type {Sorted} */
  const found = {scans: [], clicks: [], problems: []};
  const used = new Set();
  for (const {file, path} of files.filter(({path}) => SCAN.test(path))) {
    if (!/\.hdr(\.gz)?$/i.test(path)) found.scans.push({files: [file], path});
    else if (images.has(stem(path))) {
      found.scans.push({files: [file, /** @type {File} */ (images.get(stem(path)))], path});
      used.add(stem(path));
    } else found.problems.push(`${path}: its image, ${baseName(stem(path))}.img, is missing; choose both files together`);
  }
  const others = files.filter(({path}) => !SCAN.test(path) && !used.has(stem(path)));
  for (const {file} of others.filter(({path}) => /\.csv$/i.test(path))) found.clicks.push(file);
  found.scans.sort((a, b) => a.path.localeCompare(b.path, "en", {numeric: true}));
  const left = leaveOut(found.scans);
  if (left.length)
    found.problems.push(
      `${left.join(", ")} ${left.length > 1 ? "are" : "is"} left out, for the name is not that of a PET; open such a file by itself`,
    );
  found.problems.push(...(await unread(others.filter(({path}) => !/\.csv$/i.test(path)))));
  return found;
}

/**
 * Take masks and CT out of a list of scans, where the same folder holds another scan.
 * @param {{files: File[], path: string}[]} scans
 * @returns {string[]} their paths
 */
function leaveOut(scans) {
  const left = scans.filter(
    ({path}) =>
      folderOf(path) &&
      NO_SCAN.test(stem(baseName(path))) &&
      scans.some((other) => folderOf(other.path) === folderOf(path) && !NO_SCAN.test(stem(baseName(other.path)))),
  );
  for (const scan of left) scans.splice(scans.indexOf(scan), 1);
  return left.map(({path}) => path);
}

/**
 * A sentence for each folder of files that cannot be read.
 * @param {Given[]} given
 */
async function unread(given) {
  /** @type {Map<string, Given[]>} */
  const byFolder = new Map();
  for (const one of given) byFolder.set(folderOf(one.path), [...(byFolder.get(folderOf(one.path)) ?? []), one]);
  const problems = [];
  for (const [folder, files] of byFolder) {
    if (await isDicom(files[0].file)) problems.push(convertFirst(folder));
    else if (!folder || given.length <= 3) {
      const names = files.map(({path}) => path).join(", ");
      problems.push(`${names}: not read from such a file; open .nii, .nii.gz, or .hdr and .img together, or clicks as .csv`);
    }
  }
  return problems;
}

/**
 * The files of a drop, those in folders too.
 *
 * Chromium gives the files of a dropped folder to a page that is itself a file by handles alone, Firefox by entries alone.
 * @param {DataTransfer} transfer
 * @returns {Promise<Given[]>}
 */
export async function dropped(transfer) {
  // They are only there until the event ends, so that all are asked for first.
  const items = [...transfer.items].filter(({kind}) => kind === "file");
  const asked = items.map((item) => ({
    file: item.getAsFile(),
    entry: item.webkitGetAsEntry?.() ?? null,
    handle: /** @type {Handled} */ (item).getAsFileSystemHandle?.() ?? null,
  }));
  const found = asked.map(async ({file, entry, handle}) => {
    const held = await handle;
    if (held) return filesOf(held, held.name);
    if (entry?.isDirectory) return filesIn(entry);
    return file ? [{file, path: file.name}] : [];
  });
  return (await Promise.all(found)).flat();
}

/** @typedef {DataTransferItem & {getAsFileSystemHandle?: () => Promise<FileSystemHandle | null>}} Handled */

/**
 * @param {FileSystemHandle} handle
 * @param {string} path
 * @returns {Promise<Given[]>}
 */
async function filesOf(handle, path) {
  if (handle.kind === "file") return [{file: await /** @type {FileSystemFileHandle} */ (handle).getFile(), path}];
  const found = [];
  for await (const child of /** @type {FileSystemDirectoryHandle} */ (handle).values()) {
    found.push(...(await filesOf(child, `${path}/${child.name}`)));
  }
  return found;
}

/**
 * @param {FileSystemEntry} entry
 * @returns {Promise<Given[]>}
 */
async function filesIn(entry) {
  if (entry.isFile) {
    const file = await new Promise((done, failed) => /** @type {FileSystemFileEntry} */ (entry).file(done, failed));
    return [{file, path: entry.fullPath.replace(/^\//, "")}];
  }
  const reader = /** @type {FileSystemDirectoryEntry} */ (entry).createReader();
  /** @type {FileSystemEntry[]} */
  const entries = [];
  for (;;) {
    // A hundred at a time, until none is left.
    /** @type {FileSystemEntry[]} */
    const some = await new Promise((done, failed) => reader.readEntries(done, failed));
    if (!some.length) break;
    entries.push(...some);
  }
  return (await Promise.all(entries.map(filesIn))).flat();
}

/**
 * The files of an input.
 * @param {FileList} list
 * @returns {Given[]}
 */
export const chosen = (list) => [...list].map((file) => ({file, path: file.webkitRelativePath || file.name}));

/**
 * Why a patient's name cannot be used, or "" (oneclick/data/cohort.py, name_problem). Names become those of files and folders.
 * @param {string} name
 * @param {string[]} others names of the other patients
 */
export function nameProblem(name, others) {
  if (/^[A-Za-z0-9_][A-Za-z0-9._-]{0,99}$/.test(name) && !name.includes("..")) {
    const same = others.find((other) => other.toLowerCase() === name.toLowerCase());
    return same ? `another patient is named ${same}; give each patient a name of its own` : "";
  }
  let wrong = name ? "holds characters that a shell or a file system may take amiss" : "is empty";
  if (name.length > 100) wrong = "is longer than 100 characters";
  if (/^[.-]/.test(name)) wrong = "begins with '.' or '-'";
  for (const [sign, word] of [
    [" ", "a space"],
    ["..", "'..'"],
    ["\\", "a backslash"],
    ["/", "a slash"],
  ]) {
    if (name.includes(sign)) wrong = `holds ${word}`;
  }
  return `the name ${wrong}; use letters, digits, '.', '_' and '-' only`;
}

const SAYS_NOTHING = /^(.{0,3}|pet|suv|image|img|scan|volume|pet[._-]?(image|suv|scan|nii)|(suv|image)[._-]?pet)$/i;

/**
 * The name of a scan's patient: that of its file, or of the folder if the file's says nothing, such as pet.nii.gz.
 * @param {string} path
 * @param {string[]} others names that are taken
 */
export function proposedName(path, others) {
  const [file, folder] = [stem(baseName(path)), baseName(folderOf(path))];
  const from = folder && SAYS_NOTHING.test(file) ? folder : file;
  const clean = from
    .replace(/[^A-Za-z0-9._-]+/g, "_")
    .replace(/\.{2,}/g, ".")
    .replace(/^[.-]+/, "")
    .slice(0, 90);
  const name = clean || "patient";
  for (let number = 1; ; number++) {
    const tried = number === 1 ? name : `${name}-${number}`;
    if (!nameProblem(tried, others)) return tried;
  }
}
