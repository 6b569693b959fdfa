// Standing places: plus and minus around the plain number field, kept within what is free and allowed.

export function wireStanding(root, model, say) {
  for (const field of root.querySelectorAll("[data-standing]")) {
    const id = Number(field.dataset.standing);
    const section = model.byId.get(id);
    const input = field.querySelector("input");
    const free = field.querySelector("[data-free]");
    if (!section) continue;
    const set = (n) => say(model.setStanding(id, n));
    const show = () => {
      input.value = model.standing.get(id) ?? 0;
      input.max = Math.min(section.freeCount, model.config.max_tickets);
      if (free) free.textContent = section.freeCount ? `${section.freeCount.toLocaleString("en")} places free` : "Sold out";
      input.disabled = section.freeCount === 0;
    };
    for (const button of field.querySelectorAll("[data-step]")) {
      button.hidden = false;
      button.addEventListener("click", () => set((model.standing.get(id) ?? 0) + Number(button.dataset.step)));
    }
    input.addEventListener("change", () => {
      set(Number.parseInt(input.value, 10) || 0);
      show();
    });
    for (const name of ["choice", "availability"]) model.addEventListener(name, show);
    if (Number(input.value)) set(Number(input.value));
    show();
  }
}
