/* The articles, what users see and what waits: one table with a filter, one list of changes. */

import { announce, badge, button, byId, confirmed, fold, h, notice } from "./admin-dom.js";
import { pageUrl, request } from "./admin-server.js";
import { LANG, day, number, t } from "./admin-texts.js";

const PAGE = 20;

let rows = [];
let changes = [];
let limit = PAGE;
let refresh = () => {};

export const pendingRemovals = () => changes.filter((change) => change.kind === "removed");
export const pendingCount = () => changes.length;

export function startArticles(whenChanged) {
  refresh = whenChanged;
  let said = 0;
  const filtered = () => {
    limit = PAGE;
    const shown = showTable();
    clearTimeout(said);
    said = setTimeout(() => announce(t.filtered(number(shown))), 700);
  };
  byId("filter").addEventListener("input", filtered);
  byId("state").addEventListener("input", filtered);
  byId("more").addEventListener("click", () => {
    const first = limit;
    limit += PAGE;
    showTable();
    byId("articles").children[first]?.querySelector("a, button")?.focus();
  });
}

/** Takes what the server says: the live articles, and the changes that wait. */
export function showArticles(articles, pending) {
  changes = pending;
  const waiting = new Map(pending.map((change) => [change.article_id, change]));
  rows = articles.map((article) => ({ ...article,
    state: waiting.get(article.id)?.kind ?? "shown", shown: true }));
  for (const change of pending.filter(({ kind }) => kind === "added")) {
    rows.push({ id: change.article_id, title: change.title, version: change.version, date: "",
      organisation: "", length_chars: change.length_chars, state: "added" });
  }
  for (const row of rows) {
    row.words = fold([row.title, row.organisation, row.date, day(row.date), row.version,
      row.id].join(" "));
  }
  rows.sort((a, b) => a.title.localeCompare(b.title, "vi"));
  showTable();
  showPending();
}

// ---- changes that wait

function showPending() {
  byId("pending-count").textContent = changes.length ? number(changes.length) : "";
  byId("pending").replaceChildren(...(changes.length ? changes.map(changeLine)
    : [h("li", { class: "empty" }, t.nothingWaits)]));
}

function changeLine(change) {
  const { kind, title, old_title: old } = change;
  const from = number(change.old_length_chars);
  const size = { added: t.size(number(change.length_chars)), removed: t.size(from),
    changed: t.resized(from, number(change.length_chars)) }[kind];
  const parts = kind === "changed" ? change.parts.map((part) => t.parts[part]).join(", ") : "";
  const shown = rows.some((row) => row.id === change.article_id && row.shown);
  const facts = [parts, size, kind === "removed" && (shown ? t.finalWhenPublished : t.purgeOnly)];
  return h("li", { class: "change" }, badge(kind, t.kinds[kind]),
    h("div", { class: "grow" }, h("p", { class: "name", lang: "vi" }, h("bdi", null, title)),
      kind === "changed" && old && old !== title
        ? h("p", { class: "hint" }, `${t.wasTitled} `, h("bdi", { lang: "vi" }, old)) : null,
      h("p", { class: "hint" }, facts.filter(Boolean).join(" · "))),
    undoButton(change, shown));
}

function undoButton(change, shown) {
  if (change.kind === "added") return removeButton({ id: change.article_id, title: change.title });
  if (!shown) return null;
  return button("quiet", t.undo, async () => {
    try {
      await request("DELETE", `v1/pending/${encodeURIComponent(change.article_id)}`);
      await refresh();
      announce(t.undone(change.title));
      byId("publish").focus();
    } catch (failure) {
      notice(failure);
    }
  }, { "aria-label": `${t.undo}: ${change.title}` });
}

// ---- the table

function showTable() {
  const words = fold(byId("filter").value.trim()).split(/\s+/);
  const state = byId("state").value;
  const fits = rows.filter((row) => words.every((word) => row.words.includes(word))
    && (!state || (state === "shown") === (row.state === "shown")));
  byId("articles").replaceChildren(...fits.slice(0, limit).map(tableRow));
  byId("articles-count").textContent = fits.length === rows.length ? number(rows.length)
    : `${number(fits.length)} / ${number(rows.length)}`;
  byId("more").hidden = fits.length <= limit;
  byId("more").textContent = t.showMore(number(Math.min(PAGE, fits.length - limit)));
  byId("no-articles").hidden = fits.length > 0;
  byId("no-articles").textContent = rows.length ? t.noMatch : t.noArticles;
  return fits.length;
}

function tableRow(row) {
  const title = h("bdi", { lang: "vi" }, row.title);
  const address = new URL(pageUrl(`articles/${encodeURIComponent(row.id)}`));
  if (LANG === "en") address.searchParams.set("lang", "en");
  const length = number(row.length_chars);
  return h("tr", null,
    h("th", { scope: "row" },
      h("p", { class: "organisation" }, h("bdi", null, row.organisation
        || (row.shown ? t.noOrganisation : ""))),
      h("p", { class: "name" }, row.shown ? h("a", { href: address.href, target: "_blank",
        rel: "noopener" }, title, h("span", { class: "sr" }, ` ${t.newTab}`)) : title),
      h("p", { class: "hint" }, h("code", null, row.id), h("span", { class: "narrow" },
        ` · ${row.shown ? `${day(row.date)} · ` : ""}${t.size(length)}`))),
    h("td", { class: "wide" }, row.shown ? day(row.date) : ""),
    h("td", { class: "wide number" }, length),
    h("td", { class: "wide" }, h("code", { title: row.version }, row.version.slice(7, 15))),
    h("td", null, badge(row.state, t.states[row.state])),
    h("td", { class: "end" }, row.state === "removed" ? null : removeButton(row)));
}

function removeButton({ id, title }) {
  return button("quiet remove", t.remove, async () => {
    const sure = await confirmed({ title: t.removeTitle, yes: t.remove, danger: true, text: [
      h("p", { class: "name", lang: "vi" }, h("bdi", null, title)), h("p", null, t.removeText)] });
    if (!sure) return;
    try {
      await request("DELETE", `v1/articles/${encodeURIComponent(id)}`);
      await refresh();
      announce(t.removed(title));
      byId("publish").focus();
    } catch (failure) {
      notice(failure);
    }
  }, { "aria-label": t.removeName(title) });
}
