"""Pages show commands that a test runs; `tests/journey/test_documents.py` runs them."""

from __future__ import annotations

import re

from tests.documents import REASON, all_blocks
from tests.house.repository import ROOT, tracked
from tests.house.test_readme import told_by_help

HANDFUL = 5
LONGEST_README = 60
COMMAND = re.compile(
    r"^(\$ )?(make|\./telemetra|python|\.venv/bin/\w+|sam|aws|docker|npm|pip|curl)\b", re.MULTILINE
)
FOLDERS = ("bench", "events", "functions", "local", "producer", "stacks", "tests", "web")


def test_a_block_that_is_not_run_says_why_and_they_are_a_handful() -> None:
    left_out = [block for block in all_blocks() if block.is_shell and not block.runs]
    assert [block.where for block in left_out if not REASON.fullmatch(block.mark.removeprefix("sh"))] == []
    assert len(left_out) <= HANDFUL


def test_no_command_hides_in_a_block_without_a_language() -> None:
    hidden = [block.where for block in all_blocks() if not block.mark and COMMAND.search(block.text)]
    assert hidden == []


def test_what_troubleshooting_quotes_is_what_the_command_says() -> None:
    page = (ROOT / "docs/troubleshooting.md").read_text(encoding="utf-8")
    table = page.split("## It does not start")[1].split("## It runs")[0]
    quoted = re.findall(r"^\| `(.+?)` \|", table, flags=re.MULTILINE)
    code = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "local").glob("*.py"))
    told = re.sub(r"\{.*?\}", "...", re.sub(r'"\s*\n\s*f?"', "", code))
    fragments = {
        part.strip() for text in quoted for part in re.split(r"\.\.\.|\d[\d.]*|\(|\)|: |until", text)
    }
    assert len(quoted) > 5
    assert {part for part in fragments if len(part) > 3 and part not in told} == set()


def test_every_target_and_command_that_a_page_names_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):.*## ", makefile, flags=re.MULTILINE))
    known = told_by_help()
    for page in (path for path in tracked() if path.suffix == ".md" and path.name != "CHANGELOG.md"):
        said = re.findall(r"`([^`\n]+)`", page.read_text(encoding="utf-8"))
        assert {found[1] for one in said if (found := re.match(r"make ([a-z-]+)", one))} <= targets, page
        assert {found[1] for one in said if (found := re.match(r"\./telemetra ([a-z-]+)", one))} <= known, (
            page
        )


def test_every_file_that_a_page_names_exists() -> None:
    for page in (path for path in tracked() if path.suffix == ".md" and path.name != "CHANGELOG.md"):
        named = re.findall(
            r"`((?:bench|docs|events|functions|local|producer|stacks|tests|web)/[\w./-]+\.\w+)(?:::\w+)?`",
            page.read_text(encoding="utf-8"),
        )
        assert [name for name in named if not (ROOT / name).exists()] == [], page


def test_there_are_blocks_to_run_on_most_pages_of_the_product() -> None:
    assert len({block.page for block in all_blocks() if block.runs}) > 10


def test_each_folder_says_what_it_is_in_a_screen_or_two() -> None:
    lengths = {
        folder: (ROOT / folder / "README.md").read_text(encoding="utf-8").count("\n") for folder in FOLDERS
    }
    assert {folder: length for folder, length in lengths.items() if length > LONGEST_README} == {}


def test_each_folder_says_how_to_run_and_test_it_and_where_to_start_reading() -> None:
    for folder in FOLDERS:
        page = (ROOT / folder / "README.md").read_text(encoding="utf-8")
        assert "Start reading" in page, folder
        assert re.search(r"pytest|npm .*test", page), folder


def test_every_top_level_folder_of_code_has_a_page() -> None:
    code = {path.relative_to(ROOT).parts[0] for path in tracked() if path.suffix in {".py", ".ts", ".yaml"}}
    assert {name for name in code if (ROOT / name).is_dir()} - {".github", ".ci"} == set(FOLDERS)
