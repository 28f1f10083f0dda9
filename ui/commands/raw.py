"""``groundswell raw``: texts as they came, where they are kept sealed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ui.options import HomeOption, JsonOption

raw = typer.Typer(
    help="Texts as they came, before personal data were masked: kept only with "
    "keep_raw = 'encrypted', readable only with the key.",
    no_args_is_help=True,
)


@raw.command("new-key")
def make_key(
    file: Annotated[Path, typer.Argument(help="File to write; it must not exist.")],
) -> None:
    """Make a key for raw texts, in a file of your own.

    Keep it apart from the workspace and its backups. Once it is gone, nobody can read the texts.
    """
    from signals import DataError, Keyring, new_key, write_keys
    from ui.console import print_next, print_text

    if file.exists():
        raise DataError(f"{file} exists; groundswell raw rotate puts a new key in its place")
    write_keys(file, Keyring((new_key(),)))
    print_text(f"{file} holds a new key; only you can read it.")
    print_next(f"set keep_raw = 'encrypted' and raw_key_file = '{file.resolve()}' in settings.toml")


@raw.command()
def show(
    doc_id: Annotated[str, typer.Argument(help="Document, as citations and quotes name it.")],
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show a document as it came."""
    from signals import Lake, raw_text
    from ui.console import print_json, print_text
    from ui.settings import load_settings
    from ui.wiring import make_keyring

    settings = load_settings(home)
    text = raw_text(Lake(settings.workspace.lake), doc_id, make_keyring(settings))
    if as_json:
        print_json({"doc_id": doc_id, "text": text})
    else:
        print_text(text)


@raw.command()
def rotate(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Seal all raw texts with a new key, in every version of the table, and drop the old keys.

    Stopped half-way, run it again: the old key stays in its file until all is done. Keys in
    GROUNDSWELL_RAW_KEY are yours to change: put the new one behind the old one, run this, then take
    the old one out.
    """
    from signals import Keyring, Lake, new_key, seal_again, write_keys
    from ui.console import print_json, print_text
    from ui.settings import load_settings
    from ui.wiring import make_keyring

    settings = load_settings(home)
    keyring = make_keyring(settings)
    file = settings.raw_key_file if settings.raw_key is None else None
    if file is not None and len(keyring.keys) == 1:  # more of them: an earlier rotation was stopped
        keyring = Keyring((*keyring.keys, new_key()))
        write_keys(file, keyring)
    count = seal_again(Lake(settings.workspace.lake), keyring)
    if file is not None:
        write_keys(file, Keyring(keyring.keys[-1:]))
    if as_json:
        print_json({"sealed_again": count, "key_id": keyring.newest})
    else:
        print_text(f"{count:,} texts were sealed again, with key {keyring.newest}.")


@raw.command()
def shred(
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Delete without asking.")] = False,
    home: HomeOption = None,
) -> None:
    """Delete the key file: no raw text can be read again, in no version and no backup.

    Scores, aggregates and masked texts stay. Copies of the key are yours to delete.
    """
    from signals import ConfigError, DataError
    from ui.audit import Deed
    from ui.console import print_text
    from ui.settings import load_settings
    from ui.wiring import make_audit

    settings = load_settings(home)
    file = settings.raw_key_file
    if file is None or not file.exists():
        raise ConfigError(f"there is no key file to delete (raw_key_file is {file})")
    if not yes and not typer.confirm(f"Delete {file} for good?", err=True):
        raise DataError("nothing was deleted; --yes deletes without asking")
    with make_audit(settings).noting(Deed.SHRED, "key of raw texts"):
        file.unlink()
    print_text(f"{file} is deleted; without a copy of it nobody can read the raw texts.")
