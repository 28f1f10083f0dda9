"""What the five packages never do: run what was stored or said, or reach out when imported."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PACKAGES = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
FILES = sorted(file for name in PACKAGES for file in (ROOT / name).rglob("*.py"))

MODULES = {"pickle", "cPickle", "_pickle", "marshal", "shelve", "joblib", "dill", "cloudpickle"}
"""What they store runs code when it is read."""
CALLS = {
    "exec", "eval", "compile", "__import__", "builtins.exec", "builtins.eval", "builtins.compile",
    "os.system", "os.popen", "subprocess.getoutput", "subprocess.getstatusoutput",
    "asyncio.create_subprocess_shell", "torch.load", "torch.hub.load", "pandas.read_pickle",
    "yaml.load", "yaml.full_load", "yaml.unsafe_load", "tempfile.mktemp",
    "ssl._create_unverified_context", "code.interact", "runpy.run_path", "runpy.run_module",
}  # fmt: skip
METHODS = {"to_pickle", "read_pickle"}
KEYWORDS = {
    "shell": False, "trust_remote_code": False, "allow_pickle": False, "weights_only": True,
    "allow_dangerous_deserialization": False, "verify": True,
}  # fmt: skip
"""Arguments that may have this value only, written out."""


def broken_rules(source: str) -> list[str]:
    """List the rules that a file breaks, with their lines."""
    nodes = list(ast.walk(ast.parse(source)))
    imports = [node for node in nodes if isinstance(node, ast.Import | ast.ImportFrom)]
    names = dict(_bound(imports))
    found = [
        f"{node.lineno}: imports {module}"
        for node in imports
        for module in _modules(node)
        if module.partition(".")[0] in MODULES
    ]
    for node in nodes:
        if isinstance(node, ast.Name | ast.Attribute):
            called = _dotted(node, names)
            if called in CALLS or called.startswith(("os.exec", "os.spawn")):
                found.append(f"{node.lineno}: names {called}")
            if isinstance(node, ast.Attribute) and node.attr in METHODS:
                found.append(f"{node.lineno}: names {node.attr}")
        if isinstance(node, ast.Call):
            found.extend(
                f"{node.lineno}: {each.arg} may only be {KEYWORDS[each.arg]}"
                for each in node.keywords
                if each.arg in KEYWORDS
                and not _is(each.value, KEYWORDS[each.arg])
                and not (each.arg == "verify" and _checks(each.value))
            )
    return found


def _bound(imports: list[ast.Import | ast.ImportFrom]) -> Iterator[tuple[str, str]]:
    """Give each name that an import binds, with what it stands for."""
    for node in imports:
        for each in node.names:
            if isinstance(node, ast.ImportFrom):
                yield each.asname or each.name, f"{node.module}.{each.name}"
            elif each.asname:
                yield each.asname, each.name


def _modules(node: ast.Import | ast.ImportFrom) -> list[str]:
    if isinstance(node, ast.Import):
        return [each.name for each in node.names]
    return [node.module or ""]


def _dotted(node: ast.expr, names: dict[str, str]) -> str:
    if isinstance(node, ast.Name):
        return names.get(node.id, node.id)
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value, names)}.{node.attr}"
    return ""


def _checks(value: ast.expr) -> bool:
    """Tell whether certificates are those that ``_tls`` has loaded, which checks them."""
    return isinstance(value, ast.Call) and _dotted(value.func, {}) == "_tls" and not value.args


def _is(value: ast.expr, wanted: bool) -> bool:
    return isinstance(value, ast.Constant) and value.value is wanted


def test_no_file_breaks_a_rule() -> None:
    found = {
        str(file.relative_to(ROOT)): broken
        for file in FILES
        if (broken := broken_rules(file.read_text(encoding="utf-8")))
    }

    assert found == {}
    assert len(FILES) > 300


@pytest.mark.parametrize(
    "source",
    [
        "import pickle",
        "import pickle as p",
        "from pickle import loads",
        "import joblib",
        "def f():\n    from dill import load",
        "import marshal, shelve",
        "exec('x = 1')",
        "run = eval",
        "compile('x', 'f', 'exec')",
        "__import__('os')",
        "import builtins as b\nb.eval('1')",
        "import os\nos.system('ls')",
        "from os import system as go\ngo('ls')",
        "import os\nos.execvp('ls', ['ls'])",
        "import subprocess\nsubprocess.run('ls', shell=True)",
        "import subprocess\nsubprocess.run('ls', shell=bool(1))",
        "import subprocess as s\ns.getoutput('ls')",
        "import torch\ntorch.load('f')",
        "from torch import load\nload('f')",
        "from yaml import load\nload('f')",
        "import pandas as pd\npd.read_pickle('f')",
        "frame.to_pickle('f')",
        "import numpy as np\nnp.load('f', allow_pickle=True)",
        "AutoModel.from_pretrained('x', trust_remote_code=True)",
        "AutoModel.from_pretrained('x', trust_remote_code=trusted)",
        "httpx.get('https://x', verify=False)",
    ],
)
def test_each_rule_sees_what_it_forbids(source: str) -> None:
    assert len(broken_rules(source)) >= 1


@pytest.mark.parametrize(
    "source",
    [
        "import re\nre.compile('a')",
        "network.eval()",
        "con.execute('SELECT 1')",
        "import subprocess\nsubprocess.run(['ls'], shell=False)",
        "import json\njson.load(f)",
        "from safetensors.torch import load_file\nload_file('f')",
        "import numpy as np\nnp.load('f', allow_pickle=False)",
        "import yaml\nyaml.safe_load('a: 1')",
    ],
)
def test_no_rule_sees_what_is_harmless(source: str) -> None:
    assert broken_rules(source) == []


_IMPORT_ALL = """
import importlib, json, pkgutil, sys

reached, missing = [], {}
REACH = {"connect", "sendto", "sendmsg", "getaddrinfo", "gethostbyname"}  # a bind reaches nobody

def refuse(event, arguments):
    kind, _, what = event.partition(".")
    if kind == "socket" and what in REACH:
        reached.append(f"{event} {arguments!r}")
        raise PermissionError(f"{event} while importing")

sys.addaudithook(refuse)
for package in sys.argv[1:]:
    found = importlib.import_module(package)
    for module in pkgutil.walk_packages(getattr(found, "__path__", []), f"{package}."):
        if module.name.endswith("__main__"):
            continue
        try:
            importlib.import_module(module.name)
        except ModuleNotFoundError as error:
            missing[module.name] = error.name
print(json.dumps({"reached": reached, "missing": missing, "modules": sum(
    name.partition(".")[0] in sys.argv[1:] for name in sys.modules)}))
"""


def _imported_without_network(*packages: str, path: Path = ROOT) -> dict[str, object]:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", _IMPORT_ALL, *packages],
        cwd=path,
        env={**os.environ, "PYTHONPATH": str(path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_no_import_reaches_out() -> None:
    found = _imported_without_network(*PACKAGES)

    assert found["reached"] == []
    missing = set(found["missing"].values())  # type: ignore[attr-defined]
    assert not missing & set(PACKAGES), "only libraries of extras may be missing"
    assert found["modules"] > 300  # type: ignore[operator]


def test_an_import_that_reaches_out_is_seen(tmp_path: Path) -> None:
    (tmp_path / "caller.py").write_text(
        "import socket\ntry:\n    socket.create_connection(('192.0.2.1', 9), timeout=1)\n"
        "except OSError:\n    pass\n"
    )

    reached = _imported_without_network("caller", path=tmp_path)["reached"]

    assert "192.0.2.1" in str(reached)
