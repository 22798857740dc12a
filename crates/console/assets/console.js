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

// What comes line by line.
const lines = async function* (body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const whole = (rest + value).split("\n");
    rest = whole.pop();
    yield* whole;
  }
};

const element = (html) => {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content.firstElementChild;
};

// A test shows each step when it is over. The markup is the server's, where texts are escaped.
const showTest = async (form) => {
  const body = new URLSearchParams(new FormData(form));
  const answer = await fetch(form.dataset.live, { method: "POST", body });
  if (!answer.ok || answer.redirected) throw new Error(answer.statusText);
  let report;
  let isOver = false;
  for await (const line of lines(answer.body)) {
    const told = JSON.parse(line);
    if (told.report) {
      report = element(told.report);
      document.querySelector(".report")?.remove();
      document.querySelector(".facts").before(report);
      report.focus();
    } else if (told.html) {
      report.querySelectorAll(".steps li")[told.step].replaceWith(element(told.html));
    } else {
      report.querySelector(".result").replaceChildren(element(told.verdict));
      isOver = true;
    }
  }
  if (!isOver) report.querySelector(".result").textContent = "The answer broke off. Test again.";
  const fresh = await (await fetch(location.pathname)).text();
  const page = new DOMParser().parseFromString(fresh, "text/html");
  for (const part of [".facts", ".tests"]) {
    const newer = page.querySelector(part);
    if (newer) document.querySelector(part).replaceWith(newer);
  }
};

for (const form of document.querySelectorAll("form[data-live]")) {
  const button = form.querySelector("button");
  const title = button.textContent;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (button.hasAttribute("aria-disabled")) return;
    button.setAttribute("aria-disabled", "true");
    button.textContent = form.dataset.busy;
    try {
      await showTest(form);
    } catch {
      form.submit();
    }
    button.removeAttribute("aria-disabled");
    button.textContent = title;
  });
}

// What takes a while says so, and is not sent twice.
for (const form of document.querySelectorAll("form[data-busy]:not([data-live])")) {
  form.addEventListener("submit", () => {
    const button = form.querySelector("button");
    button.textContent = form.dataset.busy;
    button.setAttribute("aria-disabled", "true");
    form.addEventListener("submit", (event) => event.preventDefault());
  });
}

// Who may be meant is listed while somebody types: a combobox as the ARIA Authoring Practices have it.
const pick = (picker) => {
  const input = picker.querySelector("input");
  const list = document.createElement("ul");
  const status = document.createElement("p");
  list.id = "people-options";
  list.className = "options";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "People");
  status.className = "unseen";
  status.setAttribute("role", "status");
  picker.append(list, status);
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);
  input.setAttribute("aria-expanded", "false");
  let active = -1;
  let asking = new AbortController();

  const choose = (option) => location.assign(`/console/troubleshoot?${option.dataset.query}`);
  const close = () => {
    asking.abort();
    list.hidden = true;
    list.replaceChildren();
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const move = (to) => {
    const options = list.children;
    options[active]?.setAttribute("aria-selected", "false");
    active = (to + options.length) % options.length;
    options[active].setAttribute("aria-selected", "true");
    options[active].scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", options[active].id);
  };
  const show = (people) => {
    list.replaceChildren(
      ...people.map((person, number) => {
        const option = document.createElement("li");
        option.id = `people-${number}`;
        option.dataset.query = person.query;
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        for (const [name, text] of [["b", person.name], ["span", person.user]]) {
          const part = document.createElement(name);
          const isolated = document.createElement("bdi");
          isolated.textContent = text;
          part.append(isolated);
          option.append(part, " ");
        }
        option.querySelector("span").className = "quiet";
        return option;
      }),
    );
    active = -1;
    input.removeAttribute("aria-activedescendant");
    list.hidden = people.length === 0;
    input.setAttribute("aria-expanded", String(!list.hidden));
    status.textContent = people.length === 1 ? "1 person" : `${people.length} people`;
  };
  const ask = async () => {
    asking.abort();
    asking = new AbortController();
    const { signal } = asking;
    const search = input.value.trim();
    if (search.length < 2) return close();
    try {
      const query = new URLSearchParams({ search });
      const answer = await fetch(`${picker.dataset.people}?${query}`, { signal, redirect: "error" });
      const people = await answer.json();
      if (!signal.aborted) show(people);
    } catch {
      // The form finds them too.
    }
  };
  let waiting;
  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, 150);
  });
  input.addEventListener("keydown", (event) => {
    const isOpen = !list.hidden;
    if (event.key === "ArrowDown" && !isOpen) ask();
    else if (event.key === "ArrowDown") move(active + 1);
    else if (event.key === "ArrowUp" && isOpen) move(active < 0 ? -1 : active - 1);
    else if (event.key === "Enter" && isOpen && active >= 0) choose(list.children[active]);
    else if (event.key === "Escape" && isOpen) close();
    else return;
    event.preventDefault();
  });
  input.addEventListener("blur", () => {
    clearTimeout(waiting);
    close();
  });
  // The field keeps the focus until the click is over.
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("li");
    if (option) choose(option);
  });
};
for (const picker of document.querySelectorAll(".picker")) pick(picker);

// What is meant to be pasted elsewhere.
for (const button of document.querySelectorAll("button[data-copies]")) {
  const title = button.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const source = document.getElementById(button.dataset.copies);
    source.select();
    try {
      await navigator.clipboard.writeText(source.value);
      button.textContent = "Copied";
    } catch {
      button.textContent = "Press Ctrl+C";
    }
    setTimeout(() => (button.textContent = title), 2000);
  });
}

// A menu closes like any other.
const menus = document.querySelectorAll("details:is(.account, .choose)");
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of menus) {
    if (!menu.open) continue;
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
document.addEventListener("click", (event) => {
  for (const menu of menus) {
    if (menu.open && !menu.contains(event.target)) menu.open = false;
  }
});

// What is to be entered elsewhere is copied.
for (const button of document.querySelectorAll("button[data-copy]")) {
  const field = button.previousElementSibling;
  const label = button.textContent;
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(field.value);
    button.textContent = "Copied";
  });
  button.addEventListener("blur", () => {
    button.textContent = label;
  });
}
