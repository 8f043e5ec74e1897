// Which files are scans, and how their patients are named.
import assert from "node:assert/strict";
import {test} from "node:test";
import {proposedName, sorted} from "../../../workflow/click_page/view/files.js";

const file = (path, content = "") => ({path, file: new File([content], path.split("/").pop())});
const dicom = (path) => file(path, `${"\0".repeat(128)}DICM`);
const names = (found) => found.scans.map(({files}) => files.map(({name}) => name).join("+"));

test("scans of all kinds are found, a pair by its header", async () => {
  const given = ["a.nii", "b.nii.gz", "c.hdr", "c.img", "d.HDR.gz", "d.img.gz", "clicks.csv"].map((path) => file(path));
  const found = await sorted(given);
  assert.deepEqual(names(found), ["a.nii", "b.nii.gz", "c.hdr+c.img", "d.HDR.gz+d.img.gz"]);
  assert.deepEqual(found.clicks.map(({name}) => name), ["clicks.csv"]);
  assert.deepEqual(found.problems, []);
});

test("a header without its image is said", async () => {
  const found = await sorted([file("c.hdr")]);
  assert.deepEqual(found.problems, ["c.hdr: its image, c.img, is missing; choose both files together"]);
});

test("of a folder per patient the masks are left out with a word", async () => {
  const found = await sorted(["P1/pet.nii.gz", "P1/mask.nii.gz", "P2/pet.nii.gz", "P2/.hidden.nii"].map((path) => file(path)));
  assert.deepEqual(found.scans.map(({path}) => path), ["P1/pet.nii.gz", "P2/pet.nii.gz"]);
  assert.match(found.problems.join(), /^P1\/mask.nii.gz is left out/);
  // but what is chosen by itself is opened, whatever its name
  assert.deepEqual(names(await sorted([file("mask.nii.gz")])), ["mask.nii.gz"]);
});

test("a folder of DICOM is known by what it holds, and answered with the command that converts it", async () => {
  for (const given of [[dicom("scans/P 07/IM0001"), dicom("scans/P 07/IM0002")], [file("scans/P 07/1.dcm")]]) {
    const {scans, problems} = await sorted(given);
    assert.deepEqual(scans, []);
    assert.equal(problems.length, 1);
    assert.match(problems[0], /^scans\/P 07 is a folder of DICOM, .* make nifti PET="P 07" .* open the P 07.nii.gz/);
  }
});

test("other files are named, but not all of a large folder", async () => {
  const few = await sorted([file("report.pdf")]);
  assert.match(few.problems[0], /^report.pdf: not read from such a file; open .nii/);
  const many = await sorted(["1", "2", "3", "4"].map((name) => file(`P1/${name}.txt`)));
  assert.deepEqual(many.problems, []);
});

test("the folder names the patient where the file says nothing", () => {
  assert.equal(proposedName("pet.nii.gz", []), "pet");
  assert.equal(proposedName("study/P07/pet.nii.gz", []), "P07");
  assert.equal(proposedName("study/P07/PET_image.nii", []), "P07");
  assert.equal(proposedName("study/P07/scan-of-March.nii.gz", []), "scan-of-March");
  assert.equal(proposedName("Müller, Anna.nii.gz", []), "M_ller_Anna");
  assert.equal(proposedName("..nii.nii", []), "nii");
  assert.equal(proposedName("pet.nii.gz", ["PET"]), "pet-2");
  assert.equal(proposedName("pet.nii.gz", ["pet", "pet-2"]), "pet-3");
});
