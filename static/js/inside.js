// Who was let in stays let in while the seats are being looked at: a word now and then says so.
// The notice tells how one stands: inside, or that the turn is over or not yet come.

const notice = document.querySelector("[data-inside]");
const JOIN = notice?.innerHTML;
const EVERY = 60_000;

async function say() {
  if (document.hidden) return;
  const answer = await fetch(notice.dataset.inside, { credentials: "same-origin", cache: "no-store" });
  if (!answer.ok && answer.status !== 404) return; // told again at the next word
  const { state = "unknown" } = answer.ok ? await answer.json() : {};
  const inside = state === "admitted";
  if (inside === (notice.dataset.state === "inside")) return;
  notice.dataset.state = inside ? "inside" : "outside";
  if (inside) notice.textContent = "It is your turn. Choose your seats; your place is kept while you look.";
  else notice.innerHTML = JOIN;
}

if (notice) {
  const quietly = () => say().catch(() => {}); // offline: the place is kept for some minutes
  quietly();
  setInterval(quietly, EVERY);
  document.addEventListener("visibilitychange", quietly);
}
