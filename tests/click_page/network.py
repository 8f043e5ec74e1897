"""A server that pages try to reach in tests, and the ways in which they try."""

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@contextmanager
def server():
    """A server on this machine that lets every page read it: its address, and the paths that it was asked for."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(200)
            self.send_header("Access-Control-Allow-Origin", "*")
            self.end_headers()

        do_POST = do_HEAD = do_OPTIONS = do_GET

        def log_message(self, *_):
            pass

    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    try:
        yield f"127.0.0.1:{running.server_port}", asked
    finally:
        running.shutdown()
        running.server_close()


ATTEMPTS = {
    "fetch": "fetch(`http://${a}/fetch`)",
    "request": "{const x = new XMLHttpRequest(); x.open('POST', `http://${a}/request`); x.send('scan');}",
    "image": "new Image().src = `http://${a}/image`",
    "beacon": "navigator.sendBeacon(`http://${a}/beacon`, 'scan')",
    "socket": "new WebSocket(`ws://${a}/socket`)",
    "events": "new EventSource(`http://${a}/events`)",
    "module": "import(`http://${a}/module`)",
    "script": "document.head.append(Object.assign(document.createElement('script'), {src: `http://${a}/script`}))",
    "style": "document.head.append(Object.assign(document.createElement('link'), {rel: 'stylesheet', href: `http://${a}/style`}))",
    "import": "document.head.append(Object.assign(document.createElement('style'), {textContent: `@import 'http://${a}/import'`}))",
    "frame": "document.body.append(Object.assign(document.createElement('iframe'), {src: `http://${a}/frame`}))",
    "film": "document.body.append(Object.assign(document.createElement('video'), {src: `http://${a}/film`}))",
    "object": "document.body.append(Object.assign(document.createElement('object'), {data: `http://${a}/object`}))",
    "worker": "new Worker(URL.createObjectURL(new Blob([`importScripts('http://${a}/worker')`])))",
    "form": """{const form = document.createElement('form'), frame = document.createElement('iframe');
        frame.name = 'elsewhere';
        document.body.append(form, frame);
        Object.assign(form, {action: `http://${a}/form`, target: 'elsewhere'}).submit();}""",
}
"""Code that asks a server at a, by the path that it asks for."""


def attempt(driver, address: str) -> None:
    for code in ATTEMPTS.values():
        driver.execute_script(f"const a = arguments[0]; try {{ {code} }} catch {{ }}", address)
