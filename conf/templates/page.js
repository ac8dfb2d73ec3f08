// Everything works without this file; with it the page keeps itself up to date and filters while one types.
"use strict";
(() => {
  const main = document.getElementById("main");
  const live = document.getElementById("live");
  if (!main || !live) return;
  const parts = () => main.querySelectorAll("[data-part]");
  const received = new Map([...parts()].map((part) => [part.id, part.innerHTML]));
  const said = (root) => [...root.querySelectorAll("[data-say]")].map((one) => one.textContent.trim()).join(". ");
  let telling = said(main);
  let running = null;
  let failed = false;

  // What has the keyboard, in words that still mean something when its part has been made anew.
  function place(part) {
    const one = document.activeElement;
    if (!one || !part.contains(one)) return null;
    const same = (other) => other.tagName === one.tagName && name(other) === name(one);
    return { name: name(one), tag: one.tagName, nth: [...part.querySelectorAll(one.tagName)].filter(same).indexOf(one) };
  }
  function name(one) {
    if (one.closest("thead")) return one.textContent;
    return one.id || one.getAttribute("href") || one.textContent;
  }
  function restore(part, wanted) {
    if (!wanted) return;
    const fitting = [...part.querySelectorAll(wanted.tag)].filter((one) => name(one) === wanted.name);
    const target = fitting[wanted.nth] || fitting[0];
    if (target) target.focus({ preventScroll: true });
    else main.focus({ preventScroll: true });
  }

  function replace(part, fresh) {
    if (received.get(part.id) === fresh.innerHTML) return;
    received.set(part.id, fresh.innerHTML);
    const focus = place(part);
    const details = [...part.querySelectorAll("details")];
    const toggled = new Map(details.map((one) => [one.querySelector("summary").textContent, one.open]));
    part.replaceChildren(...[...fresh.childNodes].map((node) => document.importNode(node, true)));
    for (const one of part.querySelectorAll("details")) {
      const was = toggled.get(one.querySelector("summary").textContent);
      if (was !== undefined) one.open = was;
    }
    restore(part, focus);
  }

  // Shows what the server says now. What somebody asked for goes before what the clock asked for.
  async function refresh(url, push) {
    if (running && !push) return;
    if (running) running.abort();
    const mine = new AbortController();
    running = mine;
    try {
      const answer = await fetch(url, { headers: { Accept: "text/html" }, cache: "no-store", signal: mine.signal });
      if (!answer.ok) throw new Error(String(answer.status));
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (running !== mine) return;
      for (const part of parts()) {
        const other = fresh.getElementById(part.id);
        if (other) replace(part, other);
      }
      const now = fresh.getElementById("as-of");
      if (now) document.getElementById("as-of").replaceWith(document.importNode(now, true));
      if (push) history.pushState(null, "", url);
      const news = said(main);
      if (news !== telling || failed) live.textContent = news;
      telling = news;
      failed = false;
      live.classList.remove("notice");
    } catch (failure) {
      if (mine.signal.aborted) return;
      failed = true;
      live.classList.add("notice");
      live.textContent = "No answer from modelwatch: what is shown may be old.";
    } finally {
      if (running === mine) running = null;
    }
  }

  const filter = document.getElementById("filter");
  function asked() {
    const url = new URL(filter.getAttribute("action"), location.href);
    for (const [key, value] of new FormData(filter)) if (value) url.searchParams.set(key, value);
    return url.href;
  }
  // The form says what the address says, except where somebody is typing.
  function follow(url) {
    if (!filter) return;
    const words = new URL(url, location.href).searchParams;
    for (const field of filter.elements) {
      if (field.name && field !== document.activeElement) field.value = words.get(field.name) || field.dataset.none || "";
    }
  }

  let pending = 0;
  if (filter) {
    const send = () => { clearTimeout(pending); refresh(asked(), true); };
    filter.addEventListener("input", (event) => {
      clearTimeout(pending);
      if (event.target.tagName === "INPUT") pending = setTimeout(send, 200);
    });
    filter.addEventListener("change", (event) => { if (event.target.tagName === "SELECT") send(); });
    filter.addEventListener("submit", (event) => { event.preventDefault(); send(); });
    document.addEventListener("click", (event) => {
      const link = event.target.closest ? event.target.closest("thead a, .totals a, .pages a, #part-count a") : null;
      if (!link || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      if (new URL(link.href).pathname !== location.pathname) return;
      event.preventDefault();
      follow(link.href);
      refresh(link.href, true);
    });
    window.addEventListener("popstate", () => { follow(location.href); refresh(location.href, false); });
  }

  const seconds = Number(main.dataset.live);
  if (seconds > 0) setInterval(() => { if (!document.hidden) refresh(location.href, false); }, seconds * 1000);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(location.href, false); });
})();
