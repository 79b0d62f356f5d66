/* The kept snapshots with the way back to them, and the record of publications. */

import { announce, badge, button, byId, confirmed, h, notice, reportLink } from "./admin-dom.js";
import { reasonText } from "./admin-publication.js";
import { request } from "./admin-server.js";
import { moment, number, t } from "./admin-texts.js";

let refresh = () => {};

export const startSnapshots = (whenChanged) => { refresh = whenChanged; };

export function showSnapshots({ snapshots, publications, live }) {
  const shown = snapshots.find(({ id }) => id === live);
  byId("summary").textContent = shown
    ? t.shownNow(moment(shown.built_at), number(shown.articles)) : t.nothingShown;
  byId("snapshots").replaceChildren(...(snapshots.length ? snapshots.map(snapshotLine)
    : [h("li", { class: "empty" }, t.noSnapshots)]));
  byId("record").replaceChildren(...(publications.length ? publications.map(publicationLine)
    : [h("li", { class: "empty" }, t.noRecord)]));
}

function snapshotLine(snapshot) {
  const when = moment(snapshot.built_at) || snapshot.id;
  const state = snapshot.live ? badge("shown", t.live)
    : snapshot.damage ? badge("removed", t.damaged) : null;
  return h("li", { class: "line" },
    h("div", { class: "grow" }, h("p", { class: "name" }, when, " ", state),
      h("p", { class: "hint" }, snapshot.damage ? h("span", { lang: "en" }, snapshot.damage)
        : t.holds(number(snapshot.articles), number(snapshot.passages))),
      reportLine(snapshot.report, when)),
    snapshot.live || snapshot.damage ? null : button("outline", t.goBack,
      () => goBack(snapshot.id, when), { "aria-label": t.goBackName(when) }));
}

function publicationLine(entry) {
  const unchanged = entry.reasons.some(({ code }) => code === "unchanged");
  const kind = entry.published ? (entry.forced ? "changed" : "shown") : unchanged ? "" : "removed";
  const word = entry.action !== "publish" ? t.pointed
    : entry.published ? (entry.forced ? t.publishedForced : t.published)
      : unchanged ? t.unchanged : t.notPublished;
  const when = moment(entry.at);
  return h("li", { class: "line" }, h("div", { class: "grow" },
    h("p", { class: "name" }, when, " ", badge(kind, word)),
    entry.forced ? h("p", { class: "hint" }, t.forcedBy(entry.who, entry.why)) : null,
    entry.removed.length ? h("p", { class: "hint" }, t.purged(entry.removed.join(", "))) : null,
    ...entry.reasons.slice(0, 3).map((reason) => h("p", { class: "hint" }, reasonText(reason))),
    reportLine(entry.report, when)));
}

const reportLine = (url, when) => (url
  ? h("p", { class: "hint" }, reportLink(url, t.reportOf(when))) : null);

async function goBack(id, when) {
  const sure = await confirmed({ title: t.goBackTitle(when), text: [h("p", null, t.goBackText)],
    yes: t.goBack });
  if (!sure) return;
  try {
    await request("POST", `v1/snapshots/${encodeURIComponent(id)}/point`);
    await refresh();
    announce(t.wentBack(when));
    byId("main").focus();
  } catch (failure) {
    notice(failure);
  }
}
