# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Masking: every place where a secret was seen, nothing else, and never a crash."""

from __future__ import annotations

import subprocess
import sys

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._mask.names import is_secret_name
from ansible_collections.batchops.azure.plugins.module_utils._mask.text import (
    MASK,
    cut,
    mask_signature,
    mask_text,
)
from hypothesis import example, given, settings
from hypothesis import strategies as st

JWT = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJodW50ZXIyIn0.c2lnbmF0dXJl"

# No database: a run leaves nothing behind. No deadline: a slow machine is not a fault.
THOROUGH = settings(database=None, deadline=None, max_examples=150, derandomize=True)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("https://x/c?sv=1&sig=hunter2%3D&se=2", f"https://x/c?sv=1&sig={MASK}&se=2"),
        ("https://x/c?sig=hunter2", f"https://x/c?sig={MASK}"),
        ("https://x/c?SIG=hunter2&se=2", f"https://x/c?SIG={MASK}&se=2"),
        ("curl 'https://x/c?sig=hunter2' -o f", f"curl 'https://x/c?sig={MASK}' -o f"),
        ('{"url":"https://x/c?sig=hunter2"}', f'{{"url":"https://x/c?sig={MASK}"}}'),
        ("a=https://x?sig=hunter2;b=1", f"a=https://x?sig={MASK};b=1"),
        ("SharedAccessSignature=sv=1&sr=c&sig=hunter2", None),
        ("https%3A%2F%2Fx%2Fc%3Fsig%3Dhunter2", None),
        ("https%3A%2F%2Fx%2Fc%3Fsv%3D1%26sig%3Dhunter2%253D%26se%3D2", None),
        # Letters that a pattern takes for s and i where it ignores case.
        ("https://x/c?\u017fig=hunter2", None),
        ("https://x/c?s\u0131g=hunter2", None),
        ("https://x/c?S\u0130G=hunter2", None),
        ("sig%3Dhunter2", f"sig%3D{MASK}"),
        ("https%253A%252F%252Fx%253Fsv%253D1%2526sig%253Dhunter2", None),
        ("https://x/c?sv=1\\u0026sig=hunter2\\u0026se=2", None),
        ("https://x/c?sv=1&amp;sig=hunter2", None),
        (
            "DefaultEndpointsProtocol=https;AccountName=acc;AccountKey=hunter2==;EndpointSuffix=core.windows.net",
            f"DefaultEndpointsProtocol=https;AccountName=acc;AccountKey={MASK};EndpointSuffix=core.windows.net",
        ),
        ("Endpoint=sb://x/;SharedAccessKey=hunter2=", f"Endpoint=sb://x/;SharedAccessKey={MASK}"),
        ("Server=db;User Id=sa;Password=hunter2;Encrypt=true", f"Server=db;User Id=sa;Password={MASK};Encrypt=true"),
        ("Server=db;Uid=sa;Pwd = hunter2", f"Server=db;Uid=sa;Pwd = {MASK}"),
        ("tool --password hunter2 --verbose", f"tool --password {MASK} --verbose"),
        ("tool --password=hunter2 --verbose", f"tool --password={MASK} --verbose"),
        ("tool --db-password   hunter2 x", f"tool --db-password   {MASK} x"),
        ("tool -password hunter2", f"tool -password {MASK}"),
        ("tool --password\thunter2", None),
        ("tool --password 'hunter2 and hunter2' x", None),
        ('tool --password "hunter2 and hunter2" x', None),
        ("tool --password='hunter2 and hunter2' x", None),
        ('PASSWORD="hunter2;hunter2&hunter2" tool', None),
        ('PASSWORD=""hunter2 tool', f"PASSWORD={MASK} tool"),
        ("tool --password 'hunter2'hunter2 x", f"tool --password {MASK} x"),
        ("tool --client-secret hunter2", f"tool --client-secret {MASK}"),
        ("tool --access-token hunter2", f"tool --access-token {MASK}"),
        ("az storage --account-key hunter2==", f"az storage --account-key {MASK}"),
        ("tool --api-key hunter2", f"tool --api-key {MASK}"),
        ("tool --sas hunter2", f"tool --sas {MASK}"),
        ("tool --sas-token hunter2", f"tool --sas-token {MASK}"),
        ("PGPASSWORD=hunter2 psql", f"PGPASSWORD={MASK} psql"),
        ("export API_KEY=hunter2 && run", f"export API_KEY={MASK} && run"),
        ("AZURE_CLIENT_SECRET=hunter2", f"AZURE_CLIENT_SECRET={MASK}"),
        ("GH_PAT2=hunter2", f"GH_PAT2={MASK}"),
        ("AZDO_PAT_NEW=hunter2", f"AZDO_PAT_NEW={MASK}"),
        ("patHex=hunter2", f"patHex={MASK}"),
        ("set TOKEN: hunter2", f"set TOKEN: {MASK}"),
        ('curl -d \'{"password": "hunter2"}\' https://x', None),
        ("Authorization: Bearer hunter2hunter2", f"Authorization: Bearer {MASK}"),
        ("Authorization: SharedKey account:hunter2+hunter2=", f"Authorization: SharedKey {MASK}"),
        ("Authorization: Basic aHVudGVyMg==", f"Authorization: Basic {MASK}"),
        ("Authorization: Digest username=a, response=hunter2", f"Authorization: Digest {MASK}"),
        ("sent SharedKey account:hunter2+hunter2= here", f"sent SharedKey {MASK} here"),
        ("sent Bearer hunter2hunter2 here", f"sent Bearer {MASK} here"),
        (f"sent {'hunter2' * 12}AB== here", f"sent {MASK} here"),
        ("https://user:hunter2@host/path", f"https://{MASK}@host/path"),
        ("git clone https://hunter2@github.com/a/b", f"git clone https://{MASK}@github.com/a/b"),
        ("https://user:hunter2@hunter2@host/path", None),
        ("curl -u user:hunter2 https://x", f"curl -u user:{MASK} https://x"),
        ("curl -sS -uuser:hunter2 https://x", f"curl -sS -uuser:{MASK} https://x"),
        ("/usr/bin/curl https://x --user=user:hunter2", f"/usr/bin/curl https://x --user=user:{MASK}"),
        ("curl --proxy-user a:hunter2 -u b:hunter2 x", f"curl --proxy-user a:{MASK} -u b:{MASK} x"),
        ("curl --proxy-user 'user:hunter2 and hunter2' -o f", f"curl --proxy-user 'user:{MASK}' -o f"),
        ('bash -c "curl -u user:hunter2"', f'bash -c "curl -u user:{MASK}"'),
        ("mysql -u root -phunter2 db", f"mysql -u root -p{MASK} db"),
        ("mysqldump -h db -P 3306 -p'hunter2' db > f", f"mysqldump -h db -P 3306 -p{MASK} db > f"),
        ("mysql\t-phunter2 db", f"mysql\t-p{MASK} db"),
        ('["mysql","-phunter2"]', None),
        ("curl '-uann:hunter2'", f"curl '-uann:{MASK}'"),
        ("sshpass -p hunter2 ssh host", f"sshpass -p {MASK} ssh host"),
        ("sshpass -phunter2 ssh host", f"sshpass -p{MASK} ssh host"),
        ("<password>hunter2</password>", f"<password>{MASK}</password>"),
        ("<clientSecret type='x'>hunter2</clientSecret>", f"<clientSecret type='x'>{MASK}</clientSecret>"),
        ("Cookie:'' hunter2", f"Cookie:{MASK}"),
        ("Cookie: session=hunter2; id=hunter2", f"Cookie: {MASK}"),
        ("< Set-Cookie: session=hunter2; Path=/\nnext", f"< Set-Cookie: {MASK}\nnext"),
        ("curl -H 'Cookie: session=hunter2' https://x", f"curl -H 'Cookie: {MASK}' https://x"),
    ],
)
def test_a_secret_is_masked_and_what_stands_around_it_is_kept(text: str, masked: str | None) -> None:
    assert "hunter2" not in mask_text(text)
    if masked is not None:
        assert mask_text(text) == masked


