// Says a sentence to screen readers through the page's one live region.

const region = document.querySelector("#announcer");

export function announce(sentence) {
  if (!region) return;
  region.textContent = "";
  // A new text in the same tick is one change to some readers, and stays unsaid.
  setTimeout(() => {
    region.textContent = sentence;
  }, 60);
}
