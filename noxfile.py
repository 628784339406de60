# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""All checks of the collection: `./dev check` runs them, `./dev check --list` names them.

antsibull-nox.toml configures those that antsibull-nox brings; here stands what it lacks. Its own sessions for
ansible-test let nobody choose the Python and the home, and its build-import-check passes with warnings.
A session that cannot run here is skipped and says why. No session names an interpreter that is not there.
"""

from __future__ import annotations

import itertools
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nox
from antsibull_nox import load_antsibull_nox_toml
from antsibull_nox.sessions.collections import prepare_collections

SCRIPTS = Path(__file__).resolve().parent / "tests" / "checks"
BUILD = Path(__file__).resolve().parent / "build"
RESULTS = BUILD / "tested"
# What each ansible-core is tested with.
CHECKS = {
    "sanity": "Run all of ansible-test sanity, with no ignore entries",
    "units": "Run the unit tests under ansible-test",
    "integration": "Run the integration targets under ansible-test, against a simulator that they start",
    "installed": "Install the tarball as users do, and run from there what the README shows",
}
# The oldest, a middle and the newest ansible-core, and the Pythons to look for, in this order.
CORES = {
    "2.16": ("3.11", "3.12"),
    "2.18": ("3.12", "3.11", "3.13"),
    "2.21": ("3.12", "3.13", "3.14"),
}  # The ways past a role are tried where templates are the old ones, on the first with the new ones, and on the newest.
CLOSED = {"2.16": ("3.11", "3.12"), "2.19": ("3.12", "3.11", "3.13"), "2.21": ("3.12", "3.13", "3.14")}

nox.options.reuse_venv = "yes"
nox.options.default_venv_backend = "virtualenv"
nox.options.download_python = "never"
load_antsibull_nox_toml()


def find_python(versions: tuple[str, ...]) -> tuple[str, str] | None:
    """The first of the versions that runs here, and where. A version manager's shim is there, and fails when it is run."""
    for version in versions:
        managed = (Path.home() / ".pyenv" / "versions").glob(f"{version}.*/bin")
        for folder in (Path(sys.executable).parent, *map(Path, os.get_exec_path()), *managed):
            tried = [str(folder / f"python{version}"), "-c", "import venv, ensurepip"]
            if Path(tried[0]).exists() and subprocess.run(tried, capture_output=True, check=False).returncode == 0:
                return version, tried[0]
    return None


def copy_of_checkout(session: nox.Session) -> Path:
    """The collection in a place that ansible-test accepts, in batchops and ansible_collections."""
    prepared = prepare_collections(session, install_in_site_packages=False, install_out_of_tree=True)
    if prepared is None:
        session.error("antsibull-nox has not copied the checkout")
    return prepared.current_path


def build(session: nox.Session, collection: Path) -> Path:
    """Builds the tarball, and returns where it is."""
    folder = collection.parents[2] / "built"
    session.run("ansible-galaxy", "collection", "build", "--output-path", str(folder), str(collection), silent=True)
    [tarball] = folder.glob("*.tar.gz")
    return tarball


def count_passed(session: nox.Session, check: str, core: str, *more: str) -> int:
    """How much has passed of the check with this ansible-core. More arguments are for ansible-test."""
    session.install(f"ansible-core~={core}.0")
    collection = copy_of_checkout(session)
    root = collection.parents[2]
    command = ["ansible_test.py", check, str(BUILD / "ansible-test"), str(root / "passed.json"), *more]
    if check == "installed":
        session.install("-r", "requirements.txt", "-r", "tests/requirements/demo.txt")
        command = ["installed.py", str(build(session, collection)), str(root / "passed.json")]
    with session.chdir(collection):
        session.run("python", str(SCRIPTS / command[0]), *command[1:], env={"PYTHONPATH": str(root)})
    passed = len(json.loads((root / "passed.json").read_bytes()))
    if passed == 0:
        session.error("nothing has run")
    return passed


