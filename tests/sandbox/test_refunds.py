"""Refunds never exceed what was captured; disputes and dashboard refunds come from outside."""

import pytest
import requests
import stripe

from tests.sandbox.receiver import wait_for


@pytest.fixture
def captured(pay) -> stripe.PaymentIntent:
    return pay(capture_method="automatic", amount=900)


def refunded(stripe_api, intent: stripe.PaymentIntent) -> int:
    return stripe_api.v1.charges.retrieve(intent.latest_charge).amount_refunded


def test_a_payment_is_refunded_in_parts_up_to_its_amount(captured, stripe_api):
    first = stripe_api.v1.refunds.create(
        {"payment_intent": captured.id, "amount": 400, "metadata": {"why": "one seat"}}
    )
    assert (first.status, first.amount, first.charge) == ("succeeded", 400, captured.latest_charge)
    assert first.metadata["why"] == "one seat"

    with pytest.raises(stripe.InvalidRequestError) as refused:
        stripe_api.v1.refunds.create({"payment_intent": captured.id, "amount": 501})
    assert refused.value.code == "amount_too_large"
    assert refunded(stripe_api, captured) == 400

    rest = stripe_api.v1.refunds.create({"charge": captured.latest_charge})
    assert rest.amount == 500
    charge = stripe_api.v1.charges.retrieve(captured.latest_charge, {"expand": ["refunds"]})
    assert (charge.refunded, charge.amount_refunded) == (True, 900)
    assert [refund.id for refund in charge.refunds.data] == [rest.id, first.id]


def test_a_refunded_payment_is_not_refunded_again(captured, stripe_api):
    stripe_api.v1.refunds.create({"payment_intent": captured.id})

    with pytest.raises(stripe.InvalidRequestError) as refused:
        stripe_api.v1.refunds.create({"payment_intent": captured.id})

    assert refused.value.code == "charge_already_refunded"
    assert refunded(stripe_api, captured) == 900


@pytest.mark.parametrize("amount", [0, -5])
def test_a_refund_needs_a_positive_amount(amount, captured, stripe_api):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        stripe_api.v1.refunds.create({"payment_intent": captured.id, "amount": amount})

    assert refused.value.code == "parameter_invalid_integer"
    assert refunded(stripe_api, captured) == 0


def test_what_was_only_authorised_cannot_be_refunded(pay, stripe_api):
    intent = pay()

    for wanted in ({"payment_intent": intent.id}, {"charge": intent.latest_charge}):
        with pytest.raises(stripe.InvalidRequestError):
            stripe_api.v1.refunds.create(wanted)

    assert stripe_api.v1.payment_intents.retrieve(intent.id).status == "requires_capture"
    assert stripe_api.v1.refunds.list({"payment_intent": intent.id}).data == []


def test_only_the_captured_part_can_be_refunded(pay, stripe_api):
    intent = pay()
    stripe_api.v1.payment_intents.capture(intent.id, {"amount_to_capture": 1000})

    with pytest.raises(stripe.InvalidRequestError) as refused:
        stripe_api.v1.refunds.create({"payment_intent": intent.id, "amount": 1001})
    assert refused.value.code == "amount_too_large"

    assert stripe_api.v1.refunds.create({"payment_intent": intent.id}).amount == 1000


def test_refunds_take_longer_or_fail_with_the_cards_for_that(pay, stripe_api):
    slow = pay("pm_card_pendingRefund", capture_method="automatic")
    refund = stripe_api.v1.refunds.create({"payment_intent": slow.id})
    assert refund.status == "pending"
    wait_for(lambda: stripe_api.v1.refunds.retrieve(refund.id).status == "succeeded")

    bad = pay("pm_card_refundFail", capture_method="automatic")
    refund = stripe_api.v1.refunds.create({"payment_intent": bad.id})
    failed = wait_for(
        lambda: (
            (now := stripe_api.v1.refunds.retrieve(refund.id)) and now.status == "failed" and now
        )
    )
    assert failed.failure_reason == "expired_or_canceled_card"
    assert refunded(stripe_api, bad) == 0


def test_a_person_refunds_in_the_dashboard(captured, sandbox, stripe_api, receiver):
    answer = requests.post(
        f"{sandbox.url}/_chaos/refunds",
        json={"payment_intent": captured.id, "amount": 300},
        timeout=60,
    )

    assert answer.json()["amount"] == 300
    assert refunded(stripe_api, captured) == 300
    told = wait_for(
        lambda: [e for e in receiver.events(captured.latest_charge) if e.type == "charge.refunded"]
    )
    assert (told[0].data.object["amount_refunded"], told[0].request.id) == (300, None)

    too_much = {"payment_intent": captured.id, "amount": 601}
    refused = requests.post(f"{sandbox.url}/_chaos/refunds", json=too_much, timeout=60)
    assert refused.status_code == 400


