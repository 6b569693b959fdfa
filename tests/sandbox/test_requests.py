"""What the API refuses at the door, and how it lists things."""

import pytest
import requests
import stripe


def test_unknown_parameters_are_refused_by_name(sandbox):
    wrong = {"amount": "900", "currency": "usd", "payment_method_data[card][colour]": "red"}

    refused = sandbox.post("/v1/payment_intents", wrong)

    assert refused.status_code == 400
    error = refused.json()["error"]
    assert (error["code"], error["param"]) == (
        "parameter_unknown",
        "payment_method_data[card][colour]",
    )


@pytest.mark.parametrize(
    ("form", "code", "param"),
    [
        ({"currency": "usd"}, "parameter_missing", "amount"),
        ({"amount": "900"}, "parameter_missing", "currency"),
        ({"amount": "", "currency": "usd"}, "parameter_invalid_empty", "amount"),
        ({"amount": "9.5", "currency": "usd"}, "parameter_invalid_integer", "amount"),
        ({"amount": "-1", "currency": "usd"}, "parameter_invalid_integer", "amount"),
        ({"amount": "9" * 40, "currency": "usd"}, "parameter_invalid_integer", "amount"),
        ({"amount": "49", "currency": "usd"}, "amount_too_small", "amount"),
        ({"amount": "100000000", "currency": "usd"}, "amount_too_large", "amount"),
        ({"amount": "1001", "currency": "kwd"}, "parameter_invalid_integer", "amount"),
        ({"amount": "900", "currency": "xxx"}, None, "currency"),
        ({"amount": "900", "currency": "usd", "capture_method": "later"}, None, "capture_method"),
        ({"amount": "900", "currency": "usd", "confirm": "yes"}, None, "confirm"),
        ({"amount": "900", "currency": "usd", "metadata": "x"}, None, "metadata"),
        ({"amount": "900", "currency": "usd", "description": "a\0b"}, None, "description"),
        ({"amount": "900", "currency": "usd", "return_url": "http://x"}, None, "return_url"),
        ({"amount": "900", "currency": "usd", "expand[]": "application"}, None, "expand"),
        (
            {"amount": "900", "currency": "usd", "payment_method": "pm_card_nonsense"},
            "resource_missing",
            "payment_method",
        ),
        ({"amount[": "1"}, None, "amount["),
        ({"amount": "--5", "currency": "usd"}, "parameter_invalid_integer", "amount"),
        ({"amount": "٩٠٠", "currency": "usd"}, "parameter_invalid_integer", "amount"),
        (
            {
                "amount": "900",
                "currency": "usd",
                "expand[]": "latest_charge" + ".payment_intent.latest_charge" * 50,
            },
            None,
            "expand",
        ),
        (
            {"amount": "900", "currency": "usd", "confirm": "true", "return_url": "javascript:1"},
            "url_invalid",
            "return_url",
        ),
        (
            {"amount": "900", "currency": "usd", "confirm": "true", "return_url": "http://x/\r\na"},
            "url_invalid",
            "return_url",
        ),
    ],
)
def test_wrong_parameters_are_refused_as_stripe_does(form, code, param, sandbox):
    refused = sandbox.post("/v1/payment_intents", form)

    error = refused.json()["error"]
    assert (refused.status_code, error["type"]) == (400, "invalid_request_error")
    assert (error.get("code"), error["param"]) == (code, param)


def test_a_newer_api_version_no_longer_takes_payment_method_types(sandbox, stripe_api):
    form = {"amount": "900", "currency": "usd", "payment_method_types[]": "card"}
    assert sandbox.post("/v1/payment_intents", form).status_code == 200

    with pytest.raises(stripe.InvalidRequestError) as refused:
        stripe_api.v1.payment_intents.create(
            {"amount": 900, "currency": "usd", "payment_method_types": ["card"]}
        )
    assert refused.value.code == "payment_method_types_no_longer_supported"


def test_confirming_with_redirecting_methods_needs_a_return_url(sandbox):
    form = {"amount": "900", "currency": "usd", "confirm": "true", "payment_method": "pm_card_visa"}
    refused = sandbox.post("/v1/payment_intents", form)
    assert (refused.status_code, "return_url" in refused.text) == (400, True)

    without = form | {"automatic_payment_methods[enabled]": "true"}
    without["automatic_payment_methods[allow_redirects]"] = "never"
    assert sandbox.post("/v1/payment_intents", without).json()["status"] == "succeeded"


@pytest.mark.parametrize(
    ("key", "status"),
    [("sk_live_abc", 401), ("rk_live_abc", 401), ("nonsense", 401), ("pk_test_sandbox", 403)],
)
def test_only_secret_test_keys_may_do_all(key, status, sandbox):
    refused = requests.get(
        f"{sandbox.url}/v1/events", headers={"Authorization": f"Bearer {key}"}, timeout=60
    )

    assert refused.status_code == status


