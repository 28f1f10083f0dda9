"""``groundswell users``: who may log in."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from ui.commands.permitted import PermittedGroup
from ui.options import HomeOption, JsonOption

if TYPE_CHECKING:
    from ui.people.sql_people import SqlPeople
    from ui.settings import Settings

users = typer.Typer(
    cls=PermittedGroup,
    help="Who may log in: add, list and remove users, passwords, roles, tokens for programs.",
    no_args_is_help=True,
)
_DAY_S = 86_400.0

NameArgument = Annotated[str, typer.Argument(help="User name.")]
RoleName = Literal["viewer", "analyst", "admin"]
StdinOption = Annotated[
    bool,
    typer.Option("--password-stdin", help="Read the password from standard input, without asking."),
]


@users.command("add")
def add_user(
    name: NameArgument,
    role: Annotated[
        RoleName,
        typer.Option(help="viewer: asks and reads; analyst: brings in data and runs too; admin."),
    ] = "viewer",
    password_stdin: StdinOption = False,
    home: HomeOption = None,
) -> None:
    """Add a user and ask for their password.

    From the next groundswell serve on, whoever comes to the page has to log in.
    """
    from ui.console import out, print_next
    from ui.people import Role
    from ui.people.person import plain_name

    settings, people = _opened(home)
    first = people.is_empty()
    hashed = _new_password(plain_name(name), from_stdin=password_stdin)
    person = people.add(name, Role(role), hashed)
    out.print(f"{person.name} can log in as {person.role}.", highlight=False, markup=False)
    if first:
        print_next(f"groundswell serve --home {settings.home}   # again: from now on with a login")


@users.command("list")
def list_users(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """List who may log in."""
    from rich.table import Table

    from ui.console import out, print_json

    _, people = _opened(home)
    rows = [
        {
            "name": each.person.name,
            "role": str(each.person.role),
            "since": f"{datetime.fromtimestamp(each.made_at, UTC):%Y-%m-%d}",
            "tokens": each.tokens,
        }
        for each in people.all()
    ]
    if as_json:
        print_json(rows)
        return
    if not rows:
        out.print("Nobody yet: the page asks for no login and serves this machine alone.")
        return
    table = Table("User", "Role", "Since", "Tokens")
    for row in rows:
        table.add_row(*(str(value) for value in row.values()))
    out.print(table)


@users.command("remove")
def remove_user(name: NameArgument, home: HomeOption = None) -> None:
    """Remove a user; their sessions and tokens end at once."""
    from ui.console import out

    _opened(home)[1].remove(name)
    out.print(f"{name} cannot log in any more.", highlight=False, markup=False)


@users.command("password")
def change_password(
    name: NameArgument, password_stdin: StdinOption = False, home: HomeOption = None
) -> None:
    """Give a user another password; their sessions and tokens end at once."""
    from ui.console import out
    from ui.people.person import plain_name

    _, people = _opened(home)
    hashed = _new_password(plain_name(name), from_stdin=password_stdin)
    people.change(name, password=hashed)
    out.print(f"{name} has a new password.", highlight=False, markup=False)


@users.command("role")
def change_role(name: NameArgument, role: RoleName, home: HomeOption = None) -> None:
    """Give a user another role; their sessions and tokens end at once."""
    from ui.console import out
    from ui.people import Role

    _opened(home)[1].change(name, role=Role(role))
    out.print(f"{name} is {role} now.", highlight=False, markup=False)


@users.command("token")
def make_token(
    name: NameArgument,
    days: Annotated[int, typer.Option(min=1, max=3650, help="Days until it ends.")] = 90,
    home: HomeOption = None,
) -> None:
    """Print a token for programs, once: Authorization: Bearer TOKEN on /api/v1."""
    from ui.people.sql_people import KeyKind

    token = _opened(home)[1].give_key(name, KeyKind.TOKEN, days * _DAY_S)
    sys.stdout.write(f"{token}\n")


def _opened(home: HomeOption) -> tuple[Settings, SqlPeople]:
    from ui.settings import load_settings
    from ui.wiring import make_people

    settings = load_settings(home)
    return settings, make_people(settings)


def _new_password(name: str, *, from_stdin: bool) -> str:
    """Read a new password and return what is stored of it."""
    from signals import DataError
    from ui.wiring import make_passwords

    if from_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    elif sys.stdin.isatty():
        password = typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    else:
        raise DataError("there is nobody to ask for a password; send it with --password-stdin")
    return make_passwords().hashed(name, password)
