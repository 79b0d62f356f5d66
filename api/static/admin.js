/* The keeper's page: signing in and out, and bringing what is shown up to date. */

import { showArticles, startArticles } from "./admin-articles.js";
import { announce, byId, notice } from "./admin-dom.js";
import { showJob, startPublication, stopFollowing } from "./admin-publication.js";
import { holdKey, onRefused, request, restoreKey, touchKey } from "./admin-server.js";
import { showSnapshots, startSnapshots } from "./admin-snapshots.js";
import { t } from "./admin-texts.js";
import { clearUploads, startUploads } from "./admin-uploads.js";

const IDLE_MS = 15 * 60_000;
const COOKIE_MS = 10 * 60_000;

let seen = Date.now();
let renewed = 0;
let signedIn = false;
let shown = "";

async function refresh() {
  try {
    const [articles, pending, snapshots] = await Promise.all([
      // Nothing is published yet: there are no articles to show.
      request("GET", "v1/articles").catch((failure) => {
        if (failure.status === 503) return { articles: [] };
        throw failure;
      }),
      request("GET", "v1/pending"), request("GET", "v1/snapshots")]);
    const said = JSON.stringify([articles, pending, snapshots]);
    // What is the same is left alone, and so is the focus in it.
    if (!signedIn || said === shown) return;
    shown = said;
    showArticles(articles.articles, pending.changes);
    showSnapshots(snapshots);
    showJob(snapshots.job);
  } catch (failure) {
    if (signedIn) notice(failure);
  }
}

async function signIn() {
  await request("POST", "admin/session");
  signedIn = true;
  seen = renewed = Date.now();
  byId("gate").hidden = true;
  byId("desk").hidden = false;
  byId("sign-out").hidden = false;
  // Before the articles come: whoever has begun to tab is not thrown back by their arrival.
  byId("main").focus();
  await refresh();
}

function signOut(why) {
  signedIn = false;
  shown = "";
  holdKey("");
  stopFollowing();
  clearUploads();
  showArticles([], []);
  byId("job").hidden = true;
  for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
  notice(null);
  fetch(new URL("../admin/session", import.meta.url), { method: "DELETE" }).catch(() => {});
  showGate(why);
  announce(why);
}

function showGate(error = "") {
  byId("desk").hidden = true;
  byId("sign-out").hidden = true;
  byId("gate").hidden = false;
  byId("gate-error").hidden = !error;
  byId("gate-error").textContent = error;
  byId("key").value = "";
  byId("key").focus();
}

/** Somebody is at work: the key and the cookie for reports live on. */
function touched() {
  if (!signedIn) return;
  seen = Date.now();
  touchKey();
  if (seen - renewed > COOKIE_MS) {
    renewed = seen;
    request("POST", "admin/session").catch(() => {});
  }
}

byId("gate").addEventListener("submit", async (event) => {
  event.preventDefault();
  holdKey(byId("key").value.trim());
  try {
    await signIn();
    announce(t.signedIn);
  } catch (failure) {
    holdKey("");
    const said = { 0: t.network, 401: t.wrongKey, 429: t.tooManyTries }[failure.status];
    showGate(said ?? `${t.serverSaid} ${failure.detail}`);
    announce(byId("gate-error").textContent);
  }
});
byId("sign-out").addEventListener("click", () => signOut(t.signedOut));
onRefused(() => { if (signedIn) signOut(t.keyChanged); });
for (const name of ["pointerdown", "keydown", "input"]) addEventListener(name, touched);
addEventListener("focus", () => { if (signedIn) refresh(); });
setInterval(() => { if (signedIn && Date.now() - seen > IDLE_MS) signOut(t.idle); }, 5000);

startUploads(refresh);
startArticles(refresh);
startPublication(refresh);
startSnapshots(refresh);
if (restoreKey(IDLE_MS)) signIn().catch(() => { holdKey(""); showGate(); });
else showGate();
