// The search page without reloads. htmx fetches and puts in; this decides when, and tidies up.

import { announce } from "./announce.js";

const form = document.querySelector("#finder");
const sheet = document.querySelector("#filters");

// Blank fields stay out of addresses, which people share.
form.addEventListener("formdata", ({ formData }) => {
  for (const name of new Set(formData.keys())) {
    const filled = formData.getAll(name).filter(Boolean);
    formData.delete(name);
    filled.forEach((value) => formData.append(name, value));
  }
});

// A filter holds as soon as it is chosen. What and where wait for the button or Enter.
let due;
document.addEventListener("change", ({ target }) => {
  if (target.form !== form || form.contains(target)) return;
  clearTimeout(due);
  due = setTimeout(() => form.requestSubmit());
});

form.addEventListener("submit", ({ submitter }) => {
  clearTimeout(due); // Enter in a field is a change and a submission
  if (submitter && sheet.contains(submitter) && sheet.matches(":popover-open")) sheet.hidePopover();
});

document.addEventListener("htmx:afterSettle", ({ detail }) => {
  if (detail.target.id === "cards") return;
  const count = document.querySelector("[data-count]");
  announce(count.textContent);
  // What had the focus, such as a chip, is gone with what it stood for.
  if (document.activeElement === document.body) count.focus({ preventScroll: true });
});

// More events go below; the focus goes to the first of them.
let shown = 0;
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.target.id === "cards") shown = detail.target.children.length;
});
document.addEventListener("htmx:afterSettle", ({ detail }) => {
  if (detail.target.id !== "cards") return;
  const first = detail.target.children[shown];
  first?.querySelector("a").focus({ preventScroll: true });
  announce(`${detail.target.children.length - shown} more events`);
});

// Busy or down: the address itself says why, and what to do.
document.addEventListener("htmx:responseError", ({ detail }) => location.assign(detail.pathInfo.finalRequestPath));
document.addEventListener("htmx:sendError", () => announce("No answer. Are you online? The list is as it was."));
