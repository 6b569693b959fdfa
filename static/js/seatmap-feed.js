// Asks for the availability every two seconds, a little early or late so that a crowd spreads out.
// Nothing is asked while nobody looks, and a failing server is asked less and less often.

const EVERY = 2000;
const SLOWEST = 30000;

export function pollFeed(url, { onFeed, onStale }) {
  let version = "";
  let failures = 0;
  let timer = 0;

  async function ask() {
    const headers = { Accept: "application/json" };
    if (version) headers["If-None-Match"] = version;
    const answer = await fetch(url, { headers, credentials: "omit", cache: "no-store" });
    if (answer.status === 304) return;
    if (!answer.ok) throw new Error(`feed answered ${answer.status}`);
    version = answer.headers.get("ETag") ?? "";
    onFeed(await answer.json());
  }

  async function tick() {
    clearTimeout(timer);
    if (document.hidden) return;
    try {
      await ask();
      if (failures >= 3) onStale(false);
      failures = 0;
    } catch {
      failures += 1;
      if (failures === 3) onStale(true);
    }
    const wait = Math.min(SLOWEST, EVERY * 2 ** failures);
    timer = setTimeout(tick, wait * (0.8 + Math.random() * 0.4));
  }

  document.addEventListener("visibilitychange", tick);
  return tick();
}
