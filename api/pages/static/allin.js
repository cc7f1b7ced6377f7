// Live pages. Without this file every page still works: forms post, links open, a reload shows the news.
"use strict";
document.documentElement.classList.add("js");

const later = (wait, act) => { let timer = 0; return (...given) => { clearTimeout(timer); timer = setTimeout(act, wait, ...given); }; };
const typed = (form) => new URLSearchParams(new FormData(form));

// Without a connection that is said, nothing typed is lost, and a button that would lose it waits.
const away = document.querySelector("[data-offline]");
const connected = () => { away.hidden = navigator.onLine; };
addEventListener("online", connected); addEventListener("offline", connected); connected();
document.addEventListener("submit", (event) => {
  if (navigator.onLine) return;
  event.preventDefault(); event.stopImmediatePropagation();
  connected();
}, true);

// A form's words survive a reload without a connection; what is private stays on the page only.
function typing(form) {
  if (form.dataset.quote || form.querySelector("[type=password], [name=national_number], [name=iban]")) return;
  const kept = `allin-typed-${location.pathname}-${form.getAttribute("action") ?? ""}`;
  const fields = () => [...form.querySelectorAll("textarea, input:not([type=hidden], [type=file], [type=checkbox], [type=radio])")].filter((one) => one.name);
  const before = JSON.parse(sessionStorage.getItem(kept) ?? "{}");
  for (const one of fields()) if (!one.value && before[one.name]) { one.value = before[one.name]; const fold = one.closest("details"); if (fold) fold.open = true; }
  form.addEventListener("input", () => { if (!navigator.onLine) sessionStorage.setItem(kept, JSON.stringify(Object.fromEntries(fields().map((one) => [one.name, one.value])))); });
  form.addEventListener("submit", () => sessionStorage.removeItem(kept));
}
for (const form of document.querySelectorAll("form[method=post]")) typing(form);

// A job's page follows its events and fetches the live part again; the server is the only one who words it.
function follow(part) {
  const source = new EventSource(part.dataset.events);
  const refresh = later(200, async () => {
    if (part.contains(document.activeElement?.closest("form, details[open]"))) { refresh(); return; }
    const answer = await fetch(part.dataset.part, { headers: { Accept: "text/html" } }).catch(() => null);
    if (!answer?.ok) return;
    const open = [...part.querySelectorAll("details[open][id]")].map((one) => one.id);
    part.innerHTML = await answer.text();
    for (const id of open) document.getElementById(id)?.setAttribute("open", "");
  });
  source.addEventListener("story", refresh);
  addEventListener("pagehide", () => source.close());
}

// What the quote says about a field stands under that field.
function atFields(form, found, kind) {
  for (const old of form.querySelectorAll(`[data-live=${kind}]`)) old.remove();
  if (kind === "error") for (const field of form.querySelectorAll("[aria-invalid], .wrong")) { field.removeAttribute("aria-invalid"); field.classList.remove("wrong"); }
  for (const [name, text] of Object.entries(found)) {
    const field = document.getElementById(name) ?? form.elements[name];
    if (!(field instanceof HTMLElement)) continue;
    const told = document.createElement("p");
    told.className = kind; told.dataset.live = kind; told.id = `${name}-${kind}`; told.textContent = text;
    field.closest(".field")?.append(told);
    if (kind === "error") { field.setAttribute(...(field.matches("fieldset") ? ["class", "field wrong"] : ["aria-invalid", "true"])); field.setAttribute("aria-describedby", told.id); }
  }
}

// The quote beside the form, fetched again while typing.
function quote(form) {
  const beside = document.getElementById(form.dataset.quote);
  let latest = 0;
  const ask = async () => {
    const mine = ++latest;
    beside.classList.add("asking");
    const answer = await fetch(form.dataset.part, { method: "POST", body: typed(form), headers: { Accept: "text/html" } }).catch(() => null);
    if (mine !== latest) return;
    beside.classList.remove("asking");
    if (!answer?.ok) return;
    const open = [...beside.querySelectorAll("details")].map((one) => one.open);
    beside.innerHTML = await answer.text();
    if (open.some(Boolean)) beside.querySelectorAll("details").forEach((one, n) => { one.open = open[n] ?? false; });
    const dock = beside.querySelector("[data-dock]");
    if (dock) form.querySelector(".dock-line").innerHTML = dock.innerHTML;
    const told = (name) => JSON.parse(beside.querySelector(`[data-${name}]`)?.innerHTML.replaceAll("&amp;", "&").replaceAll("&lt;", "<").replaceAll("&gt;", ">") || "{}");
    for (const old of form.querySelectorAll(".error:not([data-live]), .notice[data-notice]")) old.remove();
    atFields(form, told("errors"), "error");
    atFields(form, told("notices"), "notice");
  };
  const soon = later(350, ask);
  form.addEventListener("input", (event) => { if (!event.target.closest("#known-clients")) soon(); });
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
  addEventListener("pageshow", () => { delete form.dataset.sent; });
  addEventListener("online", soon);
  return ask;
}

