from app.coding.plover import QUAD_CLASSES, with_sign


def test_there_are_seven_types_of_cooperation_and_nine_of_conflict() -> None:
    assert [q <= 2 for q in QUAD_CLASSES.values()] == [True] * 7 + [False] * 9


def test_an_accusation_is_conflict_even_where_its_minus_was_lost() -> None:
    assert with_sign("ACCUSE", 200) == with_sign("ACCUSE", -200) == -200
    assert with_sign("AID", -700) == 700
