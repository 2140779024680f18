"""The table of settings, the typed settings and `.env.example` are one thing."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telemetra.config import SETTINGS, Setting, SettingError, Settings, example, read_dotenv, unknown
from tests.house.repository import ROOT


def test_the_example_file_is_generated() -> None:
    assert (ROOT / ".env.example").read_text(encoding="utf-8") == example(), "run make env-example"


def test_the_example_file_read_back_gives_the_defaults() -> None:
    assert Settings.from_env(read_dotenv(ROOT / ".env.example")) == Settings.from_env({})


def test_every_row_is_an_attribute_and_every_attribute_a_row() -> None:
    assert [field.name for field in fields(Settings)] == [setting.attribute for setting in SETTINGS]


def test_an_empty_value_counts_as_unset() -> None:
    assert Settings.from_env({"TELEMETRA_PORT": ""}).port == 3000


def test_a_list_is_separated_by_commas() -> None:
    origins = Settings.from_env({"TELEMETRA_ALLOWED_ORIGINS": "https://a.example, https://b.example,"})
    assert origins.allowed_origins == ("https://a.example", "https://b.example")


def test_names_follow_the_prefix() -> None:
    settings = Settings.from_env({"TELEMETRA_PREFIX": "p"})
    assert (settings.table("panes"), settings.stream("stream_meta")) == ("p-panes", "p-stream_meta")


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("TELEMETRA_PORT", "abc", "a whole number from 1 to 65535"),
        ("TELEMETRA_PORT", "70000", "a whole number from 1 to 65535"),
        ("TELEMETRA_RATE", "-1", "a number from 0 to 100000"),
        ("TELEMETRA_RATE", "nan", "a number from 0 to 100000"),
        ("TELEMETRA_SEED", "7.5", "a whole number"),
        ("TELEMETRA_ACCESS", "public", "one of token, open"),
        ("TELEMETRA_DETECTOR", "seance", "one of ensemble, ewma, zscore"),
    ],
)
def test_a_bad_value_is_named_with_what_is_expected(name: str, value: str, expected: str) -> None:
    with pytest.raises(SettingError, match=rf"^{name} is '{value}': {expected} is expected$"):
        Settings.from_env({name: value})


@pytest.mark.parametrize(
    "setting", [row for row in SETTINGS if row.name.startswith("TELEMETRA_")], ids=lambda row: row.name
)
def test_a_slip_of_two_letters_finds_the_setting(setting: Setting) -> None:
    slip = setting.name[:-2] + setting.name[:-3:-1] + "X"
    assert unknown([slip]) == [(slip, setting.name)]


def test_known_and_foreign_names_are_not_reported() -> None:
    assert unknown([setting.name for setting in SETTINGS] + ["PATH", "HOME"]) == []


@given(
    st.dictionaries(
        st.from_regex(r"[A-Z][A-Z_]{0,9}", fullmatch=True),
        st.from_regex(r"[ -!#-&(-~]{0,20}", fullmatch=True),
    )
)
def test_a_quoted_value_is_read_as_it_stands(
    tmp_path_factory: pytest.TempPathFactory, values: dict[str, str]
) -> None:
    path = tmp_path_factory.mktemp("dotenv") / ".env"
    path.write_text("".join(f'{name}="{value}"\n' for name, value in values.items()), encoding="utf-8")
    assert read_dotenv(path) == values


def test_comments_exports_and_blank_lines_are_understood(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text("# a note\n\nexport A=1\nB = 'two words'\nC=a=b # kept\n", encoding="utf-8")
    assert read_dotenv(path) == {"A": "1", "B": "two words", "C": "a=b # kept"}


def test_a_line_that_sets_nothing_is_named(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text("A=1\nTELEMETRA_PORT 3000\n", encoding="utf-8")
    with pytest.raises(SettingError, match=":2: 'TELEMETRA_PORT 3000' is not NAME=value"):
        read_dotenv(path)


def test_no_file_sets_nothing(tmp_path: Path) -> None:
    assert read_dotenv(tmp_path / ".env") == {}
