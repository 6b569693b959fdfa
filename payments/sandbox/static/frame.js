// What both frames share: answering the page around them, and calling the API on their own origin.

/** Answer each question of the parent page with what its action returns. */
function answerParent(actions) {
  window.addEventListener("message", async (event) => {
    const message = event.data || {};
    if (event.source !== window.parent || message.stripeSandbox !== "ask") return;
    const action = actions[message.action];
    const result = action ? await action(message.payload) : { error: { message: "Unknown action." } };
    event.source.postMessage({ stripeSandbox: "answer", id: message.id, result }, event.origin);
  });
  window.parent.postMessage({ stripeSandbox: "ready" }, "*");
}

function tellParent(name, detail) {
  window.parent.postMessage({ stripeSandbox: "event", name, detail }, "*");
}

/** Nested values as Stripe's form encoding. */
function encode(values, prefix = "", into = new URLSearchParams()) {
  for (const [name, value] of Object.entries(values)) {
    const full = prefix ? `${prefix}[${name}]` : name;
    if (value === undefined || value === null) continue;
    if (typeof value === "object") encode(value, full, into);
    else into.append(full, String(value));
  }
  return into;
}

/** Call the API; resolves with {[name]: object} or {error}, and never rejects. */
async function callApi(name, key, method, path, values) {
  const body = encode(values || {});
  const url = method === "GET" ? `${path}?${body}` : path;
  try {
    const response = await fetch(url, {
      method, headers: { Authorization: `Bearer ${key}` }, body: method === "GET" ? undefined : body,
    });
    const answer = await response.json();
    return answer.error ? { error: answer.error } : { [name]: answer };
  } catch {
    return { error: { type: "api_connection_error", message: "We are experiencing issues connecting to our payments provider. Please check your internet connection and try again." } };
  }
}
