"""A study, its exports and its report, and a segmentation, of scans whose headers name the patient, without a network: what
comes out names nobody, nothing tries to connect, nothing is left elsewhere, and permissions are the user's."""

import gzip
import os
import re
import shutil
import socket
import stat
import subprocess
import sys
import warnings
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

import nibabel as nib
import numpy as np
import pytest
import yaml
from conftest import TINY, copy_of_workflow
from dicom_files import MARK, add_texts, contour, pet_slice, save, segmentation, structure_set

SHAPE = (24, 24, 5)
DATE = "20200301"
"""Of study and series in dicom_files."""
STUDY = """\
results: results
cohort: {sheet: data/patients.tsv}
folds: 2
preprocess: {size: 16, spacing: 4, min_positive: 2}
training: {epochs: 1, batch_size: 2}
networks: {plain: {clicks: none}}
methods: {CNNonly: {network: plain}, CNNcm: {network: plain, keep: center}}
"""
WATCH = """\
import os, sys

def watch(event, arguments):
    # Sockets of this machine have a path for their address, those of a network a host and a port.
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg") and isinstance(arguments[1], tuple) or event in (
        "socket.getaddrinfo", "socket.gethostbyname", "urllib.Request", "http.client.connect", "ftplib.connect"
    ):
        with open(os.environ["WATCHED"], "a") as file:
            file.write(f"{event} {arguments[1:]} {sys.argv}\\n")

sys.addaudithook(watch)
with open(os.environ["WATCHED"] + ".processes", "a") as file:
    file.write(f"{os.getpid()}\\n")
"""
TEXTS = ["AE", "AS", "CS", "DA", "DT", "LO", "LT", "PN", "SH", "ST", "TM", "UC", "UI", "UR", "UT"]
"""DICOM's kinds of text."""


