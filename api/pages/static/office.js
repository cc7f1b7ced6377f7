// The office's live pages. Without this file a reload shows the news.
"use strict";

// Nobody's form is taken away under their hands, and an open fold stays open.
function replace(part, text) {
  if (part.contains(document.activeElement?.closest("form, details[open], [data-rows]"))) return;
  const open = [...part.querySelectorAll("details[open] > summary")].map((one) => one.textContent);
  part.innerHTML = text;
  for (const one of part.querySelectorAll("details > summary")) if (open.includes(one.textContent)) one.parentElement.open = true;
}

// A page that is read again every few seconds while somebody looks at it.
function refresh(part) {
  const again = async () => {
    if (document.hidden) return;
    const answer = await fetch(part.dataset.refresh, { headers: { Accept: "text/html" } }).catch(() => null);
    if (answer?.ok) replace(part, await answer.text());
  };
  setInterval(again, 1000 * Number(part.dataset.every));
}

// A bulk replay's page follows it until it ends.
function progress(part) {
  const source = new EventSource(part.dataset.progress);
  let waiting = 0;
  const again = async () => {
    waiting = 0;
    const answer = await fetch(part.dataset.part, { headers: { Accept: "text/html" } }).catch(() => null);
    if (answer?.ok) replace(part, await answer.text());
    if (part.querySelector("[data-ended]")) source.close();
  };
  source.addEventListener("progress", () => { waiting ||= setTimeout(again, 300); });
  addEventListener("pagehide", () => source.close());
}

for (const part of document.querySelectorAll("[data-refresh]")) refresh(part);
for (const part of document.querySelectorAll("[data-progress]")) progress(part);

// Lists by keyboard: j and k from line to line, Enter opens (it is a link), x ticks, / searches, ? shows the keys.
const lines = () => [...document.querySelectorAll("[data-rows] .line:not(.headings)")];
function move(by) {
  const all = lines(), now = all.findIndex((one) => one.contains(document.activeElement));
  const next = all[Math.min(Math.max(now < 0 ? 0 : now + by, 0), all.length - 1)];
  next?.querySelector(".go")?.focus();
}
const KEYS = {
  j: () => move(1),
  k: () => move(-1),
  x: () => document.activeElement?.closest(".line")?.querySelector("input[type=checkbox]")?.click(),
  "/": () => document.querySelector("[data-search]")?.focus(),
  "?": () => document.querySelector(".keys")?.scrollIntoView({ block: "center" }),
};
addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input:not([type=checkbox]), textarea, select")) return;
  if (!KEYS[event.key]) return;
  event.preventDefault();
  KEYS[event.key]();
});
addEventListener("focusin", (event) => {
  for (const one of lines()) one.classList.toggle("here", one.contains(event.target));
});
