# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""All checks of the collection: `./dev check` runs them, `./dev check --list` names them.

antsibull-nox.toml configures those that antsibull-nox brings. What stands here runs ansible-test without a container,
and what is not known to antsibull-nox. A session that cannot run here is skipped and says why, and nox names it again
at its end. nox.options.error_on_missing_interpreters is not used: no session names an interpreter that is not there.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from xml.etree import ElementTree

import antsibull_nox
import nox
from nox.command import CommandFailed

PROJECT = Path(__file__).resolve().parent
CHECKS = PROJECT / "tests" / "checks"
BUILD = PROJECT / "build"
# ansible-test keeps what it installs in a home of its own, for which get-pip.py need not be downloaded.
HOME = BUILD / "ansible-test"
RESULTS = BUILD / "tested"

# The oldest, a middle and the newest ansible-core, and the Pythons to look for, in this order.
CORES = {"2.16": ("3.11", "3.12"), "2.18": ("3.12", "3.11", "3.13"), "2.21": ("3.12", "3.13", "3.14")}
# The ways past a role are tried where templates are the old ones, on the first with the new ones, and on the newest.
CLOSED = {"2.16": ("3.11", "3.12"), "2.19": ("3.12", "3.11", "3.13"), "2.21": ("3.12", "3.13", "3.14")}
# The get-pip.py that each of them looks for.
GET_PIP = ("23_1_2", "24_2", "25_2")
# Each of them has 24 or more. Fewer would mean that ansible-test has found nothing to look at.
FEWEST_SANITY = 20
SAID_BY_PIP = re.compile(
    r"\s*(Looking in|Processing|Collecting|Downloading|Using cached|Requirement already|Installing collected"
    r"|Successfully |Attempting uninstall|Found existing|Uninstalling|━|WARNING: Location|Building wheel|$)"
)

ANSIBLE_DOCS = "https://docs.ansible.com/projects/ansible/devel/"

nox.options.reuse_venv = "yes"
nox.options.default_venv_backend = "virtualenv"
nox.options.download_python = "never"


def runs(candidate: Path, version: str) -> bool:
    """Whether it is this Python, with venv. A version manager's shim is there, and fails when it is run."""
    code = "import sys, venv, ensurepip; print('%d.%d' % sys.version_info[:2])"
    tried = subprocess.run([candidate, "-c", code], capture_output=True, text=True, check=False)
    return tried.returncode == 0 and tried.stdout.strip() == version


def find_python(versions: tuple[str, ...]) -> tuple[str, Path] | None:
    """The first of the versions that runs here, and where."""
    folders = [Path(sys.executable).parent, *map(Path, os.get_exec_path())]
    for version in versions:
        managed = (Path.home() / ".pyenv" / "versions").glob(f"{version}.*/bin")
        for folder in [*folders, *managed]:
            candidate = folder / f"python{version}"
            if candidate.exists() and runs(candidate, version):
                return version, candidate
    return None


def for_each_core(check: Callable[[nox.Session, str, str], None], cores: dict[str, tuple[str, ...]] = CORES) -> None:
    """Registers a session of the check for each ansible-core, with a Python that this core runs on."""
    for core, versions in cores.items():
        found = find_python(versions)

        def run(
            session: nox.Session,
            core: str = core,
            wanted: str = " or ".join(versions),
            found: tuple[str, Path] | None = found,
        ) -> None:
            if found is None:
                session.skip(f"ansible-core {core} needs Python {wanted}, which was not found here")
            else:
                check(session, core, found[0])

        run.__doc__ = f"{check.__doc__} (ansible-core {core})"
        nox.session(name=f"{check.__name__}-{core}", python=str(found[1]) if found else False)(run)


@contextmanager
def copy_of_checkout() -> Iterator[Path]:
    """The collection in a place that ansible-test accepts: no symlink, and not in a folder that git ignores."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=PROJECT, check=True, capture_output=True, text=True).stdout.split("\0")
    with tempfile.TemporaryDirectory(prefix="batchops-") as folder:
        collection = Path(folder) / "ansible_collections" / "batchops" / "azure"
        for name in sorted({name for name in names if (PROJECT / name).is_file()}):
            (collection / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(PROJECT / name, collection / name)
        yield collection


def place_get_pip() -> None:
    cache = HOME / ".ansible" / "test" / "cache"
    cache.mkdir(parents=True, exist_ok=True)
    for version in GET_PIP:
        shutil.copy(CHECKS / "get_pip.py", cache / f"get_pip_{version}.py")
    # The user's own settings of pip hold in this home too.
    for settings in (Path(".config") / "pip", Path(".pip")):
        if (Path.home() / settings).is_dir() and not (HOME / settings).exists():
            (HOME / settings).parent.mkdir(parents=True, exist_ok=True)
            (HOME / settings).symlink_to(Path.home() / settings)


def ansible_test(session: nox.Session, core: str, collection: Path, *arguments: str) -> str:
    """Runs ansible-test in the copy, and returns what it printed. When it fails, that is shown without pip's part."""
    session.install(f"ansible-core~={core}.0")
    place_get_pip()
    log = HOME / f"{session.name}.log"
    try:
        with session.chdir(collection), log.open("w", encoding="utf-8") as output:
            command = ["ansible-test", *arguments, "--color", "no"]
            session.run(*command, env={"HOME": str(HOME)}, stdout=output, stderr=subprocess.STDOUT)
    except CommandFailed:
        lines = log.read_text(encoding="utf-8").splitlines()
        session.error("\n".join(line for line in lines if not SAID_BY_PIP.match(line)))
    return log.read_text(encoding="utf-8")


