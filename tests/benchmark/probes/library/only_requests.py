# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A module that does nothing but one request with `requests`: no module that uses this library can take less."""

from __future__ import annotations

import requests
from ansible.module_utils.basic import AnsibleModule


def main() -> None:
    module = AnsibleModule(argument_spec={"url": {"type": "str", "required": True}})
    answer = requests.get(module.params["url"], timeout=30)
    module.exit_json(status=answer.status_code, content=answer.text)


if __name__ == "__main__":
    main()
