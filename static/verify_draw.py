#!/usr/bin/env python3
"""Recomputes every place of a waiting room's draw and says what does not fit.

    python3 verify_draw.py RECORD [--commitment HEX] [--list-hash HEX] [--public-value TEXT]
                           [--drand [ADDRESS …]] [--entry NAME] [--nonce NONCE] [--place N]

RECORD is the address or the file of the published draw (/api/v1/event/N/waiting-room/draw). What
you noted yourself goes into the options; the beginning of a long one is enough (8 signs or more):

  --commitment    the SHA-256 of the seed, as the site showed it before the opening
  --list-hash     the SHA-256 of the list, as the site showed it at the opening
  --public-value  the public value, from where it comes and not from the site
  --drand         looks it up for you, where it is a round of drand: at two addresses that are not
                  the site's, or at those that you name; all have to agree
  --entry         the name of your entry, as the waiting room showed it to you
  --nonce         the nonce that you chose; --place  the place that the waiting room gave you

Needs Python 3.9 or later and nothing else. Exit code 0: everything fits; 1: something does not.
"""

from __future__ import annotations

import argparse
import hashlib
import hmac
import json
import re
import sys
from pathlib import Path
from typing import Any
from urllib.request import urlopen

SHORTEST = 8
DRAND = ("https://api.drand.sh", "https://drand.cloudflare.com")
QUICKNET = "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971"
ROUND = re.compile(r"drand quicknet, round ([0-9]+)")
Row = tuple[int, str, str]  # published place, name, nonce


def read_record(source: str) -> dict[str, Any]:
    """The published draw, from an address or a file."""
    if source.startswith(("http://", "https://")):
        with urlopen(source, timeout=30) as answer:
            return json.load(answer)
    return json.loads(Path(source).read_text(encoding="utf-8"))


def read_list(text: str) -> list[Row]:
    """[(published place, name, nonce)] from lines of "place name nonce"."""
    rows = []
    for line in text.splitlines():
        place, name, nonce = line.split(" ")
        rows.append((int(place), name, nonce))
    return rows


def list_hash(rows: list[Row]) -> str:
    """SHA-256 of the list as it was sealed: "name nonce" lines, sorted, each ended by a newline."""
    lines = sorted((name, nonce) for _, name, nonce in rows)
    text = "".join(f"{name} {nonce}\n" for name, nonce in lines)
    return hashlib.sha256(text.encode()).hexdigest()


def places(rows: list[Row], seed: str, sealed_hash: str, public_value: str) -> dict[str, int]:
    """{name: place}, by the lots: the lowest HMAC has place 1."""

    def lot(row: Row) -> str:
        drawn = f"{sealed_hash}\n{public_value}\n{row[1]} {row[2]}"
        return hmac.new(bytes.fromhex(seed), drawn.encode(), hashlib.sha256).hexdigest()

    return {row[1]: place for place, row in enumerate(sorted(rows, key=lot), start=1)}


def same(noted: str, published: str) -> bool:
    """Whether what was noted is the published value or its beginning."""
    noted = noted.rstrip(".…").strip()
    return noted == published or (len(noted) >= SHORTEST and published.startswith(noted))


def problems(record: dict[str, Any], noted: dict[str, Any]) -> list[str]:
    """Everything that does not fit, as sentences; an empty list is a fair draw."""
    if not record.get("drawn_at") or record.get("seed") is None or record.get("list") is None:
        return ["The draw is not made yet, or not published."]
    found, rows = [], read_list(record["list"])
    if hashlib.sha256(bytes.fromhex(record["seed"])).hexdigest() != record["commitment"]:
        found.append("The seed is not the one whose hash was published.")
    if noted.get("commitment") and not same(noted["commitment"], record["commitment"]):
        found.append("The hash of the seed is not the one that you noted before the opening.")
    if list_hash(rows) != record["list_hash"]:
        found.append("The list is not the one whose hash was published.")
    if noted.get("list_hash") and not same(noted["list_hash"], record["list_hash"]):
        found.append("The hash of the list is not the one that you noted at the opening.")
    if len(rows) != record["list_length"] or len({row[1] for row in rows}) != len(rows):
        found.append("The list is not as long as was published, or names an entry twice.")
    if noted.get("public_value") and noted["public_value"].strip() != record["public_value"]:
        found.append("The public value is not the one that you looked up.")
    if record["public_source"] != "none" and not record["public_value"]:
        found.append("A public value was promised and is missing.")
    return found + _wrong_places(record, rows) + _wrong_for_me(rows, noted)


def _wrong_places(record: dict[str, Any], rows: list[Row]) -> list[str]:
    computed = places(rows, record["seed"], record["list_hash"], record["public_value"] or "")
    wrong = [row for row in rows if computed[row[1]] != row[0]]
    return [
        f"{name} stands at place {place} and drew place {computed[name]}."
        for place, name, _ in wrong[:10]
    ] + ([f"… and {len(wrong) - 10} more."] if len(wrong) > 10 else [])


def drand_says(source: str, addresses: list[str]) -> str:
    """The randomness of the round that was named beforehand, if all of these addresses agree.

    Blank where they do not, or where no round of drand was named.
    """
    named = ROUND.fullmatch(source)
    if named is None:
        return ""
    found = set()
    for address in addresses:
        with urlopen(f"{address}/{QUICKNET}/public/{named[1]}", timeout=30) as answer:
            found.add(json.load(answer)["randomness"])
    return found.pop() if len(found) == 1 else ""


def _wrong_for_me(rows: list[Row], noted: dict[str, Any]) -> list[str]:
    if not noted.get("entry"):
        return []
    mine = [row for row in rows if same(noted["entry"], row[1])]
    if not mine:
        return ["Your entry is not in the list."]
    place, _, nonce = mine[0]
    found = []
    if noted.get("nonce") and noted["nonce"] != nonce:
        found.append("Your entry has another nonce than yours.")
    if noted.get("place") and int(noted["place"]) != place:
        found.append(f"You were given place {noted['place']}; the list says {place}.")
    return found


def say(sentence: str) -> None:
    """Print it."""
    sys.stdout.write(sentence + "\n")


def main(words: list[str]) -> int:
    """0 if everything fits, else 1."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("record")
    for name in ("commitment", "list-hash", "public-value", "entry", "nonce", "place"):
        parser.add_argument("--" + name)
    parser.add_argument("--drand", nargs="*", metavar="ADDRESS")
    asked = vars(parser.parse_args(words))
    try:
        return _check(read_record(asked.pop("record")), asked.pop("drand"), asked)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        say(f"CANNOT BE CHECKED: this is not the record of a draw, or was not to be had ({error}).")
        return 1


def _check(record: dict[str, Any], addresses: list[str] | None, asked: dict[str, Any]) -> int:
    if addresses is not None:
        source = record["public_source_name"]
        asked["public_value"] = drand_says(source, addresses or list(DRAND)) or "(drand says none)"
    found = problems(record, asked)
    for problem in found:
        say("DOES NOT FIT: " + problem)
    if not found:
        say(f"All {record['list_length']} places are as drawn.")
        if record["public_source"] == "none":
            say("No public value was used: that no other seed was tried rests on their word.")
        elif not asked["public_value"]:
            say("The public value is theirs: use --public-value or --drand to be sure of it.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
