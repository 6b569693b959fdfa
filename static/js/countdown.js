// Time left by the server's clock: the page says when it was made (data-now) and when it ends (data-ends).
// The device's own clock is only used to measure how long the page has been open.

import { announce } from "./announce.js";

const WARN = 120;
const opened = performance.now();

function watch(element) {
  const whole = (new Date(element.dataset.ends) - new Date(element.dataset.now)) / 1000;
  let warned = whole <= WARN;
  let timer = 0;

  function show() {
    const left = Math.max(0, Math.ceil(whole - (performance.now() - opened) / 1000));
    element.textContent = inWords(left);
    element.dataset.urgent = String(left <= WARN);
    if (!warned && left <= WARN) {
      warned = true;
      announce(element.dataset.warning || "Two minutes left.");
    }
    if (left > 0) return;
    clearInterval(timer);
    end(element);
  }

  show();
  timer = setInterval(show, 250);
}

function inWords(seconds) {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")} left`;
}

// The server decides what the end means. A payment under way is not torn from the page: it answers itself.
// Once per page and moment, so that a clock that differs cannot make it load for ever.
function end(element) {
  const seen = `ended ${location.pathname} ${element.dataset.ends}`;
  if (document.documentElement.dataset.paying || sessionStorage.getItem(seen)) return;
  sessionStorage.setItem(seen, "1");
  setTimeout(() => location.reload(), 1200);
}

// A moment in the reader's own zone, where the page could only name the server's.
for (const moment of document.querySelectorAll("time[data-local]")) {
  moment.textContent = new Date(moment.dateTime).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
}

for (const element of document.querySelectorAll("[data-ends]")) watch(element);
