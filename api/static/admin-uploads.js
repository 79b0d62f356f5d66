/* Files on their way into the store: each is sent once to see what it would change, and again when
 * the keeper has seen that. One file travels at a time. */

import { announce, button, byId, explained, fold, h } from "./admin-dom.js";
import { upload } from "./admin-server.js";
import { bytes, day, number, t } from "./admin-texts.js";

const DETAILS = ["title", "organisation", "date", "source"];
const SHRUNK = 0.5;

const files = []; // {file, name, id, stated, state, found, failure, share, node, fields}
let queue = Promise.resolve();
let stored = () => {};

/** The id that the server would give a file of this name. */
const slug = (name) => fold(name.replace(/\.[^.]*$/, "")).replace(/[^a-z0-9]+/g, "-")
  .replace(/^-|-$/g, "");

export function startUploads(whenStored) {
  stored = whenStored;
  const input = byId("files");
  const drop = byId("drop");
  byId("choose").addEventListener("click", () => input.click());
  input.addEventListener("change", () => { add(input.files); input.value = ""; });
  // A file that misses the field must not replace the page.
  for (const name of ["dragover", "drop"]) {
    addEventListener(name, (event) => event.preventDefault());
  }
  drop.addEventListener("dragover", () => drop.classList.add("over"));
  drop.addEventListener("dragleave", () => drop.classList.remove("over"));
  drop.addEventListener("drop", (event) => {
    drop.classList.remove("over");
    add(event.dataTransfer.files);
  });
  byId("store-all").addEventListener("click", () => files.filter(isReady).forEach(store));
  byId("drop-all").addEventListener("click", () => {
    clearUploads();
    byId("choose").focus();
  });
}

export function clearUploads() {
  files.length = 0;
  byId("uploads").replaceChildren();
  showAll();
}

const isReady = (one) => one.state === "checked" && one.found.change.kind !== "unchanged";

function add(list) {
  if (!list.length) return;
  announce(t.chosen(list.length));
  for (const file of list) {
    const one = { file, name: file.name, id: slug(file.name), stated: {}, node: h("li") };
    files.push(one);
    byId("uploads").append(one.node);
    check(one);
  }
}

function check(one) {
  Object.assign(one, { state: "queued", found: null, failure: null });
  show(one);
  send(one, "checking", true, (found) => {
    Object.assign(one, { state: "checked", found });
    announce(t.checked(one.name));
  });
}

function store(one) {
  const moves = one.node.contains(document.activeElement);
  if (files.some((other) => other !== one && other.id === one.id && other.state !== "stored")) {
    Object.assign(one, { failure: { status: 422 }, lead: t.sameId });
    show(one);
    announce(t.sameId);
    return;
  }
  send(one, "storing", false, (found) => {
    Object.assign(one, { state: "stored", found });
    announce(t.storedFile(one.name));
    stored();
  }, moves);
}

function send(one, state, dry, then, moves = false) {
  queue = queue.then(async () => {
    if (!files.includes(one)) return;
    Object.assign(one, { state, failure: null, lead: "", share: 0 });
    show(one);
    const path = `v1/articles/${encodeURIComponent(one.id || "-")}${dry ? "?dry_run=true" : ""}`;
    try {
      then(await upload(path, one.file, one.stated, (share) => {
        one.share = share;
        const bar = one.node.querySelector("progress");
        if (bar) bar.value = share;
      }));
    } catch (failure) {
      const leads = { 413: t.tooLarge, 415: t.unsupported, 422: t.unreadable };
      const lead = failure.fields?.length ? t.wrongDetails : leads[failure.status] ?? "";
      Object.assign(one, { state: "refused", failure, lead });
      announce(t.refusedFile(one.name));
    }
    show(one);
    if (moves) (one.node.querySelector("button") ?? byId("choose")).focus();
  });
}

// ---- what is shown

function showAll() {
  byId("upload-all").hidden = files.filter(isReady).length < 2;
}

function show(one) {
  const open = one.node.querySelector("details.edit")?.open || one.failure?.status === 422;
  one.node.className = `upload ${one.state}`;
  one.node.replaceChildren(
    h("div", { class: "upload-head" },
      h("strong", null, h("bdi", null, one.name)), h("span", { class: "hint" }, bytes(one.file.size)),
      ["queued", "checking", "storing"].includes(one.state) ? null
        : button("quiet", t.discard, () => discard(one), { "aria-label": `${t.discard} ${one.name}` })),
    ...(one.state === "stored" ? [h("p", { class: "good" }, t.stored[one.found.change.kind])]
      : body(one, open)));
  showAll();
}

