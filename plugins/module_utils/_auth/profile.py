# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads a profile of the file in which users of azure.azcollection and older clients keep credentials."""

from __future__ import annotations

from configparser import ConfigParser
from configparser import Error as ConfigError
from pathlib import Path

WHERE = Path("~/.azure/credentials")


def read_profile(profile: str) -> tuple[dict[str, str], str]:
    """What the profile holds, and why nothing could be read: one of the two is empty."""
    reader = ConfigParser(interpolation=None)
    try:
        with WHERE.expanduser().open(encoding="utf-8") as lines:
            reader.read_file(lines)
    except FileNotFoundError:
        return {}, "there is no such file"
    except (OSError, UnicodeDecodeError, ConfigError, RuntimeError) as error:
        # RuntimeError: there is no home directory.
        # Not the error's own words: those of a parser quote the line, which may be a secret.
        return {}, f"the file cannot be read ({type(error).__name__})"
    if profile not in reader:
        return {}, "no such profile"
    return dict(reader[profile]), ""
