// Live pages. Without this file every page still works: forms post, links open, a reload shows the news.
"use strict";

// A job's page follows its events and fetches the live part again; the server is the only one who words it.
function follow(part) {
  const source = new EventSource(part.dataset.events);
  let waiting = 0;
  const refresh = async () => {
    waiting = 0;
    const answer = await fetch(part.dataset.part, { headers: { Accept: "text/html" } });
    if (answer.ok && !part.contains(document.activeElement?.closest("form"))) part.innerHTML = await answer.text();
  };
  source.addEventListener("story", () => { waiting ||= setTimeout(refresh, 150); });
  addEventListener("pagehide", () => source.close());
}

// The quote beside the form, fetched again while typing.
function quote(form) {
  const beside = document.getElementById(form.dataset.quote);
  let timer = 0;
  let latest = 0;
  const ask = async () => {
    const mine = ++latest;
    const answer = await fetch(form.dataset.part, { method: "POST", body: new URLSearchParams(new FormData(form)) });
    if (mine === latest && answer.ok) beside.innerHTML = await answer.text();
  };
  form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, 350); });
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
  addEventListener("pageshow", () => { delete form.dataset.sent; });
}

for (const part of document.querySelectorAll("[data-events]")) follow(part);
for (const form of document.querySelectorAll("form[data-quote]")) quote(form);
