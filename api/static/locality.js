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
