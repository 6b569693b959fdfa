// A page that waits for something looks again by itself, while somebody is looking at it.

const EVERY = 3000;

setInterval(() => {
  if (!document.hidden) location.reload();
}, EVERY);