def passed(session: nox.Session, core: str, python: str, check: str, number: int) -> None:
    """Keeps what has passed, for the table of tested versions."""
    if number == 0:
        session.error(f"{check}: no test has run")
    session.log(f"{check}: {number} passed with ansible-core {core} on Python {python}")
    RESULTS.mkdir(parents=True, exist_ok=True)
    result = {"ansible_core": core, "python": python, "check": check, "passed": number}
    (RESULTS / f"{check}-{core}.json").write_text(json.dumps(result), encoding="utf-8")


def forget(core: str, check: str) -> None:
    (RESULTS / f"{check}-{core}.json").unlink(missing_ok=True)


def sanity(session: nox.Session, core: str, python: str) -> None:
    """Run all of ansible-test sanity, with no ignore entries"""
    forget(core, "sanity")
    if list((PROJECT / "tests" / "sanity").glob("ignore*.txt")):
        session.error("tests/sanity holds ignore entries")
    with copy_of_checkout() as collection:
        printed = ansible_test(session, core, collection, "sanity", "--python", python)
    number = len(set(re.findall(r'^Running sanity test "([^"]+)"', printed, re.MULTILINE)))
    if number < FEWEST_SANITY:
        session.error(f"only {number} sanity tests have run:\n{printed}")
    passed(session, core, python, "sanity", number)


def units(session: nox.Session, core: str, python: str) -> None:
    """Run the unit tests under ansible-test"""
    forget(core, "units")
    with copy_of_checkout() as collection:
        ansible_test(session, core, collection, "units", "--venv", "--python", python, "--num-workers", "2")
        number = 0
        for report in (collection / "tests" / "output" / "junit").glob("*.xml"):
            for suite in ElementTree.parse(report).getroot().iter("testsuite"):
                counts = {key: int(suite.get(key, "0")) for key in ("tests", "skipped", "errors", "failures")}
                number += counts["tests"] - counts["skipped"] - counts["errors"] - counts["failures"]
    passed(session, core, python, "units", number)


def integration(session: nox.Session, core: str, python: str) -> None:
    """Run the integration targets under ansible-test, against a simulator that they start"""
    forget(core, "integration")
    with copy_of_checkout() as collection:
        arguments = ("integration", "--venv", "--python", python, "--continue-on-error")
        printed = ansible_test(session, core, collection, *arguments)
        targets = {path.parent.name for path in collection.glob("tests/integration/targets/*/aliases")}
    ran = set(re.findall(r"^Running (\S+) integration test role", printed, re.MULTILINE))
    if targets - ran:
        session.error(f"these targets have not run: {', '.join(sorted(targets - ran))}\n{printed}")
    passed(session, core, python, "integration", len(ran))


def installed(session: nox.Session, core: str, python: str) -> None:
    """Install the tarball as users do, and run from there what the README shows"""
    forget(core, "installed")
    session.install(f"ansible-core~={core}.0", "-r", "requirements.txt", "-r", "tests/requirements/demo.txt")
    with copy_of_checkout() as collection:
        tarball = build(session, collection)
        root = collection.parents[2]
        script = collection / "tests" / "checks" / "installed.py"
        session.run("python", str(script), str(tarball), str(BUILD / "installed.json"), env={"PYTHONPATH": str(root)})
    checked = json.loads((BUILD / "installed.json").read_text(encoding="utf-8"))
    passed(session, core, python, "installed", len(checked))


def closed(session: nox.Session, core: str, python: str) -> None:
    """Try every variable of the roles, given in every wrong way, called in every way: never an open gate"""
    session.install(f"ansible-core~={core}.0", "-r", "requirements.txt", "-r", "tests/requirements/demo.txt", "pytest")
    with copy_of_checkout() as collection:
        root = collection.parents[2]
        env = {"BATCHOPS_WHOLE_TABLE": "1", "PYTHONPATH": str(root), "ANSIBLE_COLLECTIONS_PATH": str(root)}
        with session.chdir(collection):
            session.run(
                "python", "-m", "pytest", "-o", "addopts=", "-q", "tests/integration/test_roles_closed.py", env=env
            )
    session.log(f"closed: tried with ansible-core {core} on Python {python}")


for_each_core(sanity)
for_each_core(units)
for_each_core(integration)
for_each_core(installed)
for_each_core(closed, CLOSED)
antsibull_nox.load_antsibull_nox_toml()


