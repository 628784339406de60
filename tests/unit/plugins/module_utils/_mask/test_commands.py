# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Passwords behind options whose name says nothing. Many more lines are in the test of what is told by looks."""

from __future__ import annotations

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._mask.commands import NAMES, mask_commands


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("az login -u me -p hunter2", "az login -u me -p ***"),
        ("docker login -phunter2 host", "docker login -p*** host"),
        ("docker run -p 8080:80 image", "docker run -p 8080:80 image"),
        ("sqlcmd -P hunter2 && ssh -p 22 host", "sqlcmd -P *** && ssh -p 22 host"),
        ("mysql -u me \\\n -phunter2\nssh -p 22 host", "mysql -u me \\\n -p***\nssh -p 22 host"),
        ("az login ^\r\n -p hunter2\r\nssh -p 22 host", "az login ^\r\n -p ***\r\nssh -p 22 host"),
        ("az login\nssh -p 22 host", "az login\nssh -p 22 host"),
        ("az login; ssh -p 22 host | ssh -p 23 host", "az login; ssh -p 22 host | ssh -p 23 host"),
        ("smbclient -U 'me%hunter2 hunter2' //x", "smbclient -U 'me%***' //x"),
        ("curl -u me:hunter2 https://x", "curl -u me:*** https://x"),
        ("echo nothing", "echo nothing"),
    ],
)
def test_the_program_says_what_an_option_means(line: str, shown: str) -> None:
    assert mask_commands(line, "***") == shown


# What each takes a password by. An option of the same name means something else to most programs.
PROGRAMS = {
    "-p hunter2": "az mongo mongosh mongodump mongorestore mongoexport mongoimport sshpass psexec psexec64 winexe",
    "-phunter2": "mysql mysqldump mysqladmin mysqlimport mysqlsh mysqlshow mysqlcheck mariadb mariadb-dump mariadb-admin"
    " 7z 7za 7zz sshpass psexec psexec64 winexe",
    "-P hunter2": "sqlcmd bcp osql isql ipmitool unzip zip mosquitto_pub mosquitto_sub",
    "-Phunter2": "sqlcmd bcp osql isql ipmitool unzip zip mosquitto_pub mosquitto_sub",
    "-u me:hunter2": "curl",
    "-U me:hunter2": "curl",
    "--user me:hunter2": "curl",
    "--proxy-user me:hunter2": "curl",
    "-a hunter2": "redis-cli",
    "-w hunter2": "ldapsearch ldapadd ldapmodify ldapdelete ldapwhoami",
    "-N hunter2": "ssh-keygen",
    "-U me%hunter2": "smbclient rpcclient",
    "/p:hunter2": "xfreerdp mstsc",
    "-String hunter2": "ConvertTo-SecureString",
}
CALLS = [f"{program} {option}" for option, programs in PROGRAMS.items() for program in programs.split()]


@pytest.mark.parametrize("call", CALLS)
def test_each_program_has_its_options(call: str) -> None:
    assert mask_commands(f"{call} x", "***") == f"{call.replace('hunter2', '***')} x"


def test_a_program_that_the_test_does_not_know_is_not_there_either() -> None:
    assert {call.split()[0].lower() for call in CALLS} == {*NAMES} - {"login"}
