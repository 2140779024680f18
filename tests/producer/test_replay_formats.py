"""Logs of every format, packed in any way, become the same events; what is wrong is named by its line."""

from __future__ import annotations

import gzip
import io
import json
from itertools import islice

import msgspec
import pytest
import zstandard
from rich.console import Console

from producer.progress import shown
from producer.sources.replay import Log, Shape, read_log, shape_of
from producer.sources.replay_csv import columns_of
from producer.sources.replay_open import unpacked
from telemetra.adapters.frames import write_frames
from telemetra.application.ports import Record
from telemetra.domain.errors import ParameterError
from telemetra.domain.events import Chat, Kind, Transaction, decode_line

SECONDS = [b'{"t":%d,"u":"x","m":"hi %d"}\n' % (number, number) for number in range(2_000)]
START = 1_795_456_800_000


def said(log: Log) -> list[Chat]:
    events = [decode_line(line.data) for line in log.lines]
    return [event for event in events if isinstance(event, Chat)]


def rows(text: str) -> list[bytes]:
    return text.encode().splitlines(keepends=True)


@pytest.mark.parametrize("pack", [bytes, gzip.compress, zstandard.compress])
def test_packed_logs_read_like_plain_ones(pack: type[bytes]) -> None:
    whole = pack(b"".join(SECONDS))
    log = read_log(unpacked(io.BytesIO(whole)), "a")
    assert log == read_log(SECONDS, "a")


def test_several_frames_side_by_side_are_one_log() -> None:
    whole = b"".join(zstandard.compress(row) for row in SECONDS[:3])
    assert len(read_log(unpacked(io.BytesIO(whole)), "a").lines) == 3


def test_a_log_cut_short_plays_to_where_it_is_cut() -> None:
    log = read_log(unpacked(io.BytesIO(gzip.compress(b"".join(SECONDS), 1)[:-500])), "a")
    assert 0 < len(log.lines) < 2_000
    bad = log.bad[-1]
    assert "cut short" in bad.expected
    assert bad.number > len(log.lines)


RECORDING = {
    "FileInfo": {"Version": {"Major": 1}},
    "streamer": {"name": "Some_One", "id": 1},
    "comments": [
        {
            "_id": "a", "content_offset_seconds": 3.5,
            "commenter": {"display_name": "Mira", "name": "mira", "_id": "9"},
            "message": {
                "body": "KEKW nice", "bits_spent": 100,
                "fragments": [
                    {"text": "KEKW", "emoticon": {"emoticon_id": "1"}}, {"text": " nice", "emoticon": None},
                ],
                "user_badges": [{"_id": "subscriber", "version": "3"}], "user_color": "#ff0000",
            },
        },
        {"content_offset_seconds": 9, "commenter": None, "message": {"body": "gone", "fragments": None}},
        {"content_offset_seconds": -1, "message": {"body": "x"}},
        {"message": {"body": "no time"}},
    ],
}  # fmt: skip


@pytest.mark.parametrize("indent", [None, 2])
def test_a_recording_is_told_and_read(indent: int | None) -> None:
    log = read_log(rows(json.dumps(RECORDING, indent=indent)), named="file")
    first, second = said(log)
    assert (first.channel, first.ts, first.user, first.text) == ("some_one", 3_500, "mira", "KEKW nice")
    assert (first.emotes, first.bits) == (["KEKW"], 100)
    assert b"subscriber/1" in log.lines[0].data
    assert (second.user, second.ts) == ("unknown", 9_000)
    assert [bad.number for bad in log.bad] == [3, 4]
    assert log.relative


def test_a_recording_whose_owner_is_no_channel_id_takes_the_name_of_its_file() -> None:
    told = RECORDING | {"streamer": {"name": "日本"}}
    assert said(read_log(rows(json.dumps(told)), named="file"))[0].channel == "file"
    assert said(read_log(rows(json.dumps(told)), "mine"))[0].channel == "mine"
    (bad,) = read_log(rows('{"comments": 7}')).bad
    assert "`comments`" in bad.expected


IRC = """\
:tmi.twitch.tv 001 justinfan1 :Welcome, GLHF!
PING :tmi.twitch.tv
@emotes=25:0-4;id=m1;tmi-sent-ts=1795456800500;user-id=9 :mira!m@m PRIVMSG #some_one :Kappa hi
@emotes=;id=m2;rm-received-ts=1795456801000;user-id=8 :bo!b@b PRIVMSG #some_one :hello
@display-name=No;id=m3;user-id=7 :no!n@n PRIVMSG #some_one :when
@id=s1;msg-id=sub;msg-param-sub-plan=1000;tmi-sent-ts=1795456802000;user-id=8 :t USERNOTICE #some_one
@broken
"""