def add(check: str, core: str, python: tuple[str, str] | None) -> None:
    """A session of the check with this ansible-core. How much has passed is kept for the table of tested versions."""

    def run(session: nox.Session) -> None:
        if python is None:
            session.skip(f"ansible-core {core} needs Python {' or '.join(CORES[core])}, which was not found here")
        kept = RESULTS / f"{check}-{core}.json"
        kept.unlink(missing_ok=True)
        passed = count_passed(session, check, core)
        session.log(f"{passed} passed with ansible-core {core} on Python {python[0]}")
        RESULTS.mkdir(parents=True, exist_ok=True)
        result = {"ansible_core": core, "python": python[0], "check": check, "passed": passed}
        kept.write_text(json.dumps(result), encoding="utf-8")

    run.__doc__ = f"{CHECKS[check]} (ansible-core {core})"
    nox.session(name=f"{check}-{core}", python=python[1] if python else False)(run)


PYTHONS = {core: find_python(versions) for core, versions in CORES.items()}
for check, core in itertools.product(CHECKS, CORES):
    add(check, core, PYTHONS[core])


def add_closed(core: str, python: tuple[str, str] | None) -> None:
    """A session of the whole tables of ways past the roles and of targets; `plays` tries each of their cases once."""

    def run(session: nox.Session) -> None:
        if python is None:
            session.skip(f"ansible-core {core} needs Python {' or '.join(CLOSED[core])}, which was not found here")
        session.install(
            f"ansible-core~={core}.0", "-r", "requirements.txt", "-r", "tests/requirements/demo.txt", "pytest"
        )
        collection = copy_of_checkout(session)
        root = str(collection.parents[2])
        env = {"BATCHOPS_WHOLE_TABLE": "1", "PYTHONPATH": root, "ANSIBLE_COLLECTIONS_PATH": root}
        tables = ("tests/plays/test_roles_closed.py", "tests/plays/test_targets.py")
        with session.chdir(collection):
            session.run("python", "-m", "pytest", "-o", "addopts=", "-q", *tables, env=env)

    run.__doc__ = (
        "Try every variable of the roles, given in every wrong way, called in every way,"
        f" and every target at every api-version (ansible-core {core})"
    )
    nox.session(name=f"closed-{core}", python=python[1] if python else False)(run)


for core, versions in CLOSED.items():
    add_closed(core, find_python(versions))


NEWEST = list(CLOSED)[-1]
FOR_NEWEST = find_python(CLOSED[NEWEST])


def needs_newest(session: nox.Session) -> None:
    if FOR_NEWEST is None:
        session.skip(f"ansible-core {NEWEST} needs Python {' or '.join(CLOSED[NEWEST])}, which was not found here")


@nox.session(name="sanity-quick", python=FOR_NEWEST[1] if FOR_NEWEST else False, default=False)
def sanity_quick(session: nox.Session) -> None:
    """Run ansible-test sanity with the newest ansible-core, but for pylint, which takes longer than all the others together."""
    needs_newest(session)
    passed = count_passed(session, "sanity", NEWEST, "--skip-test", "pylint")
    session.log(f"{passed} passed with ansible-core {NEWEST}; pylint has not run")


def with_newest(session: nox.Session, *arguments: str) -> None:
    """Runs pytest with the newest ansible-core."""
    needs_newest(session)
    needed = ("requirements.txt", "tests/requirements/demo.txt", "tests/requirements/test.txt")
    session.install(f"ansible-core~={NEWEST}.0", *(part for file in needed for part in ("-r", file)))
    collection = copy_of_checkout(session)
    root = str(collection.parents[2])
    with session.chdir(collection):
        env = {"PYTHONPATH": root, "ANSIBLE_COLLECTIONS_PATH": root}
        session.run("python", "-m", "pytest", *arguments, env=env)


@nox.session(name="examples", python=FOR_NEWEST[1] if FOR_NEWEST else False)
def examples(session: nox.Session) -> None:
    """Run each command of README and guides with the newest ansible-core, whose words they quote, and compare what it prints."""
    with_newest(session, "-o", "addopts=", "-q", "tests/docs/test_console.py")


@nox.session(name="plays", python=FOR_NEWEST[1] if FOR_NEWEST else False)
def plays(session: nox.Session) -> None:
    """Play the roles and playbooks, the ways past the roles, the reports, the integration targets and ./dev live, with the newest ansible-core."""
    with_newest(session, "tests/plays")


