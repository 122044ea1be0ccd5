// The preview of the charter follows while somebody types. Without this file everything works by the button.
"use strict";
(() => {
  const WAIT = 400; // milliseconds after the last key
  const form = document.querySelector("form[data-live]");
  if (!form) return;
  const preview = document.getElementById("preview");
  const said = document.getElementById("said");
  const hint = document.getElementById("charter-live");
  const usual = hint.textContent;
  let timer, asked;

  hint.hidden = false;
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(refresh, WAIT);
  });

  async function refresh() {
    asked?.abort();
    asked = new AbortController();
    try {
      const body = new URLSearchParams(new FormData(form));
      const answer = await fetch(form.dataset.live, { method: "POST", body, signal: asked.signal });
      hint.textContent = usual;
      preview.innerHTML = await answer.text(); // our own markup, with every word of the reader escaped
      said.textContent = [...preview.querySelectorAll("[data-summary], [role=alert] p")].map((one) => one.textContent).join(". ");
    } catch (error) {
      if (error.name !== "AbortError") said.textContent = hint.textContent = form.dataset.lost;
    }
  }
})();