def test_a_disputed_payment_leaves_the_balance_and_cannot_be_refunded(
    captured, sandbox, stripe_api
):
    made = requests.post(
        f"{sandbox.url}/_chaos/disputes", json={"payment_intent": captured.id}, timeout=60
    ).json()

    assert (made["object"], made["amount"], made["status"]) == ("dispute", 900, "needs_response")
    assert stripe_api.v1.charges.retrieve(captured.latest_charge).disputed is True
    with pytest.raises(stripe.InvalidRequestError) as refused:
        stripe_api.v1.refunds.create({"payment_intent": captured.id})
    assert refused.value.code == "charge_disputed"
    events = stripe_api.v1.events.list({"type": "charge.dispute.created"}).data
    assert events[0].data.object["id"] == made["id"]


def test_the_ledger_tells_every_movement(pay, sandbox, stripe_api):
    intent = pay(metadata={"booking": "ledger"}, amount=4100, currency="sek")
    declined = None
    try:
        pay("pm_card_visa_chargeDeclined", amount=4200, currency="sek")
    except stripe.CardError as error:
        declined = error.error.payment_intent.id
    stripe_api.v1.payment_intents.capture(intent.id)
    refund = stripe_api.v1.refunds.create({"payment_intent": intent.id, "amount": 100})
    voided = pay(amount=4300, currency="sek")
    stripe_api.v1.payment_intents.cancel(voided.id)

    ledger = sandbox.get("/_sandbox/ledger")

    payments = {row["id"]: row for row in ledger["payments"] if row["currency"] == "sek"}
    assert {key: row["status"] for key, row in payments.items()} == {
        intent.id: "succeeded",
        declined: "requires_payment_method",
        voided.id: "canceled",
    }
    assert payments[intent.id]["metadata"] == {"booking": "ledger"}
    assert (payments[intent.id]["amount_received"], payments[intent.id]["amount_refunded"]) == (
        4100,
        100,
    )
    captures = [row for row in ledger["captures"] if row["currency"] == "sek"]
    assert [(row["payment_intent"], row["amount"]) for row in captures] == [(intent.id, 4100)]
    refunds = [row for row in ledger["refunds"] if row["currency"] == "sek"]
    assert [(row["id"], row["amount"]) for row in refunds] == [(refund.id, 100)]
    assert ledger["totals"]["sek"] == {
        "authorised": 0,
        "captured": 4100,
        "refunded": 100,
        "disputed": 0,
    }


def decide(sandbox, dispute_id: str, outcome: str) -> requests.Response:
    return requests.post(
        f"{sandbox.url}/_chaos/disputes/{dispute_id}", json={"outcome": outcome}, timeout=60
    )


def open_dispute(sandbox, intent: stripe.PaymentIntent) -> str:
    address = f"{sandbox.url}/_chaos/disputes"
    return requests.post(address, json={"payment_intent": intent.id}, timeout=60).json()["id"]


def test_a_dispute_that_is_won_brings_the_money_back(captured, stripe_api, sandbox):
    dispute_id = open_dispute(sandbox, captured)

    decided = decide(sandbox, dispute_id, "won").json()

    assert (decided["status"], len(decided["balance_transactions"])) == ("won", 2)
    assert sum(movement["net"] for movement in decided["balance_transactions"]) == 0
    listed = stripe_api.v1.disputes.list({"payment_intent": captured.id}).data
    assert [(dispute.id, dispute.status) for dispute in listed] == [(dispute_id, "won")]
    assert stripe_api.v1.refunds.create({"payment_intent": captured.id}).amount == 900


def test_a_dispute_that_is_lost_stays_lost(captured, stripe_api, sandbox):
    dispute_id = open_dispute(sandbox, captured)
    assert decide(sandbox, dispute_id, "lost").json()["status"] == "lost"

    assert decide(sandbox, dispute_id, "won").status_code == 400
    with pytest.raises(stripe.InvalidRequestError) as refused:
        stripe_api.v1.refunds.create({"payment_intent": captured.id})

    assert refused.value.code == "charge_disputed"
    assert stripe_api.v1.disputes.retrieve(dispute_id).status == "lost"


def test_a_dispute_is_won_or_lost_and_nothing_else(captured, sandbox):
    dispute_id = open_dispute(sandbox, captured)

    assert decide(sandbox, dispute_id, "maybe").status_code == 400
    assert decide(sandbox, "du_none", "won").status_code == 404


def test_the_short_ledger_has_the_payments_that_hold_money_as_the_whole_one(
    pay, captured, sandbox, stripe_api
):
    blocked = pay(amount=700)
    part = stripe_api.v1.refunds.create({"payment_intent": captured.id, "amount": 1})
    returned = pay(amount=900, capture_method="automatic")
    stripe_api.v1.refunds.create({"payment_intent": returned.id})

    short = {row["id"]: row for row in sandbox.get("/_sandbox/ledger?only=live")["payments"]}
    whole = {row["id"]: row for row in sandbox.get("/_sandbox/ledger")["payments"]}

    assert part.status == "succeeded"
    assert set(short) == {
        name
        for name, row in whole.items()
        if row["amount_capturable"] or row["amount_received"] > row["amount_refunded"]
    }
    assert {blocked.id, captured.id} <= set(short)
    assert returned.id not in short
    for name, row in short.items():
        assert row == {field: whole[name][field] for field in row}
