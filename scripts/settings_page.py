"""Write docs/settings.md from the settings themselves: python -m scripts.settings_page."""

from pathlib import Path

from qa.settings import settings_table

PAGE = Path(__file__).parents[1] / "docs" / "settings.md"
_HEAD = """# Settings

Environment variables, or lines of a file `.env` in the folder where the service starts; read once,
at start. An unknown `COOPQA_` name is an error that names the nearest known one.

"""


def page() -> str:
    """Return the whole page."""
    return _HEAD + settings_table()


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