def all_texts(data):
    """A DICOM header with the mark in an element of each kind of text, in a nested one and in the preamble."""
    block = data.private_block(0x0011, MARK, create=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a name is no date
        for number, kind in enumerate(TEXTS, start=1):
            block.add_new(number, kind, f"{MARK} {kind}")
    data.preamble = f"{MARK} preamble".encode().ljust(128, b"\0")
    data.file_meta.ImplementationVersionName = MARK
    return data


def dicom_patient(folder, seed, seg):
    """A series, and the contours or the segmentation of a region on three of its slices."""
    rng, slices = np.random.default_rng(seed), []
    for k in range(SHAPE[2]):
        pixels = rng.integers(0, 900, SHAPE[1::-1]).astype(np.uint16).tobytes()
        slices.append(pet_slice(k, SHAPE, PixelData=pixels, PixelSpacing=[4, 4]))
        save(all_texts(slices[-1]), folder / f"PET/{k}.dcm")
    if seg:
        masks = np.zeros((SHAPE[2], *SHAPE[1::-1]), np.uint8)
        masks[1:4, 6:14, 6:14] = 1
        made = segmentation(slices, masks, ["GTV"])
        add_texts(made)
    else:
        corners = [(x, y) for x, y in ((10, 10), (40, 10), (40, 45), (10, 45))]
        made = structure_set({"GTV": [contour(corners, 30 + 4 * k) for k in (1, 2, 3)]})
    save(all_texts(made), folder / "mask.dcm")


def nifti_patient(folder, seed, kind, ending):
    """A PET and a mask with the mark in every text of their headers and, of NIfTI, in an extension."""
    folder.mkdir(parents=True)
    mask = np.zeros(SHAPE, np.uint8)
    mask[6:14, 6:14, 1:4] = 1
    for name, data in (("pet", np.random.default_rng(seed).random(SHAPE).astype(np.float32)), ("mask", mask)):
        image = kind(data, np.diag([-4.0, -4.0, 4.0, 1.0]))
        # Fields that hold bytes are texts.
        fields = [
            field for field, (of, _) in image.header.template_dtype.fields.items() if of.kind == "S" and of.itemsize > 9
        ]
        assert {"descrip", "aux_file", "db_name"} <= set(fields)
        for field in fields:
            image.header[field] = MARK.encode()
        if kind is nib.Nifti1Image:
            extension = nib.nifti1.Nifti1Extension("comment", f"{MARK} {DATE}".encode())
            image.header.extensions.append(extension)
        nib.save(image, folder / f"{name}.{ending}")


def unpacked(path):
    """What a file holds, followed by what is packed in it."""
    raw = path.read_bytes()
    parts = [raw]
    if path.suffix == ".gz":
        parts.append(gzip.decompress(raw))
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            parts += [archive.read(name) for name in archive.namelist()]
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", raw, re.S) if path.suffix == ".pdf" else []:
        try:
            parts.append(zlib.decompress(stream))
        except zlib.error:
            continue
    return b"".join(parts)


def holding(folder, *words):
    """The files below a folder that hold one of the words, in whatever case."""
    words = [word.encode().lower() for word in words]
    return [
        path
        for path in folder.rglob("*")
        if path.is_file() and not path.is_symlink() and any(word in unpacked(path).lower() for word in words)
    ]


def connections(folder):
    """How a command is started such that its attempts to connect are written to a file, native code's too; [] where that
    cannot be done."""
    file = str(folder / "connections")
    command = ["strace", "--seccomp-bpf", "-f", "-qq", "-A", "-e", "trace=connect,sendto", "-o", file]
    works = shutil.which("strace") and subprocess.run([*command, "true"], capture_output=True).returncode == 0
    return command if works else []


def without_network():
    """How a command is started without a network; [] where that cannot be done."""
    for command in (["unshare", "-n"], ["unshare", "-rn"]):
        if shutil.which("unshare") and subprocess.run([*command, "true"], capture_output=True).returncode == 0:
            return command
    return []


@dataclass(frozen=True)
class Ran:
    """Where the study ran, what it said, how its network was taken away, and how it was watched; [] where that is not
    possible."""

    folder: Path
    said: str
    removed: list[str]
    traced: list[str]

    @property
    def study(self) -> Path:
        return self.folder / "study"


@pytest.fixture(scope="module")
def ran(tmp_path_factory) -> Ran:
    """Everything done once: the files and all that was said. The scans are gone again."""
    folder = tmp_path_factory.mktemp("privacy")
    for name in ("study", "home", "tmp", "watch"):
        (folder / name).mkdir()
    (folder / "watch/sitecustomize.py").write_text(WATCH)
    study, said, removed, traced = folder / "study", "", without_network(), connections(folder)
    copy_of_workflow(study, STUDY, shallow=False)
    rows = ["patient\tpet\tmask"]
    for patient, seg in (("d1", False), ("d2", True)):
        dicom_patient(study / "data" / patient, len(rows), seg)
        rows.append(f"{patient}\t{patient}/PET\t{patient}/mask.dcm")
    for patient, kind, ending in (("n1", nib.Nifti1Image, "nii.gz"), ("a1", nib.Spm99AnalyzeImage, "img")):
        nifti_patient(study / "data" / patient, len(rows), kind, ending)
        rows.append(f"{patient}\t{patient}/pet.{ending}\t{patient}/mask.{ending}")
    (study / "data/patients.tsv").write_text("\n".join(rows) + "\n")
    # The mark is there to be found: in 2 series, contours, a segmentation, NIfTI files and Analyze headers.
    assert len(holding(study / "data", MARK)) == 2 * (SHAPE[2] + 1) + 2 + 2
    shutil.copytree(study / "data/d1", study / "new/d1")
    (study / "clicks.csv").write_text("patient,i,j,k\nd1,8,10,2\n")
    config = {"results": "results-new", "segment": {"models": "results", "pet": "new/{patient}/PET", "clicks": "clicks.csv"}}
    (study / "segment.yaml").write_text(yaml.safe_dump(config))
    (study / "phantom.yaml").write_text(TINY.replace("results: results", "results: results-phantom"))
    environment = os.environ | {
        "HOME": str(folder / "home"),
        "TMPDIR": str(folder / "tmp"),
        "PYTHONPATH": str(folder / "watch"),
        "WATCHED": str(folder / "watched"),
    }
    for variable in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "MPLCONFIGDIR", "KERAS_HOME"):
        environment.pop(variable, None)
    for arguments in (
        ["all", "export"],
        ["--report", "results/provenance.html"],
        ["segment", "--configfile", "segment.yaml"],
        ["results-phantom/cohort/phantom-001/pet.nii.gz", "--configfile", "phantom.yaml"],
    ):
        command = [*removed, *traced, str(Path(sys.executable).parent / "snakemake"), "--cores", "2", *arguments]
        done = subprocess.run(command, cwd=study, env=environment, capture_output=True, text=True, umask=0o027)
        said += done.stdout + done.stderr
        assert done.returncode == 0, said
    shutil.rmtree(study / "data")
    shutil.rmtree(study / "new")
    return Ran(folder, said, removed, traced)