function body(one, open) {
  if (["queued", "checking", "storing"].includes(one.state)) {
    return [h("progress", { max: "1", value: one.state === "queued" ? "0" : String(one.share),
      "aria-label": t.progressOf(one.name) }), h("p", { class: "hint" }, t[one.state])];
  }
  const parts = [];
  const hopeless = [413, 415].includes(one.failure?.status); // whatever its id, it is not read
  if (one.failure) {
    parts.push(h("p", { class: "bad" }, ...(hopeless || one.lead === t.sameId ? [one.lead]
      : explained(one.failure, one.lead))));
  }
  if (one.found) parts.push(...verdict(one.found));
  if (one.found && one.found.change.kind !== "unchanged") parts.push(recognised(one));
  if (!hopeless) parts.push(editor(one, open));
  if (isReady(one)) parts.push(actions(one));
  return parts;
}

function verdict({ change, duplicates }) {
  const lines = [];
  if (change.kind === "unchanged") lines.push(h("p", { class: "hint" }, t.same));
  if (change.kind === "added") lines.push(h("p", { class: "good" }, t.isNew));
  if (change.kind === "changed") {
    lines.push(h("p", { class: "changed" }, `${t.replaces(change.old_title || change.title)} · `,
      t.resized(number(change.old_length_chars), number(change.length_chars))));
    if (change.length_chars < change.old_length_chars * SHRUNK) {
      const lost = 100 - Math.round((100 * change.length_chars) / change.old_length_chars);
      lines.push(h("p", { class: "warning" }, t.shrinks(lost)));
    }
  }
  for (const other of duplicates) {
    lines.push(h("p", { class: "warning" }, other.same_text ? t.sameText(other.title)
      : t.duplicate(Math.round(other.similarity * 100), other.title)));
  }
  return lines;
}

function recognised({ id, found: { article } }) {
  const rows = [[t.title, article.title], [t.organisation, article.organisation
    && `${article.organisation}${article.organisation_inferred ? ` ${t.inferred}` : ""}`],
  [t.date, article.date && day(article.date)], [t.source, article.source], [t.id, id]];
  return h("div", null,
    h("dl", { class: "found", "aria-label": t.recognised }, ...rows.map(([name, value]) => h("div",
      null, h("dt", null, name), h("dd", null, value ? h("bdi", null, value)
        : h("span", { class: "hint" }, t.none))))),
    h("details", null, h("summary", null, t.opening),
      h("blockquote", { lang: "vi" }, article.opening)));
}

function editor(one, open) {
  const about = one.found?.article ?? {};
  const field = (name, value, placeholder, hint) => {
    const id = `${name}-${files.indexOf(one)}-${one.id}`;
    const input = h("input", { id, name, autocomplete: "off", spellcheck: "false", placeholder });
    input.value = value;
    return h("div", null, h("label", { for: id }, t[name], hint ? h("span", { class: "hint" }, ` ${hint}`)
      : null), input);
  };
  const send = (event) => {
    event.preventDefault();
    const values = Object.fromEntries(new FormData(form));
    one.id = values.id.trim();
    one.stated = Object.fromEntries(DETAILS.map((name) => [name, values[name].trim()]));
    check(one);
    byId("choose").focus();
  };
  const form = h("form", { class: "details", submit: send },
    field("id", one.id, ""),
    ...DETAILS.map((name) => field(name, one.stated[name] ?? "", about[name] ?? "",
      name === "date" ? t.dateHint : "")),
    h("button", { type: "submit", class: "outline" }, t.recheck));
  return h("details", { class: "edit", open: Boolean(open) },
    h("summary", null, t.edit), form);
}

const actions = (one) => h("div", { class: "row" }, button("solid", t.store, () => store(one),
  { "aria-label": `${t.store}: ${one.name}` }));

function discard(one) {
  files.splice(files.indexOf(one), 1);
  const next = one.node.nextElementSibling ?? one.node.previousElementSibling;
  one.node.remove();
  showAll();
  (next?.querySelector("button") ?? byId("choose")).focus();
}
