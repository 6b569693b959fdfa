// window.Stripe: the part of Stripe.js that a shop with a Payment Element uses.

class SandboxStripe {
  constructor(key) {
    this.key = key;
    this.controller = null;
  }

  elements(options) { return new Elements(this.key, options); }

  /** Calls the API from a hidden frame of the sandbox. */
  async call(action, payload) {
    if (!this.controller) {
      this.controller = new Channel("controller.html", { title: "Payment controller", hidden: true });
      document.body.append(this.controller.frame);
    }
    return this.controller.ask(action, { key: this.key, ...payload });
  }

  async fromElement(action, { elements, params }) {
    const element = elements?.element;
    if (!element?.channel) return { error: integrationError("A mounted Payment Element is needed.") };
    if (!elements.submitted) {
      return { error: integrationError("elements.submit() must be called before this.") };
    }
    return element.channel.ask(action, { params: params || {} });
  }

  createConfirmationToken(options) { return this.fromElement("createConfirmationToken", options); }
  createPaymentMethod(options) { return this.fromElement("createPaymentMethod", options); }

  async retrievePaymentIntent(clientSecret) {
    return this.call("retrievePaymentIntent", { clientSecret });
  }

  /** Confirms in the browser, and goes to return_url unless `redirect: "if_required"`. */
  async confirmPayment({ elements, clientSecret, confirmParams = {}, redirect = "always" }) {
    const secret = clientSecret || elements?.options.clientSecret;
    if (!secret) return { error: integrationError("confirmPayment needs a clientSecret.") };
    if (!elements.submitted) {
      const checked = await elements.submit();
      if (checked.error) return checked;
    }
    const token = await this.createConfirmationToken({ elements, params: confirmParams });
    if (token.error) return token;
    const confirmed = await this.call("confirmPaymentIntent", {
      clientSecret: secret, confirmationToken: token.confirmationToken.id,
    });
    if (confirmed.error) return confirmed;
    const result = await this.finish(confirmed.paymentIntent);
    if (!result.error && redirect === "always" && confirmParams.return_url) {
      location.assign(this.returnAddress(confirmParams.return_url, result.paymentIntent));
      return new Promise(() => {});
    }
    return result;
  }

  async confirmCardPayment(clientSecret, data = {}) {
    const confirmed = await this.call("confirmPaymentIntent", { clientSecret, paymentMethod: data.payment_method });
    return confirmed.error ? confirmed : this.finish(confirmed.paymentIntent);
  }

  /** Shows 3-D Secure where the intent asks for it; resolves with {paymentIntent} or {error}. */
  async handleNextAction({ clientSecret }) {
    const found = await this.retrievePaymentIntent(clientSecret);
    return found.error ? found : this.finish(found.paymentIntent);
  }

  handleCardAction(clientSecret) { return this.handleNextAction({ clientSecret }); }

  async finish(paymentIntent) {
    if (paymentIntent.status !== "requires_action") return { paymentIntent };
    const action = paymentIntent.next_action;
    await showChallenge(action.redirect_to_url?.url || action.use_stripe_sdk.stripe_js);
    const after = await this.retrievePaymentIntent(paymentIntent.client_secret);
    if (after.error) return after;
    const error = after.paymentIntent.last_payment_error;
    if (after.paymentIntent.status === "requires_payment_method" && error) {
      return { error: { ...error, payment_intent: after.paymentIntent } };
    }
    return after;
  }

  returnAddress(address, intent) {
    const url = new URL(address, location.href);
    url.searchParams.set("payment_intent", intent.id);
    url.searchParams.set("payment_intent_client_secret", intent.client_secret);
    url.searchParams.set("redirect_status", "succeeded");
    return url.href;
  }
}

window.Stripe = function Stripe(key) {
  if (typeof key !== "string" || !key.startsWith("pk_test_")) {
    throw new Error("The sandbox takes a publishable test key (pk_test_…) and no other.");
  }
  return new SandboxStripe(key);
};
window.Stripe.version = "sandbox";