def test_no_text_of_a_header_comes_out(ran):
    assert holding(ran.folder, MARK, DATE) == []
    assert MARK.lower() not in ran.said.lower() and DATE not in ran.said
    # of that which was written all can be read
    image = nib.load(ran.study / "results-new/masks/CNNonly/d1.nii.gz")
    assert image.shape == SHAPE and not image.header.extensions
    assert nib.load(ran.study / "results/masks/CNNcm/a1.nii.gz").header["descrip"].tobytes().startswith(b"oneclick-pet, ")


def test_the_report_names_no_machine_and_no_folder_and_asks_for_nothing(ran):
    report = (ran.study / "results/report.html").read_text()
    words = re.findall(r"[\w.-]+", re.sub(r"base64,[\w+/=]+", "", report))
    assert socket.gethostname() not in words
    assert not any(f"{folder}/" in report for folder in (ran.folder, Path.home(), sys.prefix))
    assert "default-src 'none'" in report and "<script" not in report
    addresses = re.findall(r"""(?:src|href|url|action)\s*[=(]\s*["']?([^"'\s>)]+)""", report)
    kinds = {re.match(r"(?:data:[a-z]+/[a-z+]+|https?:|#|)", address)[0] for address in addresses}
    assert kinds <= {"data:image/png", "data:text/csv", "#", ""} and {"warnings.csv", "provenance.html"} <= set(addresses)


def test_nothing_tries_to_connect(ran):
    processes = (ran.folder / "watched.processes").read_text().split()
    assert len(set(processes)) > 30  # each job was watched
    tried = ran.folder / "watched"
    assert not tried.exists(), tried.read_text()


def test_no_native_code_tries_to_connect(ran):
    if not ran.traced:
        pytest.skip("strace is not there, or may not trace")
    # Addresses of IPv4 and IPv6; sockets of this machine have a path.
    assert [line for line in (ran.folder / "connections").read_text().splitlines() if "AF_INET" in line] == []


def test_all_of_it_runs_without_a_network(ran):
    if not ran.removed:
        pytest.skip("unshare -n is not allowed here")
    names = subprocess.run([*ran.removed, "cat", "/proc/net/dev"], capture_output=True, text=True).stdout
    assert [line.partition(":")[0].strip() for line in names.splitlines()[2:]] == ["lo"]
    assert (ran.study / "results/provenance.html").is_file()  # and yet it was done


def test_what_is_left_outside_of_the_studys_folder(ran):
    left = [path.relative_to(ran.folder) for name in ("home", "tmp") for path in (ran.folder / name).rglob("*")]
    files = {str(path.with_suffix("")) for path in left if (ran.folder / path).is_file()}
    # Fonts of the machine, and Keras's settings; no list of files, no report on what was done.
    assert {re.sub(r"-v[0-9.]+", "", path) for path in files} <= {"home/.cache/matplotlib/fontlist", "home/.keras/keras"}


def test_networks_are_safe_to_load(ran, tmp_path):
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    import keras

    path = ran.study / "results/models/plain/fold-1.keras"
    assert keras.models.load_model(path, safe_mode=True).output_shape[-1] == 1
    # What is hostile is refused so: Keras would run the code of a Lambda.
    ours = keras.Sequential([keras.Input((4,)), keras.layers.Lambda(lambda x: x)])
    ours.save(tmp_path / "hostile.keras")
    with pytest.raises((ValueError, TypeError), match=r"safe_mode|unsafe"):
        keras.models.load_model(tmp_path / "hostile.keras", safe_mode=True)


def test_permissions_are_those_that_the_user_chose(ran):
    files = [path for name in ("results", "logs", "results-new") for path in (ran.study / name).rglob("*")]
    assert len(files) > 100
    wrong = {
        str(path.relative_to(ran.study)): oct(path.stat().st_mode & 0o777) for path in files if path.stat().st_mode & 0o027
    }
    assert wrong == {}
    private = [path for path in files if path.is_file() and not path.stat().st_mode & stat.S_IRGRP]
    assert private == []  # nor are they hidden from a group that may read
