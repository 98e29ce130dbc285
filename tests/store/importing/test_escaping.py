"""No cell is a formula, and no text is lost."""

from hypothesis import example, given
from hypothesis import strategies as st

from webpush_admin.store.importing.escaping import escaped, unescaped

TEXTS = st.text(st.sampled_from("'=+-@\t\rab") | st.characters(), max_size=8)


@given(TEXTS)
@example("=1+1")
@example("'=1+1")
@example("''''=")
@example("'")
@example("")
def test_a_text_comes_back_and_is_no_formula(text: str) -> None:
    assert unescaped(escaped(text)) == text
    assert escaped(text)[:1] not in tuple("=+-@\t\r")


def test_only_what_would_run_is_touched() -> None:
    assert [escaped(text) for text in ("Ada", "'Ada", "a=b", "", "=1")] == ["Ada", "'Ada", "a=b", "", "'=1"]
