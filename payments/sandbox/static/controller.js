// The hidden frame: API calls that need the client secret and the publishable key only.

const idOf = (clientSecret) => String(clientSecret).split("_secret_")[0];

answerParent({
  retrievePaymentIntent: ({ key, clientSecret }) =>
    callApi("paymentIntent", key, "GET", `/v1/payment_intents/${encodeURIComponent(idOf(clientSecret))}`, {
      client_secret: clientSecret,
    }),

  confirmPaymentIntent: ({ key, clientSecret, confirmationToken, paymentMethod }) =>
    callApi("paymentIntent", key, "POST", `/v1/payment_intents/${encodeURIComponent(idOf(clientSecret))}/confirm`, {
      client_secret: clientSecret,
      confirmation_token: confirmationToken,
      payment_method: paymentMethod,
      use_stripe_sdk: true,
    }),
});
