"""DuckDB: one SQL query over the file, in one go."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import duckdb

from bench.peers.lexicon import POINTS
from bench.peers.outcome import Checks, Meter, Outcome, tree_peak_mb

_QUERY: Final = """
CREATE TABLE windows AS
WITH
lexicon AS MATERIALIZED (SELECT MAP(?::VARCHAR[], ?::INTEGER[]) AS points),
events AS MATERIALIZED (
    SELECT schema, channel, ts - ts % 10000 AS pane, user_id, text, emotes, viewers, amount_cents
    FROM read_json(?, format = 'newline_delimited', columns = {
        schema: 'VARCHAR', channel: 'VARCHAR', ts: 'BIGINT', user_id: 'VARCHAR', text: 'VARCHAR',
        emotes: 'VARCHAR[]', viewers: 'INTEGER', amount_cents: 'BIGINT'})
    WHERE schema <> 'stream_meta.v1'
),
backs AS (SELECT unnest(range(0, 60000, 10000)) AS back),
panes AS (
    SELECT channel, pane,
        count(*) FILTER (schema = 'chat.v1') AS messages,
        sum(list_sum(list_transform(string_split(text, ' '), lambda word: points[word]))) AS mood,
        sum(viewers) AS viewers_sum, count(viewers) AS viewers_count, max(viewers) AS peak_viewers,
        count(*) FILTER (schema = 'transaction.v1') AS transactions, sum(amount_cents) AS cents
    FROM events, lexicon GROUP BY ALL
),
sums AS (
    SELECT channel, pane - back AS start_ms, sum(messages) AS messages,
        coalesce(sum(mood), 0) AS mood, sum(mood) / nullif(sum(messages), 0) AS mean_mood,
        sum(viewers_sum) / sum(viewers_count) AS mean_viewers, max(peak_viewers) AS peak_viewers,
        sum(transactions) AS transactions, sum(cents) AS cents
    FROM panes, backs GROUP BY ALL
),
users AS (SELECT DISTINCT channel, pane, user_id FROM events WHERE schema = 'chat.v1'),
uniques AS (
    SELECT channel, pane - back AS start_ms, approx_count_distinct(user_id) AS chatters
    FROM users, backs GROUP BY ALL
),
uses AS (
    SELECT channel, pane, emote, count(*) AS uses
    FROM (SELECT channel, pane, unnest(emotes) AS emote FROM events WHERE schema = 'chat.v1') GROUP BY ALL
),
tallies AS (
    SELECT channel, pane - back AS start_ms, emote, sum(uses)::BIGINT AS uses FROM uses, backs GROUP BY ALL
),
top AS (
    SELECT channel, start_ms, max_by({emote: emote, uses: uses}, uses, 3) AS emotes
    FROM tallies GROUP BY ALL
)
SELECT sums.*, coalesce(chatters, 0) AS chatters, emotes
FROM sums LEFT JOIN uniques USING (channel, start_ms) LEFT JOIN top USING (channel, start_ms)
"""

_CHECKS: Final = """
SELECT sum(messages), sum(transactions), count(*), sum(list_sum([top.uses for top in emotes])),
    sum(chatters), sum(mood)
FROM windows
"""


def run(path: Path, threads: int = 1) -> Outcome:
    """Run the query with so many threads; the result stays in memory."""
    with duckdb.connect(config={"threads": threads}) as database:
        meter = Meter()
        database.execute(_QUERY, [list(POINTS), list(POINTS.values()), str(path)])
        spent = meter.read()
        peak_mb = tree_peak_mb()
        sums = database.execute(_CHECKS).fetchone() or ()
    with path.open("rb") as file:
        events = sum(1 for _ in file)
    return Outcome(
        engine=f"DuckDB {duckdb.__version__}",
        events=events,
        cpu_s=spent.cpu_s,
        wall_s=spent.wall_s,
        start_cpu_s=spent.start_cpu_s,
        peak_rss_mb=peak_mb,
        checks=Checks(*(int(value or 0) for value in sums)),
    )
