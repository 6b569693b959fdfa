// The live numbers of a waiting room, every two seconds while somebody looks.

const live = document.querySelector("[data-live]");

async function renew() {
  if (document.hidden) return;
  const answer = await fetch(live.dataset.live, { credentials: "same-origin" });
  if (!answer.ok) return;
  const { numbers } = await answer.json();
  for (const { name, value } of numbers) {
    const figure = live.querySelector(`[data-name="${CSS.escape(name)}"]`);
    if (!figure) return location.reload(); // other figures than before: Redis went away, or came back
    figure.textContent = value;
  }
}

if (live) setInterval(() => renew().catch(() => {}), 2000); // offline: the next try follows
