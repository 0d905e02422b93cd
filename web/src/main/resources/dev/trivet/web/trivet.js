// Makes pages live: times that grow, a list and logs that are kept current. Everything is there without it.
const MOST_LINES = 5000; // of one log; more are let go at its beginning

// ---- times

const skew = Number(document.body.dataset.now) - Date.now();
const now = () => Date.now() + skew;

function took(millis) {
  const seconds = Math.max(0, Math.floor(millis / 1000));
  if (seconds < 60) return seconds + " s";
  if (seconds < 3600) return Math.floor(seconds / 60) + " min " + (seconds % 60) + " s";
  return Math.floor(seconds / 3600) + " h " + Math.floor((seconds % 3600) / 60) + " min";
}

function ago(millis) {
  const minutes = Math.floor(millis / 60000);
  if (minutes < 1) return "just now";
  if (minutes < 60) return minutes + " min ago";
  if (minutes < 1440) return Math.floor(minutes / 60) + " h ago";
  return Math.floor(minutes / 1440) + " d ago";
}

function tick() {
  for (const span of document.querySelectorAll("[data-since]")) {
    span.textContent = took(now() - Number(span.dataset.since));
  }
  for (const time of document.querySelectorAll("time[datetime]")) {
    const age = now() - Date.parse(time.dateTime);
    if (age >= 0 && age < 14 * 86400000) setText(time, ago(age));
    time.title = new Date(time.dateTime).toLocaleString();
  }
}

function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

setInterval(tick, 1000);
tick();

// ---- connection

const live = document.getElementById("live");

function say(text) {
  if (live) {
    live.hidden = text === "";
    setText(live, text);
  }
}

function connect(path, handlers) {
  let source;
  let last = "";
  let again;
  let over = false;
  function open() {
    clearTimeout(again);
    // A browser repeats the id only on a connection that it takes up by itself.
    const url = new URL(path, location.href);
    if (last) url.searchParams.set("at", last);
    source = new EventSource(url);
    source.onopen = () => say("");
    source.onerror = () => {
      if (over) return;
      say("Connection lost, trying again");
      if (source.readyState === EventSource.CLOSED) again = setTimeout(open, 3000);
    };
    for (const [name, handle] of Object.entries(handlers)) {
      source.addEventListener(name, event => {
        last = event.lastEventId || last;
        handle(event.data);
      });
    }
  }
  // A page in the browser's back-forward cache must not hold a connection.
  addEventListener("pagehide", () => source.close());
  addEventListener("pageshow", event => { if (event.persisted && !over) open(); });
  open();
  return () => {
    over = true;
    source.close();
  };
}

// ---- parts of the page

function parse(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}

/** Replaces an element; whoever stood on a link or button of it with the keyboard stands there again. */
function replace(before, after) {
  const at = before.contains(document.activeElement) ? document.activeElement : null;
  const key = at && (at.getAttribute("href") || at.textContent);
  before.replaceWith(after);
  if (key) {
    const same = [...after.querySelectorAll("a, button")].find(e => (e.getAttribute("href") || e.textContent) === key);
    same?.focus({ preventScroll: true });
  }
}

// ---- the list of runs

const runs = document.getElementById("runs");
if (runs?.dataset.stream) {
  const shown = new Map();
  connect(runs.dataset.stream, {
    list(html) {
      const content = parse(html);
      const body = content.querySelector("tbody");
      const before = runs.querySelector("tbody");
      if (!body || !before) {
        runs.replaceChildren(content);
      } else {
        let place = before.firstElementChild;
        for (const row of [...body.children]) {
          const old = document.getElementById(row.id);
          const text = row.outerHTML;
          const same = old && shown.get(row.id) === text;
          shown.set(row.id, text);
          if (old && old === place) place = place.nextElementSibling;
          if (same) {
            if (old.nextElementSibling !== place) before.insertBefore(old, place);
          } else if (old) {
            replace(old, row);
          } else {
            before.insertBefore(row, place);
          }
        }
        while (place) {
          const next = place.nextElementSibling;
          shown.delete(place.id);
          place.remove();
          place = next;
        }
      }
      tick();
    }
  });
}

// ---- the page of a run

const run = document.getElementById("run");
if (run) {
  colour(run);
  if (location.hash) document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView();
}
if (run?.dataset.stream) watch();

/** Colours that no style sheet has a class for. */
function colour(root) {
  for (const span of root.querySelectorAll("[data-f], [data-g]")) {
    if (/^[0-9a-f]{6}$/.test(span.dataset.f ?? "")) span.style.color = "#" + span.dataset.f;
    if (/^[0-9a-f]{6}$/.test(span.dataset.g ?? "")) span.style.background = "#" + span.dataset.g;
  }
}

function watch() {
  const bar = document.getElementById("follow");
  const button = bar.querySelector("button");
  let follow = false;
  let height = 0;
  let end = null;

  function setFollow(on) {
    follow = on;
    button.setAttribute("aria-pressed", String(on));
    if (on) showEnd();
  }
  function showEnd() {
    end ??= [...document.querySelectorAll(".log")].findLast(log => log.lastElementChild);
    end?.lastElementChild?.scrollIntoView({ block: "end" });
    height = scrollY;
  }
  bar.hidden = false;
  button.addEventListener("click", () => setFollow(!follow));
  // Who scrolls back wants to read.
  addEventListener("scroll", () => {
    if (follow && scrollY < height - 2) setFollow(false);
    height = scrollY;
  }, { passive: true });

  const close = connect(run.dataset.stream, {
    patch(html) {
      for (const part of [...parse(html).children]) {
        const before = document.getElementById(part.id);
        if (before) replace(before, part);
        if (part.dataset.title) document.title = part.dataset.title;
      }
      tick();
    },
    log(data) {
      const { step, first, skipped, html } = JSON.parse(data);
      const log = document.querySelector(`.log[data-step="${step}"]`);
      if (!log) return;
      if (skipped) log.replaceChildren();
      while (log.lastElementChild && number(log.lastElementChild) >= first) log.lastElementChild.remove();
      const lines = parse(html);
      colour(lines);
      log.append(lines);
      let more = log.childElementCount - MOST_LINES;
      if (skipped || more > 0) log.parentElement.querySelector(".earlier").hidden = false;
      for (; more > 0; more--) log.firstElementChild.remove();
      if (log.lastElementChild) end = log;
      if (follow) showEnd();
    },
    end() {
      close();
      setFollow(false);
      bar.hidden = true;
    }
  });
  // Whoever comes to a running build without naming a line wants to see what happens.
  // Who looks at a whole graph has not asked for the log of one job.
  if (!location.hash && !document.querySelector(".picture")) setFollow(true);
}

function number(line) {
  return Number(line.id.slice(line.id.lastIndexOf("-") + 1));
}
