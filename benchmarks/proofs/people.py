"""Two tenants, three roles, four doors: the same decision at each, and nobody reads another.

Both tenants share one database. Each attempt is held against one line of policy, and everything
that was read is searched for words that only somebody else ever said.
"""

from __future__ import annotations

import json
import logging
import tempfile
from collections import Counter, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from proofs.corner_shop import Strange, open_shop
from proofs.people_doors import Commands, Deed, Door, Member, Page, Rest, Tools
from proofs.thefts import thefts
from reporting import Figure

from ui.people import Action, Person, Role, may
from ui.people.sql_people import KeyKind
from ui.wiring import make_jobs, make_people

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from proofs.size import Size

    from ui.settings import Settings

_TENANTS: Final = ("north", "south")
_DAY_S: Final = 86_400.0
_SHARES: Final = {"rest": 0.6, "page": 0.26, "tools": 0.1, "commands": 0.04}
_NEEDS: Final = {
    Deed.READ: Action.READ, Deed.ASK: Action.ASK, Deed.GO_ON: Action.ASK, Deed.REPLAY: Action.ASK,
    Deed.INGEST: Action.INGEST, Deed.RUN: Action.RUN, Deed.SETTLE: Action.SETTLE,
    Deed.FOLLOW: Action.READ, Deed.CANCEL: Action.RUN, Deed.MANAGE: Action.MANAGE,
}  # fmt: skip


def prove(size: Size) -> Iterator[Figure]:
    """Try everything as everybody through every door."""
    logging.disable(logging.ERROR)
    with tempfile.TemporaryDirectory() as folder:
        team = Team(Path(folder))
        tally = _tried(team, size.pick(10_000, 120))
        stolen = [*thefts(team.settings, team.members, size)]
    yield Figure("attempts", tally["attempts"], "attempts", "higher", size.pick(10_000, 120))
    yield Figure("attempts that were let", tally["let"], "attempts", "higher", 1)
    yield Figure("decisions against the policy", tally["wrong"], "attempts", "lower", 0)
    yield Figure("decisions that differ between doors", tally["differ"], "decisions", "lower", 0)
    yield Figure("reads of another tenant's or person's words", tally["read"], "attempts",
                 "lower", 0)  # fmt: skip
    yield from stolen


class Team:
    """Two shops on one database, with four people each."""

    def __init__(self, folder: Path) -> None:
        url = f"sqlite:///{folder / 'shared.db'}"
        file = folder / "new.csv"
        file.write_text("when,what\n2025-12-01,P1\n", encoding="utf-8")
        self.settings: dict[str, Settings] = {}
        self.members: list[Member] = []
        self.doors: dict[str, dict[str, Door]] = {}
        self.targets: dict[Deed, list[tuple[Member, str]]] = defaultdict(list)
        for tenant in _TENANTS:
            told = [f"zq{tenant}everybody says the strap is fine"]
            made = open_shop(folder / tenant, Strange(told), database_url=url, tenant=tenant)
            self.settings[tenant] = made
            joined = [*self._joined(tenant)]  # first: without a user nobody has to log in
            rest = Rest(made)
            page, tools, commands = Page(made, rest), Tools(made), Commands(made, file)
            self.doors[tenant] = {"rest": rest, "page": page, "tools": tools, "commands": commands}
            for member in joined:
                self._begin(member)
            self.members += joined

    def _joined(self, tenant: str) -> Iterator[Member]:
        people = make_people(self.settings[tenant])
        for number, role in enumerate([*Role, Role.ANALYST]):
            name = f"{role}{number}"
            people.add(name, role, "no password: keys only")
            keys = [
                people.give_key(name, kind, _DAY_S) for kind in (KeyKind.TOKEN, KeyKind.SESSION)
            ]
            yield Member(tenant, name, str(role), *keys)

    def _begin(self, member: Member) -> None:
        """Let a member ask something, and have a job, that others will try to reach."""
        seen = self.doors[member.tenant]["rest"].attempt(member, Deed.ASK, "")
        told = json.loads(seen.text)
        user = make_people(self.settings[member.tenant]).holder(member.token, KeyKind.TOKEN)
        job = make_jobs(self.settings[member.tenant]).ask("run", {}, user.user_id if user else "")
        for deed, target in (
            (Deed.GO_ON, told["conversation_id"]),
            (Deed.REPLAY, told["answer_id"]),
            (Deed.FOLLOW, job.job_id),
            (Deed.CANCEL, job.job_id),
        ):
            self.targets[deed].append((member, target))


def expected(member: Member, deed: Deed, owner: Member | None) -> bool:
    """Decide by the policy alone: the role, the tenant, and whose the thing is."""
    person = Person("", member.name, Role(member.role), member.tenant)
    if not may(person, _NEEDS[deed]):
        return False
    if owner is None:
        return True
    if owner.tenant != member.tenant:
        return False
    if deed is Deed.FOLLOW or owner == member:
        return True
    return deed in {Deed.REPLAY, Deed.CANCEL} and may(person, Action.MANAGE)


def _tried(team: Team, count: int) -> Counter[str]:
    random = np.random.default_rng(11)
    tally: Counter[str] = Counter()
    decided: dict[tuple[str, ...], set[bool]] = defaultdict(set)
    names, shares = [*_SHARES], [*_SHARES.values()]
    for _ in range(count):
        member = team.members[random.integers(len(team.members))]
        at = team.members[random.integers(len(team.members))].tenant  # also at the other's doors
        door = team.doors[at][str(random.choice(names, p=shares))]
        deed = Deed(random.choice(sorted(door.deeds)))
        owner, target = None, ""
        if team.targets[deed]:
            owner, target = team.targets[deed][random.integers(len(team.targets[deed]))]
        seen = door.attempt(member, deed, target)
        right = at == member.tenant and expected(member, deed, owner)
        decided[member.word, at, deed, target].add(seen.let)
        tally["attempts"] += 1
        tally["let"] += seen.let
        tally["wrong"] += seen.let != right
        tally["read"] += _reads(team.members, member, seen.text, owner if right else None)
    tally["differ"] = sum(len(found) > 1 for found in decided.values())
    return tally


def _reads(members: Sequence[Member], member: Member, text: str, given: Member | None) -> bool:
    """Tell whether somebody read what only others said.

    Parameters
    ----------
    given
        Whose words they may read just now: an admin who replays the answer of somebody.
    """
    others = [other.word for other in members if other not in (member, given)]
    others += [f"zq{tenant}everybody" for tenant in _TENANTS if tenant != member.tenant]
    return any(word in text for word in others)
