/* Elements, announcements and dialogs of the keeper's page. What an article or a file says enters
 * as text nodes only; nothing is parsed as HTML. */

import { pageUrl } from "./admin-server.js";
import { t } from "./admin-texts.js";

export const byId = (id) => document.getElementById(id);

/** An element: properties that are functions become listeners, null children are left out. */
export function h(tag, properties, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") element.addEventListener(name, value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((c) => c !== null && c !== undefined && c !== ""));
  return element;
}

export const button = (style, text, click, properties) => h(
  "button", { type: "button", class: style, click, ...properties }, text);

/** A link to a report, in a tab of its own, on the server that this page came from: its cookie is
 * there. */
export const reportLink = (url, name) => (url ? h("a", { target: "_blank", rel: "noopener",
  href: pageUrl(`admin/reports/${url.split("/").pop()}`) }, name,
h("span", { class: "sr" }, ` ${t.newTab}`)) : null);

export const badge = (kind, text) => h("span", { class: `badge ${kind}` }, text);

export const fold = (text) => text.normalize("NFD").replace(/\p{M}+/gu, "").replace(/[đĐ]/g, "d")
  .toLowerCase();

let hush = 0;

/** Says something once through the page's one polite region. */
export function announce(text) {
  clearTimeout(hush);
  byId("live").textContent = text;
  hush = setTimeout(() => { byId("live").textContent = ""; }, 8000);
}

/** What a failure looks like: our words, then the server's. */
export function explained(failure, lead) {
  const said = failure.detail ? h("span", { lang: "en" }, failure.detail) : null;
  const id = failure.requestId && failure.status >= 500
    ? h("span", { class: "hint" }, ` ${t.requestId}: ${failure.requestId}`) : null;
  if (failure.status === 0) return [t.network];
  return [lead ? `${lead} ` : null, lead || !said ? null : `${t.serverSaid} `, said, id];
}

/** Shows a failure above everything else, and says it; null takes it away. */
export function notice(failure, lead = "") {
  const box = byId("notice");
  box.hidden = !failure;
  if (!failure) return;
  box.replaceChildren(h("p", null, ...explained(failure, lead)),
    button("outline", t.dismiss, () => { box.hidden = true; byId("main").focus(); }));
  box.scrollIntoView({ block: "nearest" });
  announce(box.firstChild.textContent);
}

/** Asks before something is done; resolves to whether it was confirmed. */
export function confirmed({ title, text, yes, danger }) {
  const dialog = byId("confirm");
  byId("confirm-title").textContent = title;
  byId("confirm-text").replaceChildren(...text);
  byId("confirm-yes").textContent = yes;
  byId("confirm-yes").className = danger ? "danger" : "solid";
  return opened(dialog, byId("confirm-form"), byId("confirm-no"), byId("confirm-no"));
}

/** Opens a dialog until its form is sent (true) or it is closed (false). */
export function opened(dialog, form, no, first) {
  return new Promise((resolve) => {
    const done = new AbortController();
    const listening = { signal: done.signal };
    let answer = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      answer = true;
      dialog.close();
    }, listening);
    no.addEventListener("click", () => dialog.close(), listening);
    dialog.addEventListener("close", () => { done.abort(); resolve(answer); }, listening);
    dialog.showModal();
    first.focus();
  });
}
