// The page works without this script; it adds local times, fresh messages and autocomplete.
"use strict";

const STYLES = {
  t: { timeStyle: "short" },
  T: { timeStyle: "medium" },
  d: { dateStyle: "short" },
  D: { dateStyle: "long" },
  f: { dateStyle: "long", timeStyle: "short" },
  F: { dateStyle: "full", timeStyle: "short" },
  s: { dateStyle: "short", timeStyle: "short" },
  S: { dateStyle: "short", timeStyle: "medium" },
};

function showLocalTimes() {
  for (const time of document.querySelectorAll("time[data-unix]")) {
    const style = STYLES[time.dataset.style];
    if (style) time.textContent = new Intl.DateTimeFormat(undefined, style).format(time.dataset.unix * 1000);
  }
}

function showNewest() {
  document.getElementById("messages")?.lastElementChild?.scrollIntoView();
}

async function refresh() {
  const box = document.getElementById("messages");
  if (!box || box.contains(document.activeElement) || document.hidden) return;
  const answer = await fetch(location.href);
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("messages");
  if (!fresh || fresh.innerHTML === box.dataset.last) return;
  box.dataset.last = fresh.innerHTML;
  box.innerHTML = fresh.innerHTML;
  showLocalTimes();
  showNewest();
}

async function suggest(input) {
  const form = new FormData(input.form);
  const options = {};
  for (const [name, value] of form) if (name.startsWith("option.") && value) options[name.slice(7)] = value;
  const focused = input.name.slice(7);
  const answer = await fetch("/_stand-in/interact", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({
      kind: "autocomplete",
      user_id: form.get("as"),
      channel_id: form.get("channel"),
      data: { name: input.dataset.autocomplete, options, focused },
    }),
  });
  const { choices = [] } = await answer.json();
  if (!input.list) {
    const list = document.createElement("datalist");
    list.id = `suggestions-${crypto.randomUUID()}`;
    input.after(list);
    input.setAttribute("list", list.id);
  }
  input.list.replaceChildren(...choices.map((choice) => new Option(choice.name, choice.value)));
}

let pause;
document.addEventListener("input", (event) => {
  if (!event.target.dataset.autocomplete) return;
  clearTimeout(pause);
  pause = setTimeout(() => suggest(event.target), 300);
});
document.getElementById("who")?.addEventListener("change", (event) => event.target.form.submit());
showLocalTimes();
if (!location.hash) showNewest();
setInterval(refresh, 3000);
