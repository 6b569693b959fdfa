"""Choosing a block: the rules of best available, without a database."""

from hypothesis import given
from hypothesis import strategies as st

from bookings.blocks import Block, Segment, find_blocks


def row(
    length: int, *, section: int = 1, rank: int = 1, start: int = 0, special: tuple[int, ...] = ()
) -> Segment:
    return Segment(
        section_id=section,
        rank=rank,
        start=start,
        length=length,
        centre=start + (length - 1) / 2,
        special=frozenset(special),
        accessible=frozenset(special),
    )


def best(segments: list[Segment], free: dict[int, str], quantity: int, **words: bool) -> Block:
    return find_blocks(segments, free, quantity, **words)[0]


def test_the_middle_of_the_row_comes_first() -> None:
    assert best([row(10)], {1: "1111111111"}, 2) == Block(1, 4, 2)


def test_a_better_row_comes_before_a_better_place_in_the_row() -> None:
    front, back = row(6), row(6, rank=2, start=6)

    assert best([front, back], {1: "000011" + "111111"}, 2) == Block(1, 4, 2)


def test_no_block_leaves_a_single_stray_seat_while_another_fits() -> None:
    # seats 2 to 6 are free: taking 3 and 4 (the middle) would leave a lone seat at 2
    assert best([row(8)], {1: "00111110"}, 2) == Block(1, 2, 2)
    assert Block(1, 3, 2) not in find_blocks([row(8)], {1: "00111110"}, 2)


def test_a_stray_seat_is_left_where_nothing_else_is() -> None:
    assert best([row(5)], {1: "01110"}, 2) in {Block(1, 1, 2), Block(1, 2, 2)}


def test_a_party_is_never_split() -> None:
    assert find_blocks([row(5)], {1: "11011"}, 3) == []


def test_an_aisle_parts_neighbours() -> None:
    left, right = row(3), row(3, start=3)

    assert find_blocks([left, right], {1: "001100"}, 2) == []


def test_accessible_seats_are_kept_for_who_asks() -> None:
    segment = row(4, special=(0, 1))

    assert best([segment], {1: "1111"}, 2) == Block(1, 2, 2)
    assert best([segment], {1: "1111"}, 2, accessible=True) == Block(1, 0, 2)
    assert find_blocks([segment], {1: "1100"}, 2) == []
    assert find_blocks([segment], {1: "0011"}, 2, accessible=True) == []


def test_at_most_five_choices() -> None:
    assert len(find_blocks([row(100)], {1: "1" * 100}, 2)) == 5


def test_a_section_without_tickets_has_no_blocks() -> None:
    assert find_blocks([row(10, section=2)], {1: "1" * 10}, 2) == []


@given(
    seats=st.lists(st.sampled_from("01"), min_size=1, max_size=40).map("".join),
    quantity=st.integers(min_value=1, max_value=8),
)
def test_a_block_is_found_exactly_when_one_exists(seats: str, quantity: int) -> None:
    found = find_blocks([row(len(seats))], {1: seats}, quantity)

    assert bool(found) == ("1" * quantity in seats)
    for block in found:
        assert set(seats[block.start : block.start + quantity]) == {"1"}
    lone = [block for block in found if leaves_a_lone_seat(seats, block)]
    assert not lone or len(lone) == len(found)


def leaves_a_lone_seat(seats: str, block: Block) -> bool:
    left = seats[: block.start].rpartition("0")[2]
    right = seats[block.start + block.length :].partition("0")[0]
    return 1 in (len(left), len(right))
