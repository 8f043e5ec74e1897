"""Say which numbers in the docs are older than the code of today: make results-check

Pages of docs/results/ whose numbers could differ now get a first line that says so, and lose it where code and settings are
those of the study again. Other blocks of numbers, between marks in any page, say in a comment what code they depend on and
get that line inside. What is older, or not known, is listed with the command that makes it anew. It reports; it never fails.
"""

import hashlib
import re
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from code_of_page import PageCode, what_changed
from digests import ROOT, SCRIPTS, number_digest_of, script_of

OLDER = "> **Older than the code.**"
"""How the line begins that marks a page or a block; nothing else begins so."""
UNKNOWN = f"{OLDER} Which code these numbers come from was not recorded."
BLOCK = re.compile(r"<!-- ([\w-]+) -->\n(.*?)<!-- /\1 -->", re.S)
CODE = re.compile(r"<!-- code: (.*) -->\n")
OF_PAGES = re.compile(r"<!-- of ((?:[\w/.-]+\.md ?)+)(?:as ([0-9a-f]+) )?-->\n")
"""In a block, or anywhere on a page: its numbers are those of pages of results. Where a person wrote them, of these as they
were then (:func:`numbers_of`)."""
MADE_BY = {
    "bench": "make bench",
    "stages": "make bench",
    "throughput": "make bench",
    "notebook": "make bench-notebook",
    "cost": "make bench",
    "scale": "make bench-scale",
}
"""Commands of blocks that are not made by one script alone."""


@dataclass(frozen=True)
class Found:
    """What was found of a page or a block. ``state``: empty where it agrees, else what to say; ``commands`` make it anew."""

    name: str
    state: str
    commands: list[str]


def without_mark(text: str) -> str:
    """A page or a block without its mark."""
    return re.sub(rf"\A{re.escape(OLDER)}[^\n]*\n\n?", "", text)


def with_mark(text: str, mark: str) -> str:
    """A page or a block with this mark in its first line, in the place of another one; an empty mark takes it away."""
    return (f"{mark}\n\n" if mark else "") + without_mark(text)


def mark_of(changed: list[str], commands: Iterable[str]) -> str:
    """The line for what changed since; nothing where nothing did."""
    if not changed:
        return ""
    again = ", then ".join(f"`{command}`" for command in commands)
    return f"{OLDER} Changed since: {' and '.join(changed)}." + (f" To make it anew: {again}." if again else "")


def state_of_page(page: Path, scripts: Path = SCRIPTS) -> tuple[str, list[str]]:
    """The mark of a page of results, and the commands that make it anew."""
    code = page.with_suffix("") / "code.json"
    if not code.is_file():
        return UNKNOWN, []
    found = PageCode.read(code)
    return mark_of(what_changed(found, scripts), found.commands), found.commands


def _rewrite(path: Path, text: str) -> None:
    if text != path.read_text(encoding="utf-8"):
        path.write_text(text, encoding="utf-8")


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.name


def check_page(page: Path, scripts: Path = SCRIPTS) -> Found:
    """Mark a page of results, or take its mark away."""
    mark, commands = state_of_page(page, scripts)
    _rewrite(page, with_mark(page.read_text(encoding="utf-8"), mark))
    return Found(name_of(page), mark, commands)


def changed_code(names: str) -> list[str]:
    """What changed of the code that a block names, as ``train=9eb207d5b577 benchmarks/bench.py=...``, in words."""
    pairs = [name.partition("=")[::2] for name in names.split()]
    other = [name for name, digest in pairs if number_digest_of(script_of(name)) != digest]
    return [f"the code of {', '.join(f'`{name}`' for name in other)}"] if other else []


def writer_of(name: str, code: str = "") -> list[str]:
    """The command that writes a block: of the first script in its comment, else of the script that has the block's name."""
    if name in MADE_BY:
        return [MADE_BY[name]]
    if first := re.match(r"([\w/]+\.py)=", code):
        return [f"python {first[1]}"]
    scripts = [*sorted((ROOT / "benchmarks").glob("*.py")), *sorted((ROOT / "tools").glob("*.py"))]
    writes = re.compile(rf'write_between\(.{{0,120}}?"{re.escape(name)}"', re.S)
    written = [path for path in scripts if writes.search(path.read_text(encoding="utf-8"))]
    return [f"python {name_of(path)}" for path in written[:1]]


