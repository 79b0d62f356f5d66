/* Talking to the server with the keeper's key, which lives in this tab only. */

const BASE = new URL("..", import.meta.url);
const STORED = "coop-admin";

/** Why a request failed; status 0 means that the server was not reached. */
export class Failure extends Error {
  constructor(status, problem = {}) {
    super(problem.detail ?? `status ${status}`);
    this.status = status;
    this.detail = String(problem.detail ?? "");
    this.requestId = String(problem.request_id ?? "");
    this.fields = (problem.errors ?? []).map(({ field }) => field);
  }
}

let key = "";
let refused = () => {};

export const pageUrl = (path) => new URL(path, BASE).href;

/** The key that this tab holds, unless it was not used for `idleMs`. */
export function restoreKey(idleMs) {
  try {
    const held = JSON.parse(sessionStorage.getItem(STORED) ?? "null");
    if (held && Date.now() - held.seen < idleMs) key = held.key;
    else sessionStorage.removeItem(STORED);
  } catch {
    // Storage is switched off: the key lives as long as the page.
  }
  return Boolean(key);
}

export function holdKey(given) {
  key = given;
  touchKey();
}

export function touchKey() {
  try {
    if (key) sessionStorage.setItem(STORED, JSON.stringify({ key, seen: Date.now() }));
    else sessionStorage.removeItem(STORED);
  } catch {
    // As above.
  }
}

export const onRefused = (listener) => { refused = listener; };

export async function request(method, path, json) {
  let response;
  try {
    response = await fetch(new URL(path, BASE), {
      method,
      headers: { Authorization: `Bearer ${bearer()}`,
        ...(json === undefined ? {} : { "Content-Type": "application/json" }) },
      body: json === undefined ? undefined : JSON.stringify(json),
      cache: "no-store",
      credentials: "same-origin",
    });
  } catch {
    throw new Failure(0);
  }
  if (response.ok) return response.status === 204 ? null : response.json();
  throw failed(response.status, await response.text());
}

/** Sends a file with what is stated of it; XMLHttpRequest, since fetch tells no progress. */
export function upload(path, file, stated, progress) {
  return new Promise((resolve, reject) => {
    const form = new FormData();
    for (const [name, value] of Object.entries(stated)) if (value) form.append(name, value);
    form.append("file", file);
    const sending = new XMLHttpRequest();
    sending.open("PUT", new URL(path, BASE));
    sending.setRequestHeader("Authorization", `Bearer ${bearer()}`);
    sending.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) progress(event.loaded / event.total);
    });
    sending.addEventListener("load", () => {
      if (sending.status >= 200 && sending.status < 300) resolve(JSON.parse(sending.responseText));
      else reject(failed(sending.status, sending.responseText));
    });
    for (const name of ["error", "abort", "timeout"]) {
      sending.addEventListener(name, () => reject(new Failure(0)));
    }
    sending.send(form);
  });
}

/** A header holds Latin letters only; a key with others travels as its bytes. */
const bearer = () => String.fromCharCode(...new TextEncoder().encode(key));

function failed(status, text) {
  if (status === 401 && key) refused();
  try {
    return new Failure(status, JSON.parse(text));
  } catch {
    return new Failure(status);
  }
}
