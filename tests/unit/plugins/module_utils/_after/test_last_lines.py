# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is shown of the end of a file: whole lines that can be read, and no part of a secret."""

from __future__ import annotations

import codecs
import random

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._after.last_lines import last_lines


def shown(content: bytes, cut: bool = False, redact: bool = True) -> str:
    return last_lines(content, cut=cut, redact=redact)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"a\r\nb\r\n", "a\nb\n"),
        (b"10%\r20%\r30%", "10%\n20%\n30%"),
        (b"a\r\r\nb", "a\nb"),
        ("größer\n".encode(), "größer\n"),
        (b"caf\xe9\n", "caf�\n"),
        (codecs.BOM_UTF8 + b"a\n", "a\n"),
        (b"\x1b[31;1mred\x1b[0m \x1b]0;title\x07text\x1b(B\n", "red text\n"),
        (b"a\tb\x00\x07\x08c\x7f\n", "a\tbc\n"),
        ("a\u202eb\u200bc\x9b\n".encode(), "abc\n"),
        ("\x9b31mred\x9b0m\n".encode(), "red\n"),
        (b"p\x08pa\x08as\x08ss\x08sword=hunter2\n", "password=REDACTED\n"),
        (codecs.BOM_UTF16_LE + "見つかりません\n".encode("utf-16-le"), "見つかりません\n"),
        ("ab見".encode("utf-16-le"), "ab見"),
        # Zeros that make no UTF-16: half of the second bytes, those of another order, and an end that follows a gap.
        (b"a\x00bc", "abc"),
        (b"ab\x00c\x00d", "abcd"),
        ("abc".encode("utf-16-be"), "abc"),
        (bytes(8) + b"\x00a", "a"),
        (b"first\npassword=hunter2hunter2\nend\n", "first\npassword=REDACTED\nend\n"),
        (b"no end", "no end"),
        (b"\n\n", "\n\n"),
    ],
)
def test_text_is_what_can_be_read(content: bytes, text: str) -> None:
    assert shown(content) == text


def test_an_escape_that_does_not_end_hides_nothing() -> None:
    assert shown(b"\x1b]0;title without end\nthe reason\n").endswith("title without end\nthe reason\n")


@pytest.mark.parametrize("cut", [False, True])
def test_utf_16_of_windows(cut: bool) -> None:
    text = "first\r\nZugriff verweigert: größer\r\n"
    mark = b"" if cut else codecs.BOM_UTF16_LE
    expected = text.replace("\r", "")
    assert shown(mark + text.encode("utf-16-le"), cut) == (expected.split("\n", 1)[1] if cut else expected)


def test_a_file_of_zeros_is_nothing_to_read() -> None:
    assert shown(bytes(6000)) == ""


@pytest.mark.parametrize("seed", range(5))
def test_garbage_is_shown_without_what_a_terminal_obeys(seed: int) -> None:
    text = shown(random.Random(seed).randbytes(6144), cut=True)
    assert not [character for character in text if ord(character) < 32 and character not in "\n\t"]
    assert len(text.encode()) <= 4096 + len("… ".encode())


def test_no_more_than_twenty_lines() -> None:
    assert shown(b"".join(b"%d\n" % number for number in range(100))).split() == [str(n) for n in range(80, 100)]


def test_no_more_than_four_kilobytes_and_whole_lines() -> None:
    lines = ["x" * 999 + "\n"] * 6
    assert shown("".join(lines).encode()) == "".join(lines[:4])


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"y" * 4_095 + b"\n", "y" * 4_095 + "\n"),
        (b"y" * 5_000, "… " + "y" * 4_096),
        (b"x " * 3_000, "… " + "x " * 2_047),
    ],
    ids=["as much as there is room for", "one word", "words"],
)
def test_four_kilobytes_are_shown(content: bytes, text: str) -> None:
    assert shown(content) == text


def test_a_cut_file_begins_with_a_whole_line() -> None:
    assert shown(b"half a line\nwhole\n", cut=True) == "whole\n"
    assert shown(b"whole\nwhole\n") == "whole\nwhole\n"


def test_one_long_line_is_shown_from_a_whole_word_on() -> None:
    text = shown(b"alf " + b"word " * 1200, cut=True)
    assert text.startswith("… word word")
    assert len(text.encode()) <= 4096 + len("… ".encode())


def test_one_long_word_is_not_shown() -> None:
    assert shown(b"x" * 6144, cut=True) == "(one word of more than 6144 bytes)"