@nox.session(name="oldest-libraries")
def oldest_libraries(session: nox.Session) -> None:
    """Read and sign in with the oldest libraries that requirements.txt allows; ./dev test has the newest."""
    written = Path("requirements.txt").read_text(encoding="utf-8")
    oldest = [f"{name}=={version}" for name, version in re.findall(r"^([\w-]+)>=([\d.]+)$", written, re.MULTILINE)]
    # requests takes the urllib3 of its time, 1.26, with it.
    session.install(*oldest, "-r", "tests/requirements/demo.txt", "hypothesis", "jsonschema", "pytest")
    collection = copy_of_checkout(session)
    root = str(collection.parents[2])
    env = {"PYTHONPATH": root, "ANSIBLE_COLLECTIONS_PATH": root}
    rooms = (f"tests/unit/plugins/module_utils/{room}" for room in ("_http", "_auth", "_read"))
    with session.chdir(collection):
        signing_in = "tests/integration/test_sign_in.py"
        session.run("python", "-m", "pytest", "-o", "addopts=", "-q", *rooms, signing_in, env=env)


@nox.session(name="oldest-python")
def oldest_python(session: nox.Session) -> None:
    """Run every module on Python 3.9, the oldest on which modules run."""
    oldest = find_python(("3.9",))
    if oldest is None:
        session.skip("needs Python 3.9, which was not found here")
    requirements = ("-r", "requirements.txt", "-r", "tests/requirements/demo.txt")
    session.install("ansible-core", *requirements, "pytest")
    collection = copy_of_checkout(session)
    root, target = str(collection.parents[2]), Path(session.create_tmp()).resolve() / "target"
    session.run(oldest[1], "-m", "venv", "--clear", str(target), external=True)
    python = str(target / "bin" / "python")
    session.run(python, "-m", "pip", "install", "-q", "-r", "requirements.txt", external=True)
    env = {"BATCHOPS_TARGET_PYTHON": python, "PYTHONPATH": root, "ANSIBLE_COLLECTIONS_PATH": root}
    with session.chdir(collection):
        session.run("python", "-m", "pytest", "-o", "addopts=", "-q", "tests/integration/test_other_python.py", env=env)


@nox.session(requires=["typing"], python=False)
def types(session: nox.Session) -> None:
    """Check types: mypy, strict, on everything that runs at run time. A part of lint."""


@nox.session
def changelog(session: nox.Session) -> None:
    """Lint the fragments of the changelog."""
    session.install("ansible-core", "antsibull-changelog")
    session.run("antsibull-changelog", "lint")


@nox.session(name="build-import")
def build_import(session: nox.Session) -> None:
    """Build the tarball, and import it as Galaxy does: no warning, no error."""
    session.install("ansible-core", "galaxy-importer>=0.4")
    tarball = build(session, copy_of_checkout(session))
    config = {"GALAXY_IMPORTER_CONFIG": str(SCRIPTS / "galaxy-importer.cfg")}
    with session.chdir(tarball.parent):
        said = session.run("python", "-m", "galaxy_importer.main", tarball.name, env=config, silent=True)
    print(said)
    if re.search(r"^(WARNING|ERROR)", str(said), re.MULTILINE):
        session.error("galaxy-importer is not content")
    if tarball.stat().st_size >= 1_000_000:
        session.error("the tarball has 1 MB or more")


@nox.session(name="execution-environment")
def execution_environment(session: nox.Session) -> None:
    """Make the build contexts of an execution and a decision environment; install what the collection asks for, alone and beside azure-cli."""
    session.install("ansible-core", "ansible-builder>=3")
    root = copy_of_checkout(session).parents[2]
    with session.chdir(root):
        session.run("python", str(SCRIPTS / "execution_environment.py"), str(root))


@nox.session(name="automation-platform")
def automation_platform(session: nox.Session) -> None:
    """Compare the options of a controller that the tests go by with those that awx.awx has published."""
    session.install("ansible-core")
    folder = copy_of_checkout(session).parents[2]
    # The newest that holds awx.awx. Its wheel is all that is needed of it.
    session.run("pip", "download", "-q", "--no-deps", "--dest", str(folder / "wheel"), "ansible==11.*")
    [wheel] = (folder / "wheel").glob("ansible-*.whl")
    script = str(SCRIPTS / "automation_platform.py")
    session.run("python", script, str(wheel), env={"PYTHONPATH": str(folder)})


