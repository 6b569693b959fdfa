"""Each rule of the checker finds what it is there for, and nothing in a run that went well."""

import math
from dataclasses import replace

import pytest

from tests.chaos.checker import (
    AtStripe,
    BookingRow,
    findings,
    last_words,
    money_at_stripe,
    stray_errors,
)
from tests.chaos.crashes import Answers, answers_after
from tests.chaos.history import Fault, History, Operation, Told
from tests.chaos.late import money_back
from tests.chaos.outages import part, refusals

SITE = "http://127.0.0.1:8000"
SOLD = BookingRow("sold", user=1, status="confirmed", total=9000, tickets=(1, 2), admissions=2)
PAID = AtStripe(received=9000, paid_intents=["pi_1"])
HELD = Operation(
    "reserve", 1, (1, 2), "sold", invoked_at=10, ended_at=11, outcome="ok", held_until=30
)
TOLD = Operation("confirm", 1, (1, 2), "sold", invoked_at=12, ended_at=13, outcome="ok")


def test_a_good_run_has_no_findings():
    lapsed = BookingRow("lapsed", 2, "expired", 9000, (1, 2), 0)
    earlier = Operation("reserve", 2, (1, 2), "lapsed", 0, 1, "ok", held_until=9)

    assert findings([earlier, HELD, TOLD], [SOLD, lapsed], {"sold": PAID}) == []


@pytest.mark.parametrize(
    ("row", "money", "said"),
    [
        (SOLD, AtStripe(), "confirmed for 9000, and Stripe keeps 0"),
        (replace(SOLD, admissions=1), PAID, "confirmed with 1 of 2 admissions"),
        (replace(SOLD, status="paying", admissions=0), AtStripe(), "is paying, which is no end"),
        (
            replace(SOLD, status="expired", admissions=0),
            PAID,
            "expired, and Stripe has 9000 + 0 blocked",
        ),
        (
            replace(SOLD, status="refunded", admissions=0),
            AtStripe(blocked=9000),
            "refunded, and Stripe has 0 + 9000 blocked",
        ),
        (replace(SOLD, status="cancelled"), AtStripe(), "cancelled with 2 live admissions"),
        (
            SOLD,
            AtStripe(18000, 9000, paid_intents=["pi_1", "pi_2"]),
            "charged 2 times",
        ),
        (
            replace(SOLD, status="needs_attention"),
            AtStripe(received=100),
            "for staff, and Stripe keeps 100 of 9000",
        ),
    ],
)
def test_a_booking_and_its_money_that_disagree_are_found(row, money, said):
    assert f"sold: {said}" in findings([], [row], {"sold": money})


def test_a_ticket_that_was_promised_and_is_gone_is_found():
    gone = replace(SOLD, status="expired", admissions=0)

    said = findings([HELD, TOLD], [gone], {})

    assert said == ["sold: the buyer was told it is theirs, and it is expired"]


def test_a_sale_that_the_buyer_was_told_had_failed_is_found():
    refused = replace(TOLD, outcome="fail")

    said = findings([HELD, refused], [SOLD], {"sold": PAID})

    assert said == ["sold: the buyer was told it failed, and it was sold"]


def test_an_unknown_result_may_be_a_sale_or_none():
    unknown = replace(TOLD, outcome="info")
    freed = replace(SOLD, status="expired", admissions=0)

    assert findings([HELD, unknown], [SOLD], {"sold": PAID}) == []
    assert findings([HELD, unknown], [freed], {}) == []


def test_a_refund_that_was_promised_and_not_made_is_found():
    refund = Operation("refund", 1, (), "sold", 20, 21, "ok")

    said = findings([HELD, TOLD, refund], [SOLD], {"sold": PAID})

    assert said == ["sold: the buyer was told it is refunded, and it is confirmed"]


def test_a_booking_or_a_payment_that_nobody_knows_is_found():
    assert findings([HELD], [], {"stray": PAID}) == [
        "sold: told to a buyer, and no such booking exists",
        "stray: Stripe has a payment for it, and no such booking exists",
    ]


def test_a_ticket_sold_twice_is_found():
    twice = replace(SOLD, reference="again", user=2, tickets=(2, 3))

    said = findings([], [SOLD, twice], {"sold": PAID, "again": PAID})

    assert said == ["ticket 2: belongs to again and sold"]


def test_times_of_ownership_that_overlap_are_found_from_what_buyers_were_told():
    rival = Operation("reserve", 2, (2, 3), "rival", 24, 25, "ok", held_until=40)
    lapsed = BookingRow("rival", 2, "expired", 9000, (2, 3), 0)

    said = findings([HELD, TOLD, rival], [SOLD, lapsed], {"sold": PAID})

    assert said == ["ticket 2: sold's and rival's for 15.00 s"]


