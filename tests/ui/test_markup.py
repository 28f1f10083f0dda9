"""Pieces of the page: nothing that came with data is ever markup."""

from __future__ import annotations

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from ui.markup import Quote, banner, chips, empty, fold, join, pairs, quotes, table

HOSTILE = '![x](http://attacker/?d=1)<img src=x onerror="go()"></li><script>go()</script>&amp;'


class _Seen(HTMLParser):
    """Collects tags and text as a browser would read them."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.text = ""
        self.feed(str(page))  # Markup would escape what is read from it
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


def _every_piece(text: str) -> str:
    quote = Quote(text=text, where=[text], stars=4.5, number=1, anchor=text)
    return join(
        [
            banner(text),
            chips([text], text),
            table([text, "b"], [[text, text]], numbers=[1], total=True),
            fold(text, banner(text)),
            quotes([quote]),
            empty(text, text, text),
            pairs([(text, text)], "gs-facts"),
        ],
    )


def test_a_hostile_review_is_shown_letter_by_letter() -> None:
    page = quotes([Quote(text=HOSTILE, where=["review"])])

    seen = _Seen(page)
    assert HOSTILE in seen.text
    assert not {"img", "script"} & set(seen.tags)


@given(st.text(min_size=1, max_size=80))
def test_no_text_adds_a_tag(text: str) -> None:
    assert _Seen(_every_piece(text)).tags == _Seen(_every_piece("x")).tags


def test_stars_are_told_to_screen_readers() -> None:
    assert 'aria-label="4.5 of 5 stars"' in quotes([Quote("fine", [], stars=4.5)])


def test_the_last_row_of_a_sum_is_marked() -> None:
    page = table(["part", "units"], [["a", "1"], ["all", "1"]], numbers=[1], total=True)

    assert page.count('class="gs-sum"') == 1
    assert page.index('class="gs-sum"') > page.index(">a<")


def test_no_chips_leave_no_empty_group() -> None:
    assert chips([], "questions") == ""
