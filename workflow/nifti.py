"""Convert a folder of DICOM PET into a NIfTI file in SUV: python workflow/nifti.py ../scans/P07

What `make nifti PET=../scans/P07` does, for the click page, which reads NIfTI alone. It writes ../scans/P07.nii.gz, beside
the folder, with the reader that a study has; no text of the header goes along. What is wrong or doubtful is said in a
sentence.
"""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parent / "scripts"))

from oneclick.common.errors import UserError
from oneclick.data.cohort import is_dicom
from oneclick.data.volume import ScanError
from oneclick.engine.job import plain, plain_words

SCANS = (".nii", ".nii.gz", ".hdr", ".img")


def place_of(pet: str) -> Path:
    """Where the NIfTI file of a folder of DICOM is written. Raises UserError where there is no such folder, or a file stands
    where it would be written."""
    if not pet:
        raise UserError("make nifti needs the folder of the DICOM slices; write make nifti PET=path/of/the/folder")
    path = Path(pet).resolve()
    if not path.exists():
        raise UserError(f"{pet}: there is no such folder; mend the path behind PET=")
    if path.name.lower().endswith(SCANS):
        raise UserError(f"{pet}: this is no DICOM; open it on the click page as it is")
    if not is_dicom(path):
        raise UserError(f"{pet}: this is no folder of DICOM; give the folder that the slices are in")
    written = path.with_name((path.name if path.is_dir() else path.stem) + ".nii.gz")
    if written.exists():
        raise UserError(f"{written}: there is such a file already; rename or delete it")
    return written


def main(pet: str) -> None:
    try:
        written = place_of(pet)
        from oneclick.data.scans import convert_pet  # it takes a while

        volume = convert_pet(written.name.removesuffix(".nii.gz"), pet, str(written))
    except ScanError as error:
        sys.exit(plain(f"{error.path}: {error.wrong}; {error.mend}"))
    except UserError as error:
        sys.exit(plain(str(error)))
    except OSError as error:
        sys.exit(plain(plain_words(error, pet) or str(error)))
    for doubt in volume.doubts:
        print(plain(f"warning: {pet}: {doubt.problem}; {doubt.mend}"), file=sys.stderr)
    for note in volume.notes:
        print(plain(f"note: {note}"))
    print(plain(f"SUV from: {volume.suv_from}" if volume.suv_from != "SUV" else "The DICOM is in SUV already"))
    print(plain(f"{written} is there; open it on the click page"))


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "")
