"""Which catalog: the one that was named, the one that lies here, or the sample."""

from __future__ import annotations

from pathlib import Path

from bot.errors import NotFound

FILE_NAME = "signalbox.yaml"
SAMPLE = Path("deploy") / "demo" / FILE_NAME


def find_catalog(setting: str | None, cwd: Path) -> Path:
    """`setting` (SIGNALBOX_CATALOG) when given, else `signalbox.yaml` in `cwd`, else the sample beside the code.

    Raises NotFound that says what to do when the named file, or every one of them, is missing.
    """
    if setting:
        named = cwd / Path(setting).expanduser()
        if not named.exists():
            raise NotFound(
                f"SIGNALBOX_CATALOG is {setting}, but there is no such file. Correct it, or unset it to use the sample."
            )
        return named
    for path in (cwd / FILE_NAME, cwd / SAMPLE, Path(__file__).parents[2] / SAMPLE):
        if path.exists():
            return path
    raise NotFound(
        f"There is no {FILE_NAME} in {cwd}. Copy {SAMPLE} from the source there, or point SIGNALBOX_CATALOG at one."
    )