def numbers_of(pages: Iterable[Path]) -> str:
    """Twelve hexadecimal digits that stand for what scripts wrote on pages of results."""
    written = [match[0] for page in pages for match in BLOCK.finditer(page.read_text(encoding="utf-8"))]
    return hashlib.sha256("".join(written).encode()).hexdigest()[:12]


def mark_of_numbers(path: Path, comment: re.Match) -> tuple[str, list[str]]:
    """The mark of numbers that are those of pages of results, by their comment (:data:`OF_PAGES`), and what makes the older
    ones anew."""
    pages, written = comment[1].split(), comment[2]
    if written and written != (now := numbers_of(path.parent / page for page in pages)):
        links = " and ".join(f"[{Path(page).stem}]({page})" for page in pages)
        again = f"write those of today, and 'as {now}' behind them"
        return f"{OLDER} The numbers are of an earlier run of {links}.", [again]
    states = {page: state_of_page(path.parent / page) for page in pages}
    older = {page: commands for page, (mark, commands) in states.items() if mark}
    links = " and of ".join(f"[{Path(page).stem}]({page})" for page in older)
    return links and f"{OLDER} The numbers are of {links}.", [one for commands in older.values() for one in commands]


def check_blocks(path: Path) -> list[Found]:
    """Mark the blocks of numbers of a page, or take their marks away. A block whose code is not known stays as it is."""
    found = []

    def checked(match: re.Match) -> str:
        name, body = match[1], match[2]
        known, of_pages = CODE.match(body), OF_PAGES.match(body)
        comment = known or of_pages
        if not body.strip():  # to be written yet
            return match[0]
        if comment is None:
            found.append(Found(f"{name_of(path)}, {name}", "not known", writer_of(name)))
            return match[0]
        commands = writer_of(name, known[1]) if known else []
        mark = mark_of(changed_code(known[1]), commands) if known else ""
        if of_pages:
            mark, commands = mark_of_numbers(path, of_pages)
        found.append(Found(f"{name_of(path)}, {name}", mark, commands))
        return f"<!-- {name} -->\n{comment[0]}{with_mark(body[comment.end() :], mark)}<!-- /{name} -->"

    text = BLOCK.sub(checked, path.read_text(encoding="utf-8"))
    if of_pages := OF_PAGES.search(BLOCK.sub("", text)):
        mark, commands = mark_of_numbers(path, of_pages)
        text = with_mark(text, mark)
        found.append(Found(name_of(path), mark, commands))
    _rewrite(path, text)
    return found


def documents() -> list[Path]:
    """All pages that Git knows or may come to know; those of installed packages are none."""
    listed = subprocess.run(
        ["git", "-C", ROOT, "ls-files", "-co", "--exclude-standard", "*.md"], capture_output=True, text=True
    ).stdout.split("\n")
    return [ROOT / name for name in dict.fromkeys(listed) if name and (ROOT / name).is_file()]


def main() -> None:
    pages = ROOT / "docs/results"
    found = [check_page(page) for page in sorted(pages.glob("*.md"))]
    for path in documents():
        found += check_blocks(path) if path.parent != pages else []
    for one in found:
        again = "; anew: " + ", then ".join(one.commands) if one.commands else ""
        if not one.state:
            print(f"{one.name}: agrees with the code")
        elif one.state == "not known":
            print(f"{one.name}: not known{again}")
        else:
            again = "" if "make it anew" in one.state else again
            print(f"{one.name}: {one.state.removeprefix('> ').replace('**', '')}{again}")
    older = sum(bool(one.state) and one.state != "not known" for one in found)
    unknown = sum(one.state == "not known" for one in found)
    print(f"{len(found)} pages and tables: {older} older than the code, {unknown} not known")


if __name__ == "__main__":
    main()