def test_raw_irc_is_told_and_read() -> None:
    log = read_log(rows(IRC))
    first, second = said(log)
    assert (first.channel, first.ts, first.user_id, first.emotes) == ("some_one", START + 500, "9", ["Kappa"])
    assert (second.ts, second.text) == (START + 1_000, "hello")
    (paid,) = (event for line in log.lines if isinstance(event := decode_line(line.data), Transaction))
    assert (paid.type, paid.ts) == ("sub", START + 2_000)
    assert [bad.number for bad in log.bad] == [5, 7]
    assert "tmi-sent-ts" in log.bad[0].expected
    assert not log.relative
    assert {line.channel for line in read_log(rows(IRC), "mine").lines} == {"mine"}


CSV = """\
offset,user,message,emotes,badge
0:01,mira,"hello, chat",KEKW KEKW,no
2.5,bo,hi,,yes
soon,bo,hi,,
3,bo
4,,nobody,,
2026-11-23T18:00:00Z,bo,at last,,
"""


def test_a_table_is_read_by_its_columns() -> None:
    columns = columns_of("t=offset,u=user,m=message,e=emotes,sub=badge")
    log = read_log(rows("\ufeff" + CSV), "a", columns=columns)
    first, second, last = said(log)
    assert (first.ts, first.user, first.text, first.emotes) == (
        1_000,
        "mira",
        "hello, chat",
        ["KEKW", "KEKW"],
    )
    assert b"subscriber/1" in log.lines[1].data
    assert (second.ts, last.text) == (2_500, "at last")
    assert [bad.number for bad in log.bad] == [4, 5, 6]
    assert "'soon' is no time" in log.bad[0].expected
    assert "5 columns, not 2" in log.bad[1].expected


def test_a_table_without_the_columns_says_what_it_has() -> None:
    (bad,) = read_log(rows(CSV), "a", shape=Shape.CSV).bad
    assert "header with t, u, m, not with offset, user, message" in bad.expected
    assert read_log(rows("t;u;m\n1;x;hi\n"), "a", shape=Shape.CSV).lines
    assert read_log([], "a", shape=Shape.CSV).bad


@pytest.mark.parametrize("text", ["t", "when=offset", "t="])
def test_a_column_map_that_cannot_be_read_is_a_sentence(text: str) -> None:
    with pytest.raises(ParameterError, match="expected FIELD=COLUMN with one of t"):
        columns_of(text)


def test_an_object_of_the_archive_is_a_log_of_its_own_times() -> None:
    events = [
        b'{"schema":"viewer.v1","event_id":"%d","channel":"a","ts":%d,"viewers":9}' % (n, START + n)
        for n in range(5)
    ]
    records = [
        Record(Kind.VIEWER, "shardId-000000000000", 1, START, b"\n".join(events[:3])),
        Record(Kind.VIEWER, "shardId-000000000000", 2, START, zstandard.compress(b"\n".join(events[3:]))),
        Record(Kind.VIEWER, "shardId-000000000000", 3, START, b"[1]\n{"),
        Record(Kind.VIEWER, "shardId-000000000000", 4, START, b"\x28\xb5\x2f\xfdbroken"),
    ]
    stored = write_frames(records)
    log = read_log(unpacked(io.BytesIO(stored)))
    assert [line.ts for line in log.lines] == [START + n for n in range(5)]
    assert [bad.number for bad in log.bad] == [3, 3, 4]
    cut = read_log(unpacked(io.BytesIO(stored[:-3])))
    assert "object of the archive" in cut.bad[-1].expected


def test_formats_are_told_apart_by_their_first_lines() -> None:
    assert shape_of(b"@badges= :a!a@a PRIVMSG #a :x") is Shape.IRC
    assert shape_of(b'\n{\n  "streamer": {') is Shape.VOD
    assert shape_of(b'{"t":1}') is shape_of(b"") is Shape.LINES


def test_line_numbers_count_blank_lines_too() -> None:
    log = read_log([b"\n", b"\n", b"{\n", *SECONDS[:1]], "a")
    assert [bad.number for bad in log.bad] == [3]


def test_a_part_is_cut_half_open_and_a_loop_goes_on_after_a_second() -> None:
    log = read_log(SECONDS[:10], "a")
    part = log.between(2_000, 5_000)
    assert [line.ts for line in part.lines] == [2_000, 3_000, 4_000]
    assert log.between(None, None) == log
    played = list(islice(part.looped(), 7))
    assert [line.ts for line in played] == [2_000, 3_000, 4_000, 5_000, 6_000, 7_000, 8_000]
    assert len({msgspec.json.decode(line.data)["event_id"] for line in played}) == 7


def test_progress_is_drawn_on_a_terminal_only() -> None:
    log = read_log(SECONDS[:200], "a")
    terminal, pipe = io.StringIO(), io.StringIO()
    assert tuple(shown(log.lines, 200, Console(file=terminal, force_terminal=True, width=80))) == log.lines
    assert tuple(shown(log.lines, 200, Console(file=pipe))) == log.lines
    assert "200/200" in terminal.getvalue()
    assert pipe.getvalue() == ""