@nox.session
def docs(session: nox.Session) -> None:
    """Build the documentation site into build/docs, without the network once its tools are installed."""
    session.install("ansible-core", "-r", "tests/requirements/docs.txt")
    collection = copy_of_checkout(session)
    site = collection.parents[2] / "site"
    # Guides name them relative to their own folder, in the checkout and in the site alike.
    shutil.copytree(collection / "docs" / "images", site / "images")
    env = {"ANSIBLE_COLLECTIONS_PATH": str(collection.parents[2])}
    flags = ("--use-current", "--squash-hierarchy", "--no-indexes", "--fail-on-error", "--dest-dir", str(site))
    session.run("antsibull-docs", "sphinx-init", *flags, "batchops.azure", env=env, silent=True)
    session.run("python", str(SCRIPTS / "ansible_labels.py"), str(site))
    session.run("python", str(SCRIPTS / "site_pages.py"), str(collection), str(site))
    session.run(str(site / "build.sh"), env=env, external=True, silent=True)
    shutil.rmtree(BUILD / "docs", ignore_errors=True)
    shutil.copytree(site / "build" / "html", BUILD / "docs")
    session.log(f"file://{BUILD / 'docs' / 'index.html'}")


@nox.session
def browser(session: nox.Session) -> None:
    """Open the report in Chromium: no word on the console, nothing too wide, every bar seen, contrast."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    if not any(map(shutil.which, names)):
        # Where it may: in a container of CI, say. Nobody's machine is changed with sudo.
        if os.geteuid() != 0 or not shutil.which("apt-get"):
            session.skip("needs Chromium: apt-get install chromium")
        session.run("apt-get", "update", "-q", external=True, silent=True)
        session.run("apt-get", "install", "-qy", "--no-install-recommends", "chromium", external=True, silent=True)
    session.install(
        "ansible-core", "-r", "requirements.txt", "-r", "tests/requirements/demo.txt", "axe-core-python", "pytest"
    )
    collection = copy_of_checkout(session)
    root = str(collection.parents[2])
    env = {"BATCHOPS_BROWSER": "1", "PYTHONPATH": root, "ANSIBLE_COLLECTIONS_PATH": root}
    with session.chdir(collection):
        session.run("python", "-m", "pytest", "-o", "addopts=", "-q", "tests/browser", env=env)


@nox.session
def rulebook(session: nox.Session) -> None:
    """Run the rulebook of the collection with ansible-rulebook: preparation fails, and a gate is run."""
    if not shutil.which("java"):
        # Where it may: in a container of CI, say. Nobody's machine is changed with sudo.
        if os.geteuid() != 0 or not shutil.which("apt-get"):
            session.skip("needs Java: apt-get install default-jre-headless")
        session.run("apt-get", "update", "-q", external=True, silent=True)
        java = "default-jre-headless"
        session.run("apt-get", "install", "-qy", "--no-install-recommends", java, external=True, silent=True)
    requirements = ("-r", "requirements.txt", "-r", "tests/requirements/demo.txt")
    session.install("ansible-core", "ansible-rulebook>=1.1", *requirements, "pytest")
    collection = copy_of_checkout(session)
    root = str(collection.parents[2])
    env = {"BATCHOPS_RULEBOOK": "1", "PYTHONPATH": root, "ANSIBLE_COLLECTIONS_PATH": root}
    with session.chdir(collection):
        session.run("python", "-m", "pytest", "-o", "addopts=", "-q", "tests/integration/test_rulebook.py", env=env)


@nox.session
def mutation(session: nox.Session) -> None:
    """Make mistakes in the code that judges, waits and masks: the unit tests notice at least 95 % of a sample.

    Takes about five minutes of one core. With `-- --all` each of them, with `-- --only '_tasks/*' --all` those of a room.
    """
    requirements = ("-r", "requirements.txt", "-r", "tests/requirements/demo.txt")
    session.install("ansible-core", *requirements, "hypothesis", "pytest")
    collection = copy_of_checkout(session)
    root = str(collection.parents[2])
    with session.chdir(collection):
        module = "ansible_collections.batchops.azure.tests.checks.mutation"
        session.run("python", "-m", module, *session.posargs, env={"PYTHONPATH": root})


@nox.session(name="tested-versions", python=False)
def tested_versions(session: nox.Session) -> None:
    """Collect which versions have passed, into build/tested-versions.md; with `-- --write` into the README too."""
    wanted = [f"{check}-{core}" for check in CHECKS for core in CORES]
    if missing := [name for name in wanted if not (RESULTS / f"{name}.json").exists()]:
        session.skip(f"these have not passed here: {', '.join(missing)}")
    session.run(sys.executable, str(SCRIPTS / "tested_versions.py"), str(RESULTS), *session.posargs)