@pytest.mark.parametrize(
    "content",
    [
        b"unter2hunter2\nthe reason\n",
        b"unter2hunter2 the reason",
        b"hunter2hunter2" * 400,
    ],
    ids=["line", "word", "nothing else"],
)
def test_a_secret_that_is_cut_in_two_is_not_shown(content: bytes) -> None:
    """Its name is not there any more to tell that it is one."""
    assert "hunter" not in shown(content, cut=True)


@pytest.mark.parametrize("filling", [b"x" * 50 + b"\n", b"word "], ids=["lines", "one line"])
@pytest.mark.parametrize("offset", range(0, 16))
def test_a_secret_where_the_shown_part_begins_is_masked(offset: int, filling: bytes) -> None:
    """It is masked before it is cut there, because what was read begins earlier."""
    after = (filling * 100)[: 4096 - offset]
    before = (filling * 100)[:1800]
    assert "hunter" not in shown(b"start\n" + before + b" --password hunter2hunter2" + after, cut=True)


def test_a_value_on_the_line_after_its_name_is_masked_though_the_name_is_not_shown() -> None:
    content = b"first\npassword:\nhunter2\n" + b"line\n" * 19
    text = shown(content)
    assert "hunter2" not in text
    assert "hunter2" in shown(content, redact="none")


def test_colours_inside_a_name_do_not_hide_a_secret() -> None:
    assert shown(b"pass\x1b[1mword\x1b[0m=hunter2\n") == "password=REDACTED\n"
    assert shown("tok\u200ben=hunter2\n".encode()) == "token=REDACTED\n"
    assert "hunter2" not in shown("token=hunter2\n".encode("utf-16-be"))


_TOKEN = f"eyJ{'a' * 700}.{'b' * 700}.c"


@pytest.mark.parametrize(
    ("front", "between"),
    [
        ("ssword:\n  hunter2\n", "\n"),
        ("ssword: hunter2 ", " "),
        ("ssword = hunter2 ", " "),
        ('word": "correct hunter2 battery" ', " "),
        ("mysql -u root \\\n -phunter2 db\n", "\n"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le"])
def test_a_secret_whose_name_was_cut_off_is_not_shown_where_masking_makes_room(
    front: str, between: str, encoding: str
) -> None:
    content = (front[1:] + 10 * (_TOKEN + between) + "the end\n").encode(encoding)[-6144:]
    start = front[1:].encode(encoding)
    content = start + content[len(start) :]
    text = shown(content, cut=True)
    assert "hunter2" not in text
    assert text.endswith("the end\n")


def test_a_secret_over_the_border_of_what_is_shown_is_masked() -> None:
    before = "x\n" * 900
    for length in range(200, 300, 7):
        content = f"{before}{'y' * length}\npassword:\nhunter2\n{_TOKEN}\n{'z' * 2600}\nend\n".encode()[-6144:]
        assert "hunter2" not in shown(content, cut=True)


def test_of_urls_in_it_the_query_is_masked_where_that_of_other_texts_is() -> None:
    content = b"GET https://a.example/x?k=hunter2 failed\n"
    for redact, query in (("strict", "?k=REDACTED"), ("patterns", "?k=hunter2"), ("none", "?k=hunter2")):
        assert last_lines(content, cut=False, redact=redact) == f"GET https://a.example/x{query} failed\n"


@pytest.mark.parametrize("secret", ["password:\nhunter2\n", 'password="correct hunter2 battery"\n'])
def test_what_masking_makes_room_for_does_not_begin_behind_the_name_of_a_secret(secret: str) -> None:
    """Wherever the border lies in it: what is kept of the text is the end of what was masked as a whole."""
    for offset in range(len(secret)):
        behind = f"{secret[offset:]}{_TOKEN}\n".ljust(4096 - 4, "z") + "\nend"
        text = shown(f"first\n{'x ' * 500}\n{secret[:offset]}{behind}".encode(), cut=True)
        assert "hunter2" not in text
        assert text.endswith("z\nend")


def test_what_masking_makes_room_for_begins_with_a_whole_line() -> None:
    lines = [f"{number} {'word ' * 60}" for number in range(18)]
    text = shown("\n".join(["first", *lines, _TOKEN, "end\n"]).encode(), cut=True)
    assert text.startswith(lines[10] + "\n")
    assert text.endswith("\nend\n")


@pytest.mark.parametrize(("lines", "rest"), [(20, "the end\n"), (21, "… REDACTED")])
def test_what_follows_a_secret_is_shown_if_that_has_few_lines(lines: int, rest: str) -> None:
    """The part that is shown would begin inside of it. Where its end is not found soon, nothing is shown."""
    secret = "\n".join(["x" * 5_000, *["hunter2"] * (lines - 1)])
    assert shown(f'first\npassword="{secret}"\nthe end\n'.encode(), cut=True) == rest
