// Everything works without this file; with it the page keeps itself up to date and filters while one types.
"use strict";
(() => {
  const main = document.getElementById("main");
  const live = document.getElementById("live");
  if (!main) return;
  let busy = false;

  // Replaces what is shown by what the server says now, and leaves the keyboard where it was.
  async function refresh(url, push) {
    if (busy) return;
    busy = true;
    try {
      const answer = await fetch(url, { headers: { Accept: "text/html" }, cache: "no-store" });
      if (!answer.ok) throw new Error(String(answer.status));
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      const now = fresh.querySelector("header time");
      const old = document.querySelector("header time");
      if (now && old) old.replaceWith(document.importNode(now, true));
      const focused = document.activeElement && document.activeElement.id === "q" ? document.activeElement : null;
      const typed = focused ? [focused.value, focused.selectionStart, focused.selectionEnd] : null;
      const open = new Set([...main.querySelectorAll("details[open] summary")].map((s) => s.textContent));
      const body = fresh.getElementById("main");
      if (!body) return;
      main.replaceChildren(...[...body.childNodes].map((node) => document.importNode(node, true)));
      for (const one of main.querySelectorAll("details")) {
        if (open.has(one.querySelector("summary").textContent)) one.open = true;
      }
      const field = document.getElementById("q");
      if (typed && field) {
        field.value = typed[0];
        field.focus();
        field.setSelectionRange(typed[1], typed[2]);
      }
      if (push) history.replaceState(null, "", url);
      if (live) live.textContent = "";
    } catch (failure) {
      if (live) live.textContent = " (no answer: what is shown may be old)";
    } finally {
      busy = false;
    }
  }

  let pending = 0;
  document.addEventListener("input", (event) => {
    if (event.target.id !== "q") return;
    clearTimeout(pending);
    pending = setTimeout(() => {
      const url = new URL(location.href);
      url.searchParams.set("q", event.target.value);
      url.searchParams.delete("page");
      refresh(url.href, true);
    }, 200);
  });

  document.addEventListener("click", (event) => {
    const link = event.target.closest ? event.target.closest("thead th a") : null;
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    refresh(link.href, true);
  });

  const seconds = Number(main.dataset.live);
  if (seconds > 0) setInterval(() => { if (!document.hidden) refresh(location.href, false); }, seconds * 1000);
})();
