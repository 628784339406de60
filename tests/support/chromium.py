# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Debian's Chromium, or another, without a window: opens a page and tells what it has found there."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from dataclasses import dataclass
from html import unescape
from importlib.util import find_spec
from pathlib import Path
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# What asks the page, once it is there. The answer is written into it, so that --dump-dom prints it.
_ASK = """
<script>
addEventListener("load", async () => {
  const told = await (async () => { %s })().catch(error => ({error: String(error)}));
  const place = document.createElement("script");
  place.type = "application/json";
  place.id = "told";
  place.textContent = JSON.stringify(told).replaceAll("<", "\\\\u003c");
  document.body.append(place);
});
</script>
"""
_TOLD = re.compile(r'<script type="application/json" id="told">(.*?)</script>', re.DOTALL)
_POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')


def find_chromium() -> str | None:
    return next((found for name in NAMES if (found := shutil.which(name))), None)


def axe() -> str | None:
    """The source of axe-core, from the package that brings it."""
    found = find_spec("axe_core_python")
    if found is None or not found.submodule_search_locations:
        return None
    return (Path(found.submodule_search_locations[0]) / "axe.min.js").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Chromium:
    program: str
    folder: Path

    def console(self, page: str, width: int) -> list[str]:
        """What the page itself, as it is, has written to the console."""
        self._run(self._file(page), width, "--dump-dom")
        log = (self.folder / "chromium.log").read_text(encoding="utf-8", errors="replace")
        return [line for line in log.splitlines() if "CONSOLE" in line]

    def ask(self, page: str, question: str, width: int, *flags: str, script: str = "") -> Any:
        """What the question, the body of an asynchronous function in JavaScript, returns."""
        asked = _POLICY.sub("", page) + f"<script>{script}</script>" * bool(script) + _ASK % question
        printed = self._run(self._file(asked), width, "--dump-dom", "--virtual-time-budget=60000", *flags)
        told = _TOLD.search(printed)
        assert told, printed[-500:]
        return json.loads(unescape(told[1]) if "&quot;" in told[1] else told[1])

    def picture(self, page: str, target: Path, width: int, height: int, *flags: str) -> None:
        self._run(self._file(page), width, f"--screenshot={target}", *flags, height=height)

    def _file(self, page: str) -> str:
        file = self.folder / "page.html"
        file.write_text(page, encoding="utf-8")
        return file.as_uri()

    def _run(self, address: str, width: int, *flags: str, height: int = 900) -> str:
        log = self.folder / "chromium.log"
        log.write_text("")
        command = [self.program, "--headless=new", "--no-sandbox", "--hide-scrollbars", "--disable-gpu"]
        logging = ["--enable-logging=stderr", "--log-level=0"]
        profile = [f"--user-data-dir={self.folder / 'profile'}", f"--window-size={width},{height}"]
        with log.open("wb") as errors:
            done = subprocess.run(
                [*command, *logging, *profile, *flags, address],
                stdout=subprocess.PIPE,
                stderr=errors,
                timeout=180,
                check=True,
            )
        return done.stdout.decode("utf-8", "replace")
