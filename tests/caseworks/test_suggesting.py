"""Suggestions: from the office's keywords and from how like requests were sorted; none where nothing speaks for any."""

from hypothesis import given
from hypothesis import strategies as st

from caseworks.models import Category
from caseworks.suggesting import keyword_hits, likeness, suggest
from tests.cast import Cast
from tests.factories import make_case


def codes(found: list[Category]) -> list[str]:
    return [category.code for category in found]


def test_keywords_of_a_category_suggest_it_first(cast: Cast):
    assert codes(suggest(cast.operator, "小区南门外烧烤摊，油烟和噪声影响睡觉"))[0] == "neighbours"


def test_traditional_characters_find_the_same_category(cast: Cast):
    assert codes(suggest(cast.operator, "樓上鄰居噪聲很大"))[0] == "neighbours"


def test_how_like_cases_were_sorted_counts_where_no_keyword_does(cast: Cast):
    family = Category.objects.get(code="family")
    assert suggest(cast.operator, "宠物狗整天狂吠") == []
    make_case(cast.operator, cast.group, summary="宠物狗狂吠不停", category=family)
    make_case(cast.operator, cast.group, summary="楼道路灯不亮")
    assert codes(suggest(cast.operator, "宠物狗整天狂吠")) == ["family"]


def test_cases_out_of_scope_teach_nothing(cast: Cast):
    make_case(cast.stranger, cast.next_group, summary="宠物狗狂吠不停", category=Category.objects.get(code="family"))
    assert suggest(cast.operator, "宠物狗整天狂吠") == []


def test_a_category_no_longer_in_use_is_not_suggested(cast: Cast):
    Category.objects.filter(code="neighbours").update(active=False)
    assert "neighbours" not in codes(suggest(cast.operator, "夜里噪声很大"))


def test_nothing_is_suggested_before_there_are_words(cast: Cast):
    assert suggest(cast.operator, "") == suggest(cast.operator, " ， 。") == suggest(cast.operator, "的") == []


def test_three_categories_at_most_in_a_stable_order_and_two_queries(cast: Cast, django_assert_num_queries):
    cast.operator.scope  # noqa: B018 - known before, as in a request
    text = "水管漏水，墙体开裂，邻居吵架，想咨询医保报销和养老金"
    with django_assert_num_queries(2):
        first = codes(suggest(cast.operator, text))
    assert len(first) == 3
    assert codes(suggest(cast.operator, text)) == first


def test_a_keyword_counts_once_however_often_it_is_written():
    assert keyword_hits("停水停水停水，水管", "水管 停水 停水 路灯") == 2
    assert keyword_hits("停水", "") == 0


def test_a_word_that_every_case_has_speaks_for_hardly_anything():
    past = [(number % 4, frozenset({"希望"})) for number in range(40)] + [(9, frozenset({"希望", "井盖"}))]
    votes = likeness(frozenset({"希望", "井盖"}), past)
    assert votes[9] > 5 * max(votes[category] for category in range(4))


@given(
    st.frozensets(st.sampled_from("甲乙丙丁戊"), min_size=1),
    st.lists(st.tuples(st.integers(1, 3), st.frozensets(st.sampled_from("甲乙丙丁戊己")))),
)
def test_all_votes_together_are_never_more_than_the_words(words: frozenset[str], past):
    votes = likeness(words, past)
    assert sum(votes.values()) <= len(words) + 1e-9
    assert all(vote > 0 for vote in votes.values())