@nox.session
def types(session: nox.Session) -> None:
    """Check types: mypy, strict, on everything that runs at run time."""
    session.install("ansible-core", "mypy", "types-requests", "-r", "requirements.txt")
    with copy_of_checkout() as collection:
        root = collection.parents[2]
        command = ["mypy", "--config-file", str(collection / "mypy.ini"), "--cache-dir", str(BUILD / "mypy")]
        with session.chdir(root):
            # Some lines need their "type: ignore" only where mypy cannot follow ansible_collections.
            arguments = ("--no-warn-unused-ignores", "-p", "ansible_collections.batchops.azure.plugins")
            session.run(*command, *arguments, env={"MYPYPATH": str(root)})


@nox.session
def changelog(session: nox.Session) -> None:
    """Lint the fragments of the changelog."""
    session.install("ansible-core", "antsibull-changelog")
    session.run("antsibull-changelog", "lint")


def build(session: nox.Session, collection: Path) -> Path:
    """Builds the tarball from a copy of the checkout, and returns where it is."""
    folder = collection.parents[2] / "built"
    session.run("ansible-galaxy", "collection", "build", "--output-path", str(folder), str(collection), silent=True)
    [tarball] = folder.glob("*.tar.gz")
    return tarball


@nox.session(name="build-import")
def build_import(session: nox.Session) -> None:
    """Build the tarball, and import it as Galaxy does: no warning, no error."""
    session.install("ansible-core", "galaxy-importer>=0.4")
    with copy_of_checkout() as collection:
        tarball = build(session, collection)
        size = tarball.stat().st_size
        env = {
            "GALAXY_IMPORTER_CONFIG": str(CHECKS / "galaxy-importer.cfg"),
            "ANSIBLE_COLLECTIONS_PATH": str(collection.parents[2]),
        }
        with session.chdir(tarball.parent):
            said = session.run("python", "-m", "galaxy_importer.main", tarball.name, env=env, silent=True)
    print(said)
    if size >= 1_000_000:
        session.error(f"the tarball has {size} bytes; the limit is 1 MB")
    if complaints := re.findall(r"^(?:WARNING|ERROR).*$", str(said), re.MULTILINE):
        session.error("galaxy-importer is not content:\n" + "\n".join(complaints))
    session.log(f"{tarball.name}: {size} bytes, imported without a warning")


@nox.session(name="execution-environment")
def execution_environment(session: nox.Session) -> None:
    """Make the build context of an execution environment, and install what it asks for, alone and beside azure-cli."""
    session.install("ansible-core", "ansible-builder>=3")
    script = CHECKS / "execution_environment.py"
    with copy_of_checkout() as collection, session.chdir(collection.parents[2]):
        session.run("python", str(script), str(collection.parents[2]))


@nox.session
def docs(session: nox.Session) -> None:
    """Build the documentation site into build/docs, without the network once its tools are installed."""
    session.install("ansible-core", "antsibull-docs>=2.28", "-r", "tests/requirements/docs.txt")
    with copy_of_checkout() as collection:
        site = collection.parents[2] / "site"
        site.mkdir()
        env = {"ANSIBLE_COLLECTIONS_PATH": str(collection.parents[2])}
        flags = ("--use-current", "--squash-hierarchy")
        init = ("antsibull-docs", "sphinx-init", *flags, "--lenient", "--dest-dir", str(site))
        session.run(*init, "batchops.azure", env=env, silent=True)
        inventory = site / "ansible.inv"
        session.run("python", str(CHECKS / "ansible_labels.py"), str(inventory))
        with (site / "conf.py").open("a", encoding="utf-8") as conf:
            # What stands there would be fetched from the network.
            conf.write(f"\nintersphinx_mapping = {{'ansible': ('{ANSIBLE_DOCS}', '{inventory}')}}\n")
        (site / "rst").mkdir(exist_ok=True)
        # Guides name them relative to their own folder, in the checkout and in the site alike.
        shutil.copytree(collection / "docs" / "images", site / "images")
        config = ("--config-file", str(site / "antsibull-docs.cfg"))
        make = ("antsibull-docs", *config, "collection", *flags, "--no-indexes", "--fail-on-error")
        session.run(*make, "--dest-dir", str(site / "rst"), "batchops.azure", env=env)
        shutil.rmtree(BUILD / "docs", ignore_errors=True)
        flags = ("-W", "--keep-going", "-q", "-c", str(site))
        session.run("sphinx-build", "-b", "html", *flags, str(site / "rst"), str(BUILD / "docs"), env=env)
    session.log(f"file://{BUILD / 'docs' / 'index.html'}")


@nox.session(name="tested-versions", python=False)
def tested_versions(session: nox.Session) -> None:
    """Collect which versions have passed, into build/tested-versions.md; with `-- --write` into the README too."""
    checks = ("sanity", "units", "integration", "installed")
    wanted = [f"{check}-{core}" for check in checks for core in CORES]
    missing = [name for name in wanted if not (RESULTS / f"{name}.json").exists()]
    if missing:
        session.skip(f"these have not passed here: {', '.join(missing)}")
    session.run(sys.executable, str(CHECKS / "tested_versions.py"), str(RESULTS), *session.posargs)