// A client found while typing fills in what this house knows.
function clients(form, ask) {
  const box = form.querySelector("#known-clients");
  const find = later(300, async (text) => {
    if (text.trim().length < 2) { box.replaceChildren(); return; }
    const answer = await fetch(`${form.dataset.clients}&text=${encodeURIComponent(text)}`, { headers: { Accept: "text/html" } }).catch(() => null);
    if (answer?.ok) box.innerHTML = await answer.text();
  });
  form.querySelector("[data-find]")?.addEventListener("input", (event) => find(event.target.value));
  box.addEventListener("click", (event) => {
    const chosen = event.target.closest("[data-fields]");
    if (!chosen) return;
    event.preventDefault();
    for (const [name, value] of Object.entries(JSON.parse(chosen.dataset.fields))) set(form, name, value);
    const told = chosen.querySelector(".small:last-child");
    box.innerHTML = ""; const notice = document.createElement("p"); notice.className = "notice"; notice.textContent = told.textContent; box.append(notice);
    ask();
  });
}

function set(form, name, value) {
  const field = form.elements[name];
  if (field?.type === "checkbox") { field.checked = true; return; }
  if (field) { field.value = value; return; }
  const hidden = document.createElement("input");
  hidden.type = "hidden"; hidden.name = name; hidden.value = value; form.append(hidden);
}

// Nobody is signed in: what was typed stays on this device only.
function draft(form, ask, keep = true) {
  const kept = `allin-${form.dataset.draft}`;
  const offer = document.querySelector("[data-resume]");
  let before = null;
  try { before = JSON.parse(localStorage.getItem(kept)); } catch { return; }
  if (before?.title && offer && !form.elements.title.value) {
    offer.hidden = false;
    offer.querySelector("button").addEventListener("click", () => {
      for (const [name, value] of Object.entries(before)) if (name !== "key" && name !== "quote_id") set(form, name, value);
      offer.hidden = true;
      if (!keep) localStorage.removeItem(kept);
      ask();
    });
  }
  if (keep) form.addEventListener("input", later(400, () => localStorage.setItem(kept, JSON.stringify(Object.fromEntries(typed(form))))));
}

// A row more is asked of the server, which knows how a row looks; the place on the page is kept.
function rows(form) {
  form.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-add]");
    if (!button) return;
    event.preventDefault();
    const body = typed(form);
    body.set("do", button.value);
    const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "text/html" } }).catch(() => null);
    if (!answer?.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    const here = button.closest("[data-rows]");
    const there = fresh.querySelector(`[data-rows="${here?.dataset.rows}"]`);
    if (!there) return;
    here.replaceWith(there);
    if (button.value.startsWith("add:")) [...there.querySelectorAll("input:not([type=hidden]):not([type=radio]):not(details input)")].filter((one) => !one.value)[0]?.focus();
    form.dispatchEvent(new Event("input"));
  });
}

// Something is being drawn up: it is looked for again until it lies there; what is being typed meanwhile stays.
function again(waiting) {
  const look = async () => {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
    const fresh = answer?.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
    if (!fresh || fresh.querySelector("[data-again]")) { setTimeout(look, 3000); return; }
    for (const id of waiting.dataset.again.split(" ")) document.getElementById(id).innerHTML = fresh.getElementById(id).innerHTML;
  };
  setTimeout(look, 3000);
}

// Where one is stands in sight in a navigation wider than the screen.
const standing = document.querySelector(".top nav [aria-current]"), along = standing?.parentElement;
if (standing?.getBoundingClientRect().right > along?.getBoundingClientRect().right - 30) along.scrollLeft = standing.offsetLeft - along.offsetLeft - along.clientWidth / 3;
for (const part of document.querySelectorAll("[data-events]")) follow(part);
for (const waiting of document.querySelectorAll("[data-again]")) again(waiting);
for (const form of document.querySelectorAll("form[data-quote]")) {
  const ask = quote(form);
  rows(form);
  if (form.dataset.clients) clients(form, ask);
  if (form.dataset.draft) draft(form, ask);
}
// On a member's page the draft of this device is offered too: it was begun before signing in.
for (const form of document.querySelectorAll("form[data-clients]")) { form.dataset.draft = "declare"; draft(form, () => form.dispatchEvent(new Event("input")), false); }
// A link to a field unfolds what it stands in.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href^='#']");
  const target = link && document.getElementById(link.getAttribute("href").slice(1));
  for (let fold = target?.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  const field = target?.matches("fieldset") ? target.querySelector(":checked, input") : target;
  if (field?.matches("input, select, textarea")) { event.preventDefault(); field.focus(); }
});
document.addEventListener("click", (event) => { for (const menu of document.querySelectorAll(".account[open]")) if (!menu.contains(event.target)) menu.open = false; });
