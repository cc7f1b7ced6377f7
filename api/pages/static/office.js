// The office's live pages. Without this file a reload shows the news.
"use strict";

// Nobody's form is taken away under their hands, and an open fold stays open.
function replace(part, text) {
  if (part.contains(document.activeElement?.closest("form, details[open]"))) return;
  const open = [...part.querySelectorAll("details[open] > summary")].map((one) => one.textContent);
  part.innerHTML = text;
  for (const one of part.querySelectorAll("details > summary")) if (open.includes(one.textContent)) one.parentElement.open = true;
}

// A page that is read again every few seconds while somebody looks at it.
function refresh(part) {
  const again = async () => {
    if (document.hidden) return;
    const answer = await fetch(part.dataset.refresh, { headers: { Accept: "text/html" } });
    if (answer.ok) replace(part, await answer.text());
  };
  setInterval(again, 1000 * Number(part.dataset.every));
}

// A bulk replay's page follows it until it ends.
function progress(part) {
  const source = new EventSource(part.dataset.progress);
  let waiting = 0;
  const again = async () => {
    waiting = 0;
    const answer = await fetch(part.dataset.part, { headers: { Accept: "text/html" } });
    if (answer.ok) replace(part, await answer.text());
    if (part.querySelector("[data-ended]")) source.close();
  };
  source.addEventListener("progress", () => { waiting ||= setTimeout(again, 300); });
  addEventListener("pagehide", () => source.close());
}

for (const part of document.querySelectorAll("[data-refresh]")) refresh(part);
for (const part of document.querySelectorAll("[data-progress]")) progress(part);
