"""Public evaluation sets from their own formats into the product's: labelled texts, chat logs, windows."""

from __future__ import annotations

import io
import json
import re
import tarfile
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

Options = Mapping[str, Any]

_LINK: Final = re.compile(
    r"(?:https?://)?[\w-]+(?:\.[\w-]+)*\.(?:com|tv|net|org|be|gg|ly|me|io|uk|co)\b\S*|https?://\S+"
)
_SHORTEST_NAME: Final = 5
"""A bare word shorter than this is never taken for a user's name."""

_GROUPS: Final = {"1": "-1", "2": "0", "3": "1"}


def tweets(raw: bytes, options: Options) -> bytes:
    """Take rated tweets from the archive of Hutto and Gilbert (2014).

    Args:
        raw: the archive, a gzipped tar.
        options: ``member`` in it; ``rows``, a hexadecimal number whose bit n keeps line n.
    """
    with tarfile.open(fileobj=io.BytesIO(raw)) as archive:
        member = archive.extractfile(options["member"])
        text = member.read().decode() if member else ""
    kept = int(options["rows"], 16)
    out = ["id\tmean_rating\tlabel\ttext"]
    for number, line in enumerate(text.splitlines()):
        if kept >> number & 1:
            tweet, rating, words = line.split("\t", 2)
            label = (float(rating) > 0.5) - (float(rating) < -0.5)
            out.append(f"{tweet}\t{float(rating):.4f}\t{label}\t{words.replace('@anonymous', '@user')}")
    return _lines(out)


def goemotions(raw: bytes, _: Options) -> bytes:
    """Keep the comments of GoEmotions whose group is negative, neutral or positive, and that alone."""
    rows = (line.split("\t") for line in raw.decode().splitlines())
    kept = [f"{comment}\t{_GROUPS[group]}\t{text}" for text, group, comment in rows if group in _GROUPS]
    return _lines(["id\tlabel\ttext", *kept])


def windows(raw: bytes, options: Options) -> bytes:
    """Keep the anomaly windows of the ``series`` that are fetched."""
    known = json.loads(raw)
    return json.dumps({name: known[name] for name in options["series"]}, indent=1).encode()


def chat(raw: bytes, options: Options) -> bytes:
    """Make a log of a saved chat: users by number, their names and all links out of the texts.

    Args:
        raw: a JSON array of comments after one of the video, or an object with both.
        options: ``unnamed`` lists users of whom a mention without @ becomes ``u0000``.
    """
    document = json.loads(raw)
    if isinstance(document, dict):
        comments, channel = document["comments"], document["video"]["user_login"]
    else:
        comments, channel = document[1:], document[0]["channel"]["name"]
    users: dict[str, str] = {}
    names: dict[str, str] = {}
    for comment in comments:
        said = comment["commenter"]
        user = users.setdefault(said["_id"], f"u{len(users) + 1:04d}")
        names.setdefault(said["name"].lower(), user)
        names.setdefault(said["display_name"].lower(), user)
    bare = {
        name: "u0000" if user in options.get("unnamed", ()) else user
        for name, user in names.items()
        if len(name) >= _SHORTEST_NAME and name != channel
    }
    return _lines(_chat_lines(comments, users, names, bare))


CONVERSIONS: Final[Mapping[str, Callable[[bytes, Options], bytes]]] = {
    "chat": chat,
    "goemotions": goemotions,
    "tweets": tweets,
    "windows": windows,
}


def _chat_lines(
    comments: list[dict[str, Any]], users: dict[str, str], names: dict[str, str], bare: dict[str, str]
) -> Iterator[str]:
    def mentioned(found: re.Match[str]) -> str:
        return "@" + names.get(found[0][1:].lower(), "user")

    def named(found: re.Match[str]) -> str:
        return bare.get(found[0].lower(), found[0])

    for comment in comments:
        message = comment["message"]
        text = re.sub(r"@\w+", mentioned, _LINK.sub("<url>", message["body"]))
        badges = {badge["_id"] for badge in message.get("user_badges", ())}
        line = {
            "t": round(float(comment["content_offset_seconds"]), 3),
            "u": users[comment["commenter"]["_id"]],
            "m": re.sub(r"\w+", named, text),
            "e": [part["text"] for part in message.get("fragments", ()) if "emoticon" in part],
            "sub": int("subscriber" in badges),
            "mod": int("moderator" in badges),
            "bits": message.get("bits_spent", 0),
        }
        kept = {key: value for key, value in line.items() if value or key in "tum"}
        yield json.dumps(kept, ensure_ascii=False, separators=(",", ":"))


def _lines(lines: Iterator[str] | list[str]) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()
