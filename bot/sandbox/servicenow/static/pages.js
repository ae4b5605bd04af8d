"use strict";

const EVERY = 3000;
let served = document.querySelector("main").innerHTML;
let dirty = document.querySelector(".change") !== null && document.querySelector(".error") !== null;

function localTimes(root) {
  for (const time of root.querySelectorAll("time[datetime]")) {
    const when = new Date(time.dateTime);
    time.title = time.textContent;
    time.textContent = when.toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
  }
}

function showWhatStateAsks() {
  const state = document.querySelector(".change select[name=state]");
  for (const part of document.querySelectorAll("[data-when]")) {
    part.hidden = !part.dataset.when.split(" ").includes(state.value);
  }
}

function dress() {
  localTimes(document);
  if (document.querySelector(".change")) showWhatStateAsks();
}

function busy() {
  const active = document.activeElement;
  return dirty || (active && /^(INPUT|SELECT|TEXTAREA)$/.test(active.tagName));
}

async function refresh() {
  const answer = await fetch(location.href.replace("&sysparm_saved=true", ""));
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const main = fresh.querySelector("main");
  if (!main || main.innerHTML === served) return;
  served = main.innerHTML;
  const part = busy() ? "#activity, .scroll" : "main";
  const old = document.querySelector(part);
  const now = fresh.querySelector(part);
  if (old && now) old.replaceWith(now);
  dress();
}

document.addEventListener("input", (event) => {
  if (event.target.closest(".change")) dirty = true;
  if (event.target.name === "state") showWhatStateAsks();
});

dress();
if (document.querySelector(".list, .record")) {
  setInterval(() => document.hidden || refresh().catch(() => {}), EVERY);
}
