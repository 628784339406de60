# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an environment may name as a proxy, and is none."""

from __future__ import annotations

# Whatever else of them is shown, hunter2 must not be.
UNUSABLE = [
    "http://me:hunter2/x@127.0.0.1:1",
    "http://me:hunter2#x@127.0.0.1:1",
    "http://me:hunter2@127.0.0.1:99999",
    "ftp://me:hunter2@127.0.0.1:1",
    "me:hunter2@127.0.0.1:1",
    "socks5://me:hunter2@127.0.0.1:1",
    "SOCKS5H://me:hunter2@127.0.0.1:1",
    "http://me:hunter2@",
    "http://me:hunter2@/",
    "http://me:hunter2@?x",
    "me:hunter2@",
    "http://",
]
