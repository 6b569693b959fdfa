// Tells the page around this frame that the buyer has finished; it asks the API for the outcome.
window.parent.postMessage({ stripeSandbox: "challenge-done" }, "*");