@pytest.mark.parametrize("kind", ["release", "refund"])
def test_a_ticket_that_was_asked_back_may_be_somebody_elses_at_once(kind):
    back = Operation(kind, 1, (), "sold", 14, 15, "info")
    rival = Operation("reserve", 2, (2, 3), "rival", 15, 16, "ok", held_until=40)
    rows = [
        replace(SOLD, status="refunded", admissions=0),
        BookingRow("rival", 2, "expired", 9000, (2, 3), 0),
    ]

    assert findings([HELD, TOLD, back, rival], rows, {}) in (
        [],
        ["sold: the buyer was told it is theirs, and it is refunded"] * (kind == "release"),
    )


def test_the_ledger_is_read_by_booking_and_only_for_this_site():
    payment = {
        "id": "pi_1",
        "amount_received": 9000,
        "amount_refunded": 4500,
        "amount_capturable": 0,
        "metadata": {"site": SITE, "booking": "sold"},
    }
    others = payment | {"metadata": {"site": "https://elsewhere.example", "booking": "sold"}}

    found = money_at_stripe({"payments": [payment, others]}, site=SITE)

    assert found == {"sold": AtStripe(9000, 4500, 0, ["pi_1"])}


def test_only_what_was_broken_in_the_seconds_before_excuses_an_answer_of_500():
    operation = Operation("confirm", 1, answers=[Told(at, 500) for at in (9.9, 10, 17, 20, 20.1)])
    frozen, killed = Fault("SIGSTOP web", 10, 16), Fault("after_E", 18, 18)

    assert stray_errors([operation], [frozen, killed]) == [9.9, 20.1]


def test_an_answer_of_500_counts_though_a_later_try_went_well():
    operation = Operation("confirm", 1)
    operation.note(500)
    operation.note(503)
    operation.note(200)

    assert len(stray_errors([operation], [])) == 1


def test_a_failure_after_a_crash_is_no_answer_an_error_or_a_503_that_names_no_time():
    before, soon = Told(99, 500), [Told(100, 0), Told(101, 500), Told(102, 503), Told(103, 200)]
    away, later = Told(104, 503, comes_again=True), [Told(110, 503, comes_again=True)]
    again = [Told(200, 409), Told(215, 0)]
    history = [
        Operation("reserve", 1, answers=[before, *soon, away]),
        Operation("confirm", 1, answers=[*later, *again]),
    ]
    crashes = [100.0, 200.0]

    found = answers_after(crashes, history, since=0, until=5)
    late = answers_after(crashes, history, since=10, until=float("inf"))

    assert found == Answers(all=6, failed=3, away=1)
    assert late == Answers(all=2, failed=1, away=1)


def test_a_refusal_while_stripe_is_away_is_as_long_as_each_answer_took():
    away = Fault("Stripe away", 100, 700)
    told = [Told(99, 503, seconds=9), Told(101, 503, seconds=3), Told(650, 503, seconds=0.1)]
    looked = [Told(300, 200, seconds=0.2), Told(701, 503, seconds=8)]
    history = [
        Operation("confirm", 1, answers=[*told, *looked]),
        Operation("reserve", 1, answers=[Told(200, 503, seconds=7)]),
    ]

    found = refusals(history, away)

    assert found == [0.1, 3]
    assert (part(found, 0.5), part(found, 0.95), part([], 0.5)) == (0.1, 0.1, math.inf)


def test_late_money_is_back_when_stripes_books_say_so():
    let_go = {
        "id": "pi_1",
        "status": "canceled",
        "amount_received": 0,
        "amount_refunded": 0,
        "canceled_at": 1003,
        "metadata": {"booking": "let go"},
    }
    refunded = let_go | {
        "id": "pi_2",
        "status": "succeeded",
        "amount_received": 9000,
        "amount_refunded": 9000,
        "canceled_at": None,
        "metadata": {"booking": "refunded"},
    }
    kept = refunded | {"id": "pi_3", "amount_refunded": 0, "metadata": {"booking": "kept"}}
    ledger = {
        "payments": [let_go, refunded, kept],
        "refunds": [
            {"payment_intent": "pi_2", "created": 1005},
            {"payment_intent": "pi_2", "created": 1009},
        ],
    }

    assert money_back(ledger, {"let go", "refunded", "kept"}) == {"let go": 1003, "refunded": 1009}


def test_nobody_waits_for_an_end_while_stripe_is_away_for_minutes():
    away, short = Fault("Stripe away", 1000, 1600), Fault("Stripe away", 2000, 2006)
    history = [
        Operation("reserve", 1, invoked_at=100, ended_at=101),
        Operation("confirm", 1, invoked_at=102, ended_at=103),
        Operation("confirm", 2, invoked_at=900, ended_at=905),
        Operation("confirm", 3, invoked_at=1300),
        Operation("confirm", 4, invoked_at=2001, ended_at=2002),
    ]

    assert last_words(history, [short, away]) == {1: 103, 2: 1600, 3: 1600, 4: 2002}


def test_a_history_says_who_was_waiting_at_a_moment():
    history = History()
    first = history.invoke("confirm", user=1)
    first.invoked_at = 10
    first.end("ok")
    first.ended_at = 20

    assert history.in_flight(15, "confirm") == [first]
    assert history.in_flight(15, "refund") == []
    assert history.in_flight(21, "confirm") == []
