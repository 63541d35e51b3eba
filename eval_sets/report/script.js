"use strict";
// Filters that live in the address (#kind=list&wrong=1), and addresses that open one question (#case-…).

const form = document.getElementById("filters");
const cases = Array.from(document.querySelectorAll("details.case"));
const shown = document.getElementById("shown");
const texts = new Map();

const fold = (text) => text.normalize("NFKC").toLowerCase();

function textOf(element) {
  if (!texts.has(element)) texts.set(element, fold(element.textContent));
  return texts.get(element);
}

function wanted() {
  const chosen = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (value.trim()) chosen.set(name, value);
  return chosen;
}

function apply() {
  const chosen = wanted();
  const query = fold(chosen.get("q") || "").trim();
  let count = 0;
  for (const element of cases) {
    const keep =
      (!chosen.has("wrong") || element.dataset.right === "false") &&
      ["kind", "lang", "stage"].every((name) => !chosen.has(name) || element.dataset[name] === chosen.get(name)) &&
      (!query || textOf(element).includes(query));
    element.classList.toggle("filtered-out", !keep);
    count += keep;
  }
  shown.textContent = `${count} of ${cases.length} questions shown`;
  for (const span of document.querySelectorAll("[data-count]")) {
    const group = cases.filter((element) => element.classList.contains(span.dataset.count));
    const kept = group.filter((element) => !element.classList.contains("filtered-out")).length;
    span.textContent = kept === group.length ? `(${kept})` : `(${kept} of ${group.length})`;
  }
}

function remember() {
  const chosen = wanted().toString();
  history.replaceState(null, "", chosen ? `#${chosen}` : location.pathname + location.search);
}

function readAddress(arriving) {
  const hash = location.hash.slice(1);
  if (hash.startsWith("case-")) {
    let name = hash;
    try { name = decodeURIComponent(hash); } catch { /* not encoded: as it is */ }
    const element = document.getElementById(name);
    if (!element) return;
    if (element.classList.contains("filtered-out")) { form.reset(); apply(); }
    element.open = true;
    element.scrollIntoView();
    return;
  }
  if (hash && !hash.includes("=")) return;
  const asked = new URLSearchParams(hash);
  for (const field of form.elements) {
    if (!field.name) continue;
    if (field.type === "checkbox") field.checked = asked.get(field.name) === field.value;
    else field.value = asked.get(field.name) || "";
  }
  apply();
  if (hash || !arriving) document.getElementById("questions").scrollIntoView();
}

form.hidden = false;
form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("input", () => { apply(); remember(); });
form.addEventListener("reset", () => setTimeout(() => { apply(); remember(); }));
window.addEventListener("hashchange", () => readAddress(false));
apply();
readAddress(true);

// On paper: wrong answers whole, right ones as a line each, definitions open.
let before = [];
window.addEventListener("beforeprint", () => {
  before = Array.from(document.querySelectorAll("details"), (element) => [element, element.open]);
  for (const [element] of before) element.open = element.matches(".wrong, .paper");
});
window.addEventListener("afterprint", () => {
  for (const [element, open] of before) element.open = open;
});
