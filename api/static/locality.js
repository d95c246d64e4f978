// Makes the pages nicer; nothing needs it.
import { initAll } from "./govuk-frontend.min.js";

initAll();

// A meeting keeps itself up to date: the part that changes is asked for again every few seconds,
// and comes only if it is another. It waits while somebody is in the middle of it.
const EVERY = 4000;
const live = document.querySelector("[data-live]");
if (live) {
  const said = document.querySelector("[data-live-said]");
  const refresh = document.querySelector("[data-live-refresh]");
  if (refresh) refresh.hidden = true;
  let tag = live.dataset.liveTag;

  const look = async () => {
    if (document.hidden) return;
    const answer = await fetch(live.dataset.live, { headers: { "If-None-Match": tag }, cache: "no-store" });
    if (answer.redirected || answer.status >= 400) throw new Error("signed out, or gone");
    if (answer.status !== 200) return;
    const part = await answer.text();
    // Buttons that had no form when the page was drawn: it is drawn anew, with one.
    if (part.includes('form="acts"') && !document.getElementById("acts")) location.reload();
    const held = live.contains(document.activeElement) ? document.activeElement : null;
    const place = held ? [...live.querySelectorAll("a, button")].indexOf(held) : -1;
    const words = held ? held.textContent : "";
    live.innerHTML = part;
    tag = answer.headers.get("ETag");
    initAll({ scope: live });
    const now = [...live.querySelectorAll("a, button")];
    if (held) (now[place]?.textContent === words ? now[place] : now.find((each) => each.textContent === words) ?? document.querySelector("h1"))?.focus();
    if (said) said.textContent = "The meeting has moved on.";
  };

  const again = () =>
    setTimeout(() => look().then(again, () => { if (refresh) refresh.hidden = false; }), EVERY);
  again();
}

// A provision map says what it costs while it is typed or pasted. The figures are the server's: they
// are asked for once the typing rests, and a later question takes the place of an earlier one.
const REST = 500;
const cost = document.querySelector("[data-cost]");
if (cost) {
  const form = cost.closest("form");
  const button = document.querySelector("[data-cost-ask]");
  let resting, asking, said;

  const ask = async () => {
    asking?.abort();
    asking = new AbortController();
    const body = new URLSearchParams(new FormData(form));
    const answer = await fetch(cost.dataset.cost, { method: "POST", body, signal: asking.signal });
    if (answer.redirected || !answer.ok) throw new Error("signed out, or gone");
    const { says, rows } = await answer.json();
    if (said !== says) cost.innerHTML = said = says;
    for (const cell of form.querySelectorAll("[data-cost-of]")) cell.textContent = rows[cell.dataset.costOf] ?? "";
    button.hidden = true;
  };

  form.addEventListener("input", () => {
    clearTimeout(resting);
    resting = setTimeout(() => ask().catch((error) => { if (error.name !== "AbortError") button.hidden = false; }), REST);
  });
}
