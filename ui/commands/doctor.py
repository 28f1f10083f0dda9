"""``groundswell doctor``: is everything here that is needed, and is it whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ui.options import HomeOption, JsonOption

if TYPE_CHECKING:
    from ui.health import Check


def doctor(
    home: HomeOption = None,
    leaks: Annotated[
        bool,
        typer.Option("--leaks", help="Also forecast two past days again, with another future."),
    ] = False,
    mend: Annotated[
        bool,
        typer.Option("--mend", help="First take damaged tables back to before the damage."),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Check the installation and the workspace; exit code 1 when something must be mended."""
    from signals import ConfigError
    from ui.console import print_json
    from ui.doctoring.answers import check_answers
    from ui.doctoring.libraries import check_libraries
    from ui.health import Check, State, check_installation
    from ui.health_workspace import check_workspace
    from ui.settings import Settings, load_settings

    checks = []
    try:
        settings = load_settings(home)
    except ConfigError as error:
        checks.append(Check("settings", State.FAIL, str(error), "correct it and run this again"))
        settings = Settings.model_construct()
        settings = settings.model_copy(update={"home": home}) if home else settings
    if mend:
        from ui.doctoring.mending import mend_lake

        checks += mend_lake(settings)
    checks += [
        *check_installation(settings),
        *check_libraries(),
        *check_workspace(settings),
        *check_answers(settings),
    ]
    if leaks:
        from ui.health_leaks import check_leaks

        checks += check_leaks(settings)
    healthy = all(check.state is not State.FAIL for check in checks)
    if as_json:
        print_json({"healthy": healthy, "checks": [check.to_dict() for check in checks]})
    else:
        _show(checks)
    raise typer.Exit(0 if healthy else 1)


def _show(checks: list[Check]) -> None:
    from rich.markup import escape

    from ui.console import out

    colours = {"ok": "green", "warn": "yellow", "fail": "red"}
    for check in checks:
        colour = colours[check.state]
        out.print(
            f"[{colour}]{check.state:<4}[/] {check.name:<16} {escape(check.found)}", highlight=False
        )
        if check.advice:
            out.print(f"{'':<21} [bold]{escape(check.advice)}[/]", highlight=False)