def test_no_key_at_all_is_refused(sandbox):
    assert requests.get(f"{sandbox.url}/v1/events", timeout=60).status_code == 401


def test_basic_and_bearer_both_carry_the_key(sandbox):
    address = f"{sandbox.url}/v1/balance"
    bearer = {"Authorization": "Bearer sk_test_anything"}
    assert requests.get(address, auth=("sk_test_anything", ""), timeout=60).status_code == 200
    assert requests.get(address, headers=bearer, timeout=60).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/v1/payment_intents/pi_none",
        "/v1/charges/ch_none",
        "/v1/refunds/re_none",
        "/v1/payment_methods/pm_none",
        "/v1/checkout/sessions/cs_test_none",
        "/v1/events/evt_none",
        "/v1/payment_intents/ch_of_another_kind",
        "/v1/nothing",
    ],
)
def test_what_does_not_exist_is_404(path, sandbox):
    missing = requests.get(sandbox.url + path, auth=("sk_test_sandbox", ""), timeout=60)

    assert missing.status_code == 404
    assert missing.json()["error"]["type"] == "invalid_request_error"


def test_every_answer_names_its_request_and_version(sandbox):
    answers = [
        sandbox.post("/v1/payment_intents", {"amount": "900", "currency": "usd"}),
        sandbox.post("/v1/payment_intents", {"amount": "1"}, Stripe_Version="2026-10-28.endive"),
    ]

    assert len({answer.headers["Request-Id"] for answer in answers}) == 2
    assert all(answer.headers["Request-Id"].startswith("req_") for answer in answers)
    assert answers[1].headers["Stripe-Version"] == "2026-10-28.endive"


def test_a_json_body_is_refused(sandbox):
    refused = requests.post(
        f"{sandbox.url}/v1/payment_intents",
        json={"amount": 900, "currency": "usd"},
        auth=("sk_test_sandbox", ""),
        timeout=60,
    )

    assert refused.status_code == 400


def test_lists_are_paged_newest_first_both_ways(stripe_api):
    made = [
        stripe_api.v1.payment_intents.create({"amount": 900 + n, "currency": "usd"}).id
        for n in range(5)
    ][::-1]
    listing = stripe_api.v1.payment_intents.list

    first = listing({"limit": 2})
    assert ([row.id for row in first.data], first.has_more) == (made[:2], True)
    second = listing({"limit": 2, "starting_after": made[1]})
    assert [row.id for row in second.data] == made[2:4]
    back = listing({"limit": 2, "ending_before": made[2]})
    assert [row.id for row in back.data] == made[:2]
    assert [row.id for row in listing({"limit": 3}).auto_paging_iter()][:5] == made


def test_events_are_found_by_type_and_time(pay, stripe_api):
    intent = pay(capture_method="automatic")
    listing = stripe_api.v1.events.list
    [latest] = listing({"type": "payment_intent.succeeded", "limit": 1}).data
    assert latest.data.object["id"] == intent.id

    several = listing({"types": ["charge.succeeded", "payment_intent.created"], "limit": 2}).data
    assert {event.type for event in several} == {"charge.succeeded", "payment_intent.created"}
    assert {event.type.split(".")[0] for event in listing({"type": "charge.*"}).data} == {"charge"}
    assert listing({"created": {"gt": latest.created + 10**9}}).data == []
    assert latest.id in {
        event.id
        for event in listing(
            {"created": {"gte": latest.created, "lte": latest.created}, "limit": 100}
        ).data
    }


def test_charges_and_refunds_are_found_by_their_payment(pay, stripe_api):
    intent, _other = (pay(capture_method="automatic") for _ in range(2))
    refund = stripe_api.v1.refunds.create({"payment_intent": intent.id})

    charges = stripe_api.v1.charges.list({"payment_intent": intent.id}).data
    assert [charge.id for charge in charges] == [intent.latest_charge]
    for wanted in ({"payment_intent": intent.id}, {"charge": intent.latest_charge}):
        assert [row.id for row in stripe_api.v1.refunds.list(wanted).data] == [refund.id]


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=101", "starting_after=pi_none", "created[before]=3", "colour=red"]
)
def test_wrong_list_parameters_are_refused(query, sandbox):
    refused = requests.get(
        f"{sandbox.url}/v1/payment_intents?{query}", auth=("sk_test_sandbox", ""), timeout=60
    )

    assert refused.status_code == 400


def test_the_balance_and_the_webhook_endpoints_can_be_read(pay, stripe_api, receiver):
    before = {row.currency: row.amount for row in stripe_api.v1.balance.retrieve().available}
    pay(capture_method="automatic", amount=1500, currency="nok")
    after = {row.currency: row.amount for row in stripe_api.v1.balance.retrieve().available}

    assert after["nok"] - before.get("nok", 0) == 1500
    [endpoint] = stripe_api.v1.webhook_endpoints.list().data
    assert (endpoint.url, endpoint.status) == (receiver.url, "enabled")
