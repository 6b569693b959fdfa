// The personal part of a page that is the same bytes for everybody: who is signed in.

const link = document.querySelector("[data-account]");

async function personalise() {
  const answer = await fetch(link.dataset.me, {
    credentials: "same-origin",
    headers: { Accept: "application/json" },
  });
  if (!answer.ok) return;
  const { email } = await answer.json();
  if (!email) {
    link.href = signInAddress();
    return;
  }
  link.textContent = "Account";
  link.title = `Signed in as ${email}`;
  link.href = link.dataset.accountHref;
}

// Signing in brings the fan back to this page, except from the account pages themselves.
function signInAddress() {
  const here = location.pathname + location.search;
  if (here === "/" || here.startsWith("/accounts/")) return link.href;
  return `${link.getAttribute("href")}?next=${encodeURIComponent(here)}`;
}

if (link) personalise().catch(() => {}); // offline: the plain link still works
