// Comfort only: every page works without this file.
"use strict";

// What failed is read first.
document.querySelector("#errors, .report")?.focus();

// A form that was changed is not left by accident, and there is nothing to save before it is.
for (const form of document.querySelectorAll("form[data-dirty]")) {
  const save = document.querySelector(`button[form="${form.id}"]`);
  const state = () => new URLSearchParams(new FormData(form)).toString();
  const first = state();
  const keeps = document.querySelector("#errors") !== null;
  const isDirty = () => keeps || state() !== first;
  const show = () => {
    if (save) save.disabled = !isDirty();
  };
  const warn = (event) => {
    if (isDirty()) event.preventDefault();
  };
  form.addEventListener("input", show);
  window.addEventListener("beforeunload", warn);
  form.addEventListener("submit", () => window.removeEventListener("beforeunload", warn));
  show();
}

// What takes a while says so, and is not sent twice.
for (const form of document.querySelectorAll("form[data-busy]")) {
  form.addEventListener("submit", () => {
    const button = form.querySelector("button");
    button.textContent = form.dataset.busy;
    button.setAttribute("aria-disabled", "true");
    form.addEventListener("submit", (event) => event.preventDefault());
  });
}

// A menu closes like any other.
const account = document.querySelector("details.account");
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && account?.open) {
    account.open = false;
    account.querySelector("summary").focus();
  }
});
document.addEventListener("click", (event) => {
  if (account?.open && !account.contains(event.target)) account.open = false;
});