@pytest.mark.parametrize("text", [JWT, f"token is {JWT}.", f"x={JWT}", f'"{JWT}"', f"Bearer {JWT}", JWT[:-12]])
def test_a_json_web_token_is_masked_wherever_it_stands(text: str) -> None:
    assert "eyJzdWIi" not in mask_text(text)
    assert MASK in mask_text(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "python train.py --epochs 10 --keep-going",
        "the signature was refused",
        "tool --password",
        "tool --password --verbose",
        "signal=9",
        "design=flat",
        "https://account.region.batch.azure.com/jobs/a?api-version=2025-06-01&$select=id,state",
        "sched:job-1",
        "keyboard: us",
        "curl --user-agent me https://x:8080/path",
        "curl -u user https://x/a:b",
        "docker run -u 1000:1000 image",
        "mysql -h db --port 3306 -P 3306 db",
        "mysql -u root -p db",
        "a cookie was sent",
        "<password> </password>",
        "mail to somebody@example.com",
        "Bearer authentication is not supported",
    ],
)
def test_a_text_without_a_secret_stays_as_it_is(text: str) -> None:
    assert mask_text(text) == text


WORDS = st.lists(st.text("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=1, max_size=12), max_size=12)


@THOROUGH
@given(WORDS)
@example(["the", "token", "of", "the", "account"])
@example(["password", "of", "the", "pool"])
@example(["a", "bearer", "certificate"])
def test_plain_words_stay_as_they_are(words: list[str]) -> None:
    assert mask_text(" ".join(words)) == " ".join(words)


MARKS = [
    "sig=",
    "sig%3D",
    "password",
    "--password ",
    "AccountKey=",
    "token: ",
    "Bearer ",
    "eyJ",
    "://",
    "REDACTED",
    "curl -u a:",
    "mysql -p",
    "Cookie: ",
]
PIECES = st.sampled_from([*MARKS, *"@'\"&;=: -.a", "x" * 9, "\n", "\x00", "ä"])


@THOROUGH
@given(st.one_of(st.text(), st.lists(PIECES, max_size=12).map("".join)))
@example("Cookie:'' ")
def test_masking_never_fails_and_a_second_time_changes_nothing(text: str) -> None:
    once = mask_text(text)
    assert mask_text(once) == once


@THOROUGH
@given(
    st.text("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=16, max_size=44),
    st.sampled_from(["https://x/c?sv=1&sig={}&se=2", "tool --password {} x", "AccountKey={};A=b", "api_key: {}"]),
)
def test_no_secret_of_any_letters_is_left(secret: str, around: str) -> None:
    assert secret not in mask_text(around.format(secret))


def test_a_private_key_is_masked_whole_or_cut_and_what_stands_around_it_is_kept() -> None:
    head, tail = "-----BEGIN RSA PRIVATE KEY-----\n", "-----END RSA PRIVATE KEY-----\n"
    body = "".join(f"{line:064x}\n" for line in range(20))
    assert mask_text(f"before\n{head}{body}{tail}after") == f"before\n{head}REDACTED{tail}after"
    assert mask_text(f"before\n{head}{body}") == f"before\n{head}REDACTED"
    assert mask_text(f"{body}{tail}after") == f"REDACTED{tail}after"
    assert mask_text(f"not a key!\n{body}A\n{tail}after") == f"not a key!\nREDACTED{tail}after"
    assert mask_text(f"{body}not a key!\n{tail}") == f"{body}not a key!\n{tail}"
    assert mask_text(f"word{tail}") == f"word{tail}"


@pytest.mark.parametrize(
    ("begins", "length"),
    [
        *[
            (begins, 30)
            for begins in "ghp_ gho_ ghu_ ghs_ ghr_ github_pat_ dckr_pat_ glpat- xoxb- AIza npm_ hf_ sk-".split()
        ],
        ("AKIA", 16),
    ],
)
def test_a_token_is_known_by_its_beginning(begins: str, length: int) -> None:
    assert mask_text(f"sent {begins}{'A1B2C' * 6:.{length}} here") == f"sent {MASK} here"


def test_a_long_text_is_masked_without_going_over_it_again_and_again() -> None:
    # A command line may have 32 KB. Patterns that backtrack over it take minutes; the seconds here are for slow machines.
    module = "ansible_collections.batchops.azure.plugins.module_utils._mask.text"
    long_ones = (
        "'a' * 40_000 + ' key'",
        "'secret' * 7_000",
        "'password' * 5_000 + ' '",
        "'-' * 40_000 + 'key'",
        "'curl ' * 8_000",
        "'curl -u ' + 'a' * 40_000",
        "'mysql ' * 7_000",
        "'mysql -' * 6_000",
        "'cookie' * 7_000",
        "'a' * 40_000 + '-----END PRIVATE KEY-----'",
    )
    lines = [f"from {module} import mask_text", *(f"mask_text({text})" for text in long_ones)]
    subprocess.run([sys.executable, "-c", "\n".join(lines)], timeout=4, check=True)


@pytest.mark.parametrize(
    "name",
    "DB_PASSWORD DB_PASS dbPassword PASSWD PASSPHRASE MYSQL_PWD SECRET CLIENT_SECRET TOKEN GITHUB_TOKEN CREDENTIALS API_KEY"
    " apikey ACCESS_KEY accountKey PRIVATE_KEY SharedKey STORAGE_KEY KEY SAS SAS_URL CONTAINER_SAS BASIC_AUTH GH_PAT"
    " SENTRY_DSN CONNECTION_STRING ConnectionStrings__Db SIGNATURE".split(),
)
def test_a_name_that_tells_of_a_credential(name: str) -> None:
    assert is_secret_name(name)


@pytest.mark.parametrize(
    "name",
    "PATH HOME KEYBOARD MONKEY AUTHOR PASSENGERS PATTERN SASSY DONKEYS AZ_BATCH_ACCOUNT_URL AZ_BATCH_NODE_ID"
    " AZ_BATCH_POOL_ID FilePath Message HttpStatusCode".split(),
)
def test_a_name_that_tells_of_none(name: str) -> None:
    assert not is_secret_name(name)


@pytest.mark.parametrize(
    ("text", "found"),
    [("https://x/c?sig=hunter2", True), ("c%3Fsig%3Dhunter2", True), ("design=flat", False), ("", False)],
)
def test_a_signature_is_told_from_a_word(text: str, found: bool) -> None:
    assert (mask_signature(text) != text) is found


@pytest.mark.parametrize(
    ("most", "kept"), [(2, " …"), (3, "abc …"), (4, "abc …"), (6, "abc …"), (7, "abc def"), (8, "abc def")]
)
def test_a_word_that_ends_where_the_text_is_cut_is_whole(most: int, kept: str) -> None:
    assert cut("abc def", most) == kept
