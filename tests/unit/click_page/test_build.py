"""One HTML file from its parts: what its Content-Security-Policy allows, and that names in it stay text."""

import base64
import gzip
import hashlib
import json
import os
import re
import sys
from html.parser import HTMLParser

import pytest

from oneclick.click_page.build import PageFiles, bundled, html_page, json_element, packed_element
from oneclick.common.errors import UserError


class Elements(HTMLParser):
    """The scripts and styles of a page by their attributes, and its policy, as a browser's parser finds them."""

    def __init__(self, page: str):
        super().__init__(convert_charrefs=True)
        self.found, self.policy, self.open = [], None, None
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        if tag in ("script", "style"):
            self.found.append([tag, dict(attrs), ""])
            self.open = tag
        elif dict(attrs).get("http-equiv") == "Content-Security-Policy":
            self.policy = dict(attrs)["content"]

    def handle_data(self, data):
        if self.open:
            self.found[-1][2] += data

    def handle_endtag(self, tag):
        self.open = None if tag == self.open else self.open


def page_of(tmp_path, frame=None, data=(), script="start();"):
    marks = "".join(f"<!-- {mark} -->\n" for mark in ("policy", "style", "data", "script"))
    (tmp_path / "page.html").write_text(f"<!doctype html>\n{marks}" if frame is None else frame)
    (tmp_path / "page.css").write_text("body { margin: 0; }\n")
    files = PageFiles(str(tmp_path / "page.html"), str(tmp_path / "page.css"), "main.js", "esbuild")
    return html_page(files, data, script)


def hash_of(text):
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def test_the_policy_allows_this_script_and_this_style_and_nothing_else(tmp_path):
    page = Elements(page_of(tmp_path))
    assert page.policy.split("; ") == [
        "default-src 'none'",
        f"script-src {hash_of('start();')} 'wasm-unsafe-eval'",
        f"style-src {hash_of('body { margin: 0; }' + chr(10))}",
        "connect-src 'none'",
        "form-action 'none'",
        "base-uri 'none'",
    ]
    # and so they stand there
    assert page.found == [["style", {}, "body { margin: 0; }\n"], ["script", {}, "start();"]]


def test_names_in_data_stay_data(tmp_path):
    hostile = {"</script><script>alert(1)</script>": "<!-- script -->", "é": [1.5, None, True]}
    page = Elements(page_of(tmp_path, data=[json_element('a"b', hostile), packed_element("model-a-1", b"bytes" * 100)]))
    (_, attributes, text), (_, packed, content) = page.found[1:3]
    assert len(page.found) == 4 and page.found[3][2] == "start();"
    assert attributes == {"type": "application/json", "id": 'a"b'} and json.loads(text) == hostile
    assert packed == {"type": "text/plain", "id": "model-a-1"}
    assert gzip.decompress(base64.b64decode(content)) == b"bytes" * 100


def test_the_same_bytes_are_packed_alike_whenever_that_is():
    raw = base64.b64decode(re.search(">(.*)<", packed_element("a", b"1"))[1])
    assert raw[4:8] == bytes(4)  # RFC 1952: the time, 0 where there is none


@pytest.mark.parametrize("frame", ["<!-- policy --><!-- style --><!-- data -->", "<!-- script -->" * 2])
def test_a_frame_without_its_marks_is_refused(tmp_path, frame):
    with pytest.raises(ValueError, match=r"page\.html has (0|2) comments \w+, not one"):
        page_of(tmp_path, frame)


def fake_esbuild(tmp_path, code):
    path = tmp_path / "esbuild"
    path.write_text(f"#!{sys.executable}\nimport sys\n{code}\n")
    path.chmod(0o755)
    (tmp_path / "view").mkdir()
    (tmp_path / "view/main.js").touch()
    return str(path), str(tmp_path / "view/main.js")


def test_code_that_cannot_be_bundled_is_told_in_the_bundlers_words(tmp_path):
    programs = fake_esbuild(tmp_path, "sys.exit('view/main.js:3:7: ERROR: Expected ;')")
    with pytest.raises(UserError, match=r"cannot make one script of it:\nview/main\.js:3:7: ERROR"):
        bundled(*programs)


@pytest.mark.parametrize("text", ["</Script>", "<!--"])
def test_a_text_that_would_end_the_script_is_refused(tmp_path, text):
    with pytest.raises(UserError, match="a text in it, or in what it imports, ends the script"):
        bundled(*fake_esbuild(tmp_path, f"print('const a = \"{text}\"')"))


def test_the_bundler_sees_paths_from_the_folder_of_the_page(tmp_path, monkeypatch):
    _, main = fake_esbuild(tmp_path, "import os; print(os.getcwd(), sys.argv[1])")
    monkeypatch.chdir(tmp_path)
    assert bundled("esbuild", os.path.relpath(main)) == f"{tmp_path} view/main.js\n"
