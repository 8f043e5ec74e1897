"""The settings of a reader study, checked against the cohort and the files that came back."""

from collections.abc import Iterable, Mapping, Sequence
from glob import escape, glob

from oneclick.clicks.kinds import is_readers, is_simulated, reader_of
from oneclick.settings.study import ConfigError, cross_kinds, nearest


def readers_files(pattern: str | None) -> dict[str, str]:
    """The files of a pattern such as ``readers/*.csv`` by their readers' codes, which ``*`` stands for, in their order."""
    if not pattern:
        return {}
    before, after = pattern.split("*")
    files = sorted(glob("*".join((escape(before), escape(after)))))
    return {path[len(before) : len(path) - len(after)]: path for path in files}


def reader_codes(reader_study: dict) -> list[str]:
    """The codes of a reader study's readers: those of its settings, or R1, R2, ... of a number."""
    readers = reader_study["readers"]
    return [f"R{n}" for n in range(1, readers + 1)] if isinstance(readers, int) else readers


def reader_kind(readers: Iterable[str], code: str | None = None) -> str:
    """The kind of click of one reader by ``code``, or of all of them, a reader a patient."""
    words = ["simulated"] * any(map(is_simulated, readers)) + ["reader"] + [code] * (code is not None)
    return "-".join(words)


def _of_patients(study: Mapping, patients: Sequence[str]) -> list[str]:
    """What is wrong with the patients of a reader study."""
    listed, practice, repeated = (study[key] for key in ("patients", "practice", "repeated"))
    known = listed if isinstance(listed, list) else []
    problems = [
        f"reader_study: there is no patient {name}; {nearest(name, list(patients), {})}"
        for name in [*known, *([practice] if practice else [])]
        if name not in patients
    ]
    others = len(patients) - (practice in patients)
    if isinstance(listed, int) and listed > others:
        beside = f" beside the practice case {practice}" if practice else ""
        problems.append(f"reader_study.patients: {listed} are more than the {others} patients{beside}; lower it")
    if practice in known:
        problems.append(f"reader_study.practice: {practice} is read as well; take another patient for practice")
    n = len(known) or listed
    if repeated > n:
        problems.append(f"reader_study.repeated: {repeated} are more than the {n} patients that are read; lower it")
    elif repeated and n < 2:
        problems.append(f"reader_study.repeated: {repeated} needs two patients or more; read another, or set it to 0")
    return problems


def _of_codes(codes: Sequence[str], readers: Sequence[str]) -> list[str]:
    """What is wrong with the codes of readers, and those whose files are there (``readers``)."""
    problems = []
    if len({code.lower() for code in codes}) < len(codes):
        problems.append("reader_study.readers: two codes differ in upper and lower case only; change one")
    if len({is_simulated(code) for code in codes}) > 1:
        mend = "let simulated readers have a study of their own"
        problems.append(f"reader_study.readers: codes that begin with sim are of simulated readers; {mend}")
    for code in readers:
        if code not in codes:
            wrong = f"clicks.readers: there is a file of {code}, who is none of {', '.join(codes)}"
            problems.append(f"{wrong}; add the code to reader_study.readers, or take the file away")
    return problems


def _of_kinds(kinds: Iterable[str], asked: str, readers: Sequence[str]) -> list[str]:
    """What is wrong with the kinds of click that are to be ``readers``', who were ``asked`` to click a slice or a lesion."""
    problems = []
    for kind in kinds:
        code = reader_of(kind)
        if code and code not in readers:
            mend = nearest(code, list(readers), {})
            problems.append(f"there is no file of reader {code} for the clicks {kind}; {mend}")
        elif kind != (right := reader_kind(readers, code)):
            problems.append(f"the clicks {kind} are called {right}; change the name in networks, methods and cross")
        elif asked == "lesion":
            wrong = f"reader_study.clicks: {kind} needs a click on each slice, and one per lesion was asked for"
            problems.append(f"{wrong}; take other clicks for networks, methods and cross")
    return problems


def check_readers(config: dict, patients: Sequence[str], readers: Sequence[str]) -> None:
    """Raises ConfigError where a study's reader study, its ``readers``, whose files are there, and its kinds of click do not
    go together. ``patients``: all of the cohort."""
    study, given = config.get("reader_study"), config["clicks"]["readers"]
    used = [kind for kind in cross_kinds(config) if is_readers(kind)]
    problems = []
    if given and study is None:
        problems.append("clicks.readers: their page is unknown; give the section reader_study with which it was made")
    elif given and not readers:
        problems.append(f"clicks.readers: there is no file {given}; put the readers' files there, or mend the path")
    elif used and not given:
        problems.append(f"clicks.readers is missing, and {used[0]} needs the readers' files; give it, as readers/*.csv")
    if study is not None:
        problems += [*_of_patients(study, patients), *_of_codes(reader_codes(study), readers)]
        if given and not problems:
            problems += _of_kinds(used, study["clicks"], readers)
    if problems:
        raise ConfigError("\n".join(problems))
