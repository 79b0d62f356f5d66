/* Publishing: the button, how far it is, and what came of it, the outcome first. */

import { announce, button, byId, confirmed, h, notice, opened, reportLink } from "./admin-dom.js";
import { pendingCount, pendingRemovals } from "./admin-articles.js";
import { request } from "./admin-server.js";
import { LANG, moment, number, t } from "./admin-texts.js";

const POLL_MS = 1000;
const DISMISSED = "coop-admin-seen";
/** The server's steps, as few as a keeper cares about. */
const STEPS = { "": "start", embed: "index", write: "index", verify: "verify", ask: "ask",
  compact: "purge", purge: "purge" };
const ORDER = ["start", "index", "verify", "ask", "purge"];

let followed = "";
let clock = 0;
let refresh = () => {};
let announced = "";

const isRunning = (job) => job.state === "queued" || job.state === "running";

export function startPublication(whenDone) {
  refresh = whenDone;
  byId("publish").addEventListener("click", () => publish());
}

export function stopFollowing() {
  clearTimeout(clock);
  followed = "";
}

/** Shows the server's latest job, so that a page that is opened again takes it up. */
export function showJob(job) {
  if (!job || (!isRunning(job) && seen() === job.id)) {
    byId("job").hidden = true;
    return;
  }
  show(job);
  if (isRunning(job) && followed !== job.id) follow(job.id);
}

async function publish(force) {
  if (!force && !await agreed()) return;
  try {
    const job = await request("POST", "v1/snapshots", force ? { force } : {});
    notice(null);
    announce(t.publishing);
    show(job);
    byId("job").focus();
    follow(job.id);
  } catch (failure) {
    notice(failure, failure.status === 409 ? t.busy : "");
  }
}

async function agreed() {
  const removals = pendingRemovals();
  if (removals.length) {
    return confirmed({ title: t.publishRemovalTitle(number(removals.length)), yes: t.publish,
      danger: true, text: [h("p", null, t.publishRemovalText), h("ul", { lang: "vi" },
        ...removals.map(({ title }) => h("li", null, h("bdi", null, title))))] });
  }
  return pendingCount() > 0 || confirmed({ title: t.publishNothingTitle, yes: t.publish,
    text: [h("p", null, t.publishNothing)] });
}

function follow(id) {
  followed = id;
  clearTimeout(clock);
  clock = setTimeout(async () => {
    let job = null;
    try {
      job = await request("GET", `v1/snapshots/jobs/${id}`);
    } catch (failure) {
      // While the server restarts, its answers fail; the job is gone only when it says so.
      if (failure.status === 404) refresh();
      if (failure.status === 404 || failure.status === 401) return;
    }
    if (followed !== id) return;
    if (job) show(job);
    if (!job || isRunning(job)) follow(id);
    else finished(job);
  }, POLL_MS);
}

function finished(job) {
  followed = "";
  announce(byId("job").querySelector(".outcome").textContent);
  if (byId("job").contains(document.activeElement)) byId("job").focus();
  refresh();
}

// ---- what is shown

function show(job) {
  const box = byId("job");
  byId("publish").disabled = isRunning(job);
  box.hidden = false;
  box.tabIndex = -1;
  box.className = `job ${isRunning(job) ? "running" : job.state}`;
  box.replaceChildren(...(isRunning(job) ? progress(job) : outcome(job)));
}

function progress(job) {
  const now = ORDER.indexOf(STEPS[job.step] ?? "start");
  const name = ORDER[now];
  if (announced !== job.id + name) {
    announced = job.id + name;
    announce(t.steps[name]);
  }
  const counted = job.all > 1 ? `${number(job.done)} / ${number(job.all)}` : "";
  const steps = ORDER.filter((step) => step !== "purge" || now === 4 || pendingRemovals().length);
  return [
    h("p", { class: "outcome" }, t.publishing),
    h("ol", { class: "steps", "aria-label": t.stepsName }, ...steps.map((step) => {
      const at = ORDER.indexOf(step);
      const state = at < now ? "done" : at === now ? "now" : "next";
      return h("li", { class: state, "aria-current": state === "now" ? "step" : null },
        t.steps[step], h("span", { class: "sr" }, ` (${t.stepState[state]})`));
    })),
    h("div", { class: "row" }, h("progress", { "aria-label": t.steps[name], max: "1",
      value: job.all > 1 ? String(job.done / job.all) : null }),
    h("span", { class: "hint number" }, counted)),
    h("p", { class: "hint" }, t.canLeave)];
}

function outcome(job) {
  const [first, ...others] = job.reasons.map(reasonText);
  const report = reportLink(job.report, t.report);
  const lines = {
    published: [headline(job.forced ? t.publishedForced : t.published, job)],
    unchanged: [headline(first, job)],
    refused: [headline(first ? t.because(first) : t.notPublished, job),
      others.length ? h("div", null, h("p", { class: "hint" }, t.alsoBecause),
        h("ul", null, ...others.map((text) => h("li", null, text)))) : null,
      h("p", { class: "hint" }, t.stillOld)],
    failed: [headline(t.failed, job), h("p", { lang: "en" }, job.message)],
  }[job.state];
  const receipts = job.receipts.map(({ article_id: id, left }) => {
    const traces = Object.values(left).reduce((sum, n) => sum + n, 0);
    return h("li", null, traces ? t.receiptLeft(id, number(traces)) : t.receipt(id));
  });
  const mayForce = ["refused", "unchanged"].includes(job.state) && job.reasons.every(({ code }) => code !== "busy");
  return [...lines, receipts.length ? h("ul", { class: "receipts" }, ...receipts) : null,
    h("div", { class: "row" }, report,
      mayForce ? button("outline", t.forceButton, () => askForce()) : null,
      button("outline", t.dismiss, () => dismiss(job)))].filter(Boolean);
}

const headline = (text, job) => h("p", { class: "outcome" }, text,
  h("span", { class: "hint" }, ` ${moment(job.finished_at)}`));

export const reasonText = (reason) => (LANG === "vi" && reason.text_vi) || reason.text;

async function askForce() {
  const form = byId("force-form");
  form.reset();
  if (!await opened(byId("force"), form, byId("force-no"), byId("who"))) return;
  publish({ who: byId("who").value.trim(), why: byId("why").value.trim() });
}

function dismiss(job) {
  try {
    sessionStorage.setItem(DISMISSED, job.id);
  } catch {
    // Storage is switched off: it comes back with the next refresh.
  }
  byId("job").hidden = true;
  byId("publish").focus();
}

function seen() {
  try {
    return sessionStorage.getItem(DISMISSED);
  } catch {
    return null;
  }
}
