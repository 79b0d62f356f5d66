/*
 * <coop-chat>: the chat of coop-qa as one web component. No framework, no build step.
 *
 *   <script src="https://host/widget.js" defer></script><coop-chat lang="vi"></coop-chat>
 *   <script src="https://host/widget.js" data-floating defer></script>
 *
 * Three rules hold everywhere below:
 *   1. What an article says enters the page as text nodes only; nothing is parsed as HTML, so the
 *      file also works under `require-trusted-types-for 'script'`.
 *   2. Styles come from one constructed style sheet and from classes; there is no style attribute,
 *      so the file works under `style-src 'none'`.
 *   3. Offsets of the server count Unicode code points, strings of the browser count UTF-16 units;
 *      only `markSpans` deals with the difference.
 */
(() => {
  "use strict";

  if (customElements.get("coop-chat")) return;

  const SCRIPT = document.currentScript;
  if (!(SCRIPT instanceof HTMLScriptElement)) {
    console.error("coop-chat: load widget.js with a plain <script src> tag from its server.");
    return;
  }

  const BASE = new URL(".", SCRIPT.src);
  const QUESTION_MAX_CHARS = 2000;
  const SILENCE_MAX_MS = 30_000;
  const LOW_CONFIDENCE = 0.5;
  const RESTORED_MAX_TURNS = 50;
  const OLD_AFTER_YEARS = 2;
  const NARROW = "(max-width: 36rem), (max-height: 32rem)";

  // ---------------------------------------------------------------------------------- texts

  const TEXTS = {
    vi: {
      title: "Hỏi đáp có dẫn nguồn",
      launch: "Hỏi đáp",
      welcome: "Bạn muốn biết điều gì?",
      promise: "Câu trả lời được trích nguyên văn từ bài viết nội bộ, kèm nguồn để bạn kiểm tra.",
      footnote: "Trích nguyên văn từ bài viết, không tự viết thêm.",
      label: "Câu hỏi của bạn",
      placeholder: "Nhập câu hỏi, có dấu hoặc không dấu",
      send: "Gửi câu hỏi",
      stop: "Dừng",
      fresh: "Hội thoại mới",
      clear: "Xoá",
      clearTitle: "Xoá hội thoại này khỏi máy chủ và khỏi trình duyệt",
      close: "Đóng",
      log: "Hội thoại",
      asked: "Bạn hỏi",
      searching: "Đang tìm trong các bài viết…",
      reading: "Đang đọc các đoạn gần nhất…",
      understood: "Đã hiểu là:",
      edit: "Sửa câu hỏi đã hiểu",
      editLabel: "Sửa lại câu hỏi",
      askAgain: "Hỏi lại",
      cancel: "Huỷ",
      found: (n) => `Tìm thấy ${n} mục`,
      shown: (n, all) => `Tìm thấy ${all} mục, hiển thị ${n} mục`,
      organisations: (n) => `${n} đơn vị có câu trả lời`,
      quote: "Xem câu trích",
      newTab: "(mở trong thẻ mới)",
      page: (n) => `trang ${n}`,
      undated: "không ghi ngày",
      years: (n) => `${n} năm trước`,
      unsure: "Chưa chắc chắn: xin đọc câu trích và nguồn trước khi sử dụng.",
      nearest: "Không phải câu trả lời, nhưng gần nhất",
      choose: "Bạn muốn hỏi về đơn vị nào?",
      at: (question, name) => `${question} tại ${name}?`,
      tryAsking: "Thử hỏi",
      copy: "Chép kèm nguồn",
      copied: "Đã chép kèm nguồn",
      copyFailed: "Trình duyệt không cho chép.",
      up: "Trả lời đúng",
      down: "Trả lời chưa đúng",
      comment: "Nhận xét thêm (không bắt buộc)",
      sendComment: "Gửi nhận xét",
      skip: "Bỏ qua",
      thanks: "Đã ghi nhận, cảm ơn bạn.",
      feedbackFailed: "Chưa gửi được đánh giá, xin thử lại.",
      retry: "Thử lại",
      stopped: "Đã dừng.",
      cleared: "Đã xoá hội thoại.",
      clearedHere: "Đã xoá trên máy này. Máy chủ chưa trả lời; bản trên máy chủ sẽ tự hết hạn.",
      freshStarted: "Đã bắt đầu hội thoại mới.",
      idle: "Hội thoại đã được xoá vì lâu không dùng.",
      lost: "Hội thoại trước đã hết hạn, câu này bắt đầu hội thoại mới.",
      notRestored: "Chưa tải lại được hội thoại trước.",
      tooLong: (n) => `Câu hỏi dài ${n} ký tự, tối đa ${QUESTION_MAX_CHARS}.`,
      answer: "Trả lời",
      source: "Nguồn",
      also: "Cũng ở:",
      requestId: "Mã yêu cầu",
      network: "Không kết nối được với máy chủ. Xin kiểm tra mạng rồi thử lại.",
      timeout: "Máy chủ trả lời quá lâu. Xin thử lại.",
      forbidden: "Trang này chưa được phép dùng hỏi đáp. Xin báo người quản trị trang.",
      invalid: "Máy chủ không nhận câu hỏi này.",
      busy: (n) => `Nhiều câu hỏi quá. Xin chờ ${n ? `${n} giây` : "một lát"}.`,
      unready: "Kho bài viết đang được chuẩn bị. Xin thử lại sau ít phút.",
      broken: "Máy chủ gặp lỗi. Xin thử lại.",
    },
    en: {
      title: "Answers with sources",
      launch: "Ask",
      welcome: "What would you like to know?",
      promise: "Answers are quoted word for word from internal articles, with their source.",
      footnote: "Quoted word for word from the articles; nothing is made up.",
      label: "Your question",
      placeholder: "Ask in Vietnamese or English",
      send: "Send question",
      stop: "Stop",
      fresh: "New conversation",
      clear: "Clear",
      clearTitle: "Delete this conversation from the server and from this browser",
      close: "Close",
      log: "Conversation",
      asked: "You asked",
      searching: "Searching the articles…",
      reading: "Reading the nearest passages…",
      understood: "Understood as:",
      edit: "Edit the question as understood",
      editLabel: "Edit the question",
      askAgain: "Ask again",
      cancel: "Cancel",
      found: (n) => `${n} found`,
      shown: (n, all) => `${all} found, ${n} shown`,
      organisations: (n) => `${n} organisations have an answer`,
      quote: "Show the quotation",
      newTab: "(opens in a new tab)",
      page: (n) => `page ${n}`,
      undated: "undated",
      years: (n) => `${n} years ago`,
      unsure: "Not certain: please read the quotation and its source before you use this.",
      nearest: "Not an answer, but the nearest",
      choose: "Which organisation do you mean?",
      at: (question, name) => `${question} at ${name}?`,
      tryAsking: "Try asking",
      copy: "Copy with source",
      copied: "Copied with source",
      copyFailed: "The browser did not allow copying.",
      up: "Right answer",
      down: "Not right",
      comment: "Anything to add? (optional)",
      sendComment: "Send comment",
      skip: "Skip",
      thanks: "Noted, thank you.",
      feedbackFailed: "The rating could not be sent, please try again.",
      retry: "Try again",
      stopped: "Stopped.",
      cleared: "Conversation deleted.",
      clearedHere: "Deleted here. The server did not reply; its copy will expire by itself.",
      freshStarted: "New conversation started.",
      idle: "The conversation was deleted because it was not used for a while.",
      lost: "The earlier conversation had expired; this question starts a new one.",
      notRestored: "The earlier conversation could not be loaded.",
      tooLong: (n) => `The question has ${n} characters; at most ${QUESTION_MAX_CHARS} are taken.`,
      answer: "Answer",
      source: "Source",
      also: "Also in:",
      requestId: "Request id",
      network: "The server cannot be reached. Please check the network and try again.",
      timeout: "The server took too long. Please try again.",
      forbidden: "This page may not use the chat yet. Please tell the site's administrator.",
      invalid: "The server did not accept this question.",
      busy: (n) => `Too many questions. Please wait ${n ? `${n} seconds` : "a moment"}.`,
      unready: "The articles are being prepared. Please try again in a few minutes.",
      broken: "Something went wrong on the server. Please try again.",
    },
  };

  // ---------------------------------------------------------------------------------- elements

  const SVG = "http://www.w3.org/2000/svg";
  const ICONS = {
    quote: "M9.5 6.5C6.9 7.6 5.2 9.9 5.2 12.9v4.6h5.2v-5.1H7.9c.1-1.7.9-2.9 2.5-3.7zm8.4 "
      + "0c-2.6 1.1-4.3 3.4-4.3 6.4v4.6h5.2v-5.1h-2.5c.1-1.7.9-2.9 2.5-3.7z",
    send: "M12 19V5M6 11l6-6 6 6",
    stop: "M7.5 7.5h9v9h-9z",
    plus: "M12 5.5v13M5.5 12h13",
    trash: "M5 7h14M10 7V5h4v2M7 7l.8 12h8.4L17 7M10.5 10.5v5M13.5 10.5v5",
    close: "M6.5 6.5l11 11M17.5 6.5l-11 11",
    pencil: "M5 19l.8-3.6L15.6 5.6a1.7 1.7 0 0 1 2.4 0l.4.4a1.7 1.7 0 0 1 0 2.4L8.6 18.2z",
    article: "M7 4.5h7l3.5 3.5v11.5H7zM14 4.5V8h3.5M9.5 12h5M9.5 15.5h5",
    copy: "M9 9h9.5v10.5H9zM6 15.5H5.5V4.5H15V6",
    up: "M8 11v8.5M8 11l3.4-6.6c1.3 0 2.2 1 2.2 2.3V10h4.2c1.2 0 2 1.1 1.7 2.2l-1.6 5.7c-.2.9"
      + "-1 1.6-2 1.6H8M8 11H4.8v8.5H8",
    down: "M8 13V4.5M8 13l3.4 6.6c1.3 0 2.2-1 2.2-2.3V14h4.2c1.2 0 2-1.1 1.7-2.2l-1.6-5.7c-.2"
      + "-.9-1-1.6-2-1.6H8M8 13H4.8V4.5H8",
    alert: "M12 8.5v4.5M12 16v.1M12 4l9 15.5H3z",
    go: "M9.5 6.5L15 12l-5.5 5.5",
  };

  /** An element: properties that are functions become listeners, null children are left out. */
  function h(tag, properties, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(properties ?? {})) {
      if (value === null || value === undefined || value === false) continue;
      if (typeof value === "function") element.addEventListener(name, value);
      else element.setAttribute(name, value === true ? "" : value);
    }
    element.append(...children.flat().filter((child) => child !== null && child !== undefined));
    return element;
  }

  function icon(name) {
    const svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    svg.setAttribute("class", `icon icon-${name}`);
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", ICONS[name]);
    svg.append(path);
    return svg;
  }

  const button = (properties, ...children) => h(
    "button", { type: "button", ...properties }, ...children);

  const iconButton = (name, label, click, properties) => button(
    { class: "tool", "aria-label": label, title: label, click, ...properties }, icon(name));

  // ---------------------------------------------------------------------------------- words

  const VIETNAMESE = /[ăđơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịĩọỏốồổỗộớờởỡợụủũứừửữựỳỵỷỹ]/i;

  /** The `lang` of a text for screen readers; null means that of its surroundings. */
  const langOf = (text) => (VIETNAMESE.test(text.normalize("NFC")) ? "vi" : null);

  const bare = (text) => text.normalize("NFC").toLowerCase().replace(/[\s\p{P}]+/gu, " ").trim();

  const folded = (text) => bare(text).normalize("NFD").replace(/\p{M}/gu, "").replace(/đ/gu, "d");

  /**
   * The quote as text and <mark> nodes. Offsets are code points into the article; a span that
   * does not equal its slice is left unmarked, since a wrong mark is worse than none.
   */
  function markSpans(citation, spans) {
    const letters = Array.from(citation.quote);
    const slice = (from, to) => letters.slice(from, to).join("");
    const nodes = [];
    let at = 0;
    for (const span of [...spans].sort((a, b) => a.start - b.start)) {
      const from = span.start - citation.start;
      const to = span.end - citation.start;
      if (from < at || to <= from || slice(from, to) !== span.text) continue;
      nodes.push(slice(at, from), h("mark", { part: "mark" }, span.text));
      at = to;
    }
    return [...nodes, slice(at)].filter((node) => node !== "");
  }

  function dateText(iso, t, lang) {
    if (!iso) return t.undated;
    const day = new Date(iso);
    if (Number.isNaN(day.getTime())) return iso;
    const [locale, form] = lang === "vi" ? ["vi-VN", { day: "2-digit", month: "2-digit" }]
      : ["en-GB", { day: "numeric", month: "long" }];
    const written = /^\d{4}-\d\d-\d\d/.test(iso)
      ? day.toLocaleDateString(locale, { ...form, year: "numeric", timeZone: "UTC" }) : iso;
    const years = Math.floor((Date.now() - day.getTime()) / (365.25 * 86_400_000));
    return years >= OLD_AFTER_YEARS ? `${written} (${t.years(years)})` : written;
  }

  /** organisation, title > heading, page, date: the parts of a source line, as strings. */
  function sourceParts(citation, t, lang) {
    const place = [citation.title, citation.heading].filter(Boolean);
    const title = place[0] === place[1] ? place[0] : place.join(" › ");
    return [citation.organisation, title, citation.page ? t.page(citation.page) : null,
      "date" in citation ? dateText(citation.date, t, lang) : null].filter(Boolean);
  }

  /** The address of a citation, or null unless it is http(s) on the server's own origin. */
  function safeUrl(address, lang) {
    if (typeof address !== "string" || !address) return null;
    let url;
    try {
      url = new URL(address, BASE);
    } catch {
      return null;
    }
    if (url.origin !== BASE.origin || !/^https?:$/.test(url.protocol)) return null;
    if (lang !== "vi") url.searchParams.set("lang", lang);
    if (!url.hash && url.searchParams.has("start")) url.hash = "cited";
    return url.href;
  }

  async function copyText(text, shelf) {
    try {
      return await navigator.clipboard.writeText(text);
    } catch {
      // Absent on plain http, which many intranets still are, or refused by the page's policy.
    }
    const area = h("textarea", { class: "sr", "aria-hidden": "true", tabindex: "-1" });
    area.value = text;
    shelf.append(area);
    area.select();
    const copied = document.execCommand("copy");
    area.remove();
    if (!copied) throw new Error("copy refused");
    return undefined;
  }

  // ---------------------------------------------------------------------------------- server

  /** Why a request failed: `kind` names a text, the rest helps to explain it. */
  class Failure extends Error {
    constructor(kind, { detail = "", requestId = "", wait = 0, status = 0 } = {}) {
      super(kind);
      Object.assign(this, { kind, detail, requestId, wait, status });
    }

    static KINDS = { 400: "invalid", 401: "forbidden", 403: "forbidden", 413: "invalid",
      422: "invalid", 429: "busy", 503: "unready" };

    static fromProblem(problem, status, headers) {
      return new Failure(Failure.KINDS[status] ?? "broken", {
        status,
        detail: [400, 413, 422].includes(status) ? String(problem.detail ?? "") : "",
        requestId: String(problem.request_id ?? headers?.get("X-Request-Id") ?? ""),
        wait: Number(headers?.get("Retry-After")) || 0,
      });
    }
  }

  /** Server-sent events of a fetch body, as {event, data}; comments only keep it alive. */
  async function* readEvents(body, alive) {
    const reader = body.getReader();
    const decoder = new TextDecoder();
    let rest = "";
    let event = "message";
    let data = [];
    try {
      for (;;) {
        const { done, value } = await reader.read();
        alive();
        rest += done ? decoder.decode() : decoder.decode(value, { stream: true });
        const lines = rest.split(/\r\n|\n|\r(?!$)/); // a final CR may be the first half of CRLF
        rest = lines.pop();
        for (const line of lines) {
          const [, field, text] = /^([^:]*):? ?([\s\S]*)$/.exec(line);
          if (line === "") {
            if (data.length) yield { event, data: data.join("\n") };
            event = "message";
            data = [];
          } else if (field === "event") event = text;
          else if (field === "data") data.push(text);
        }
        if (done) return;
      }
    } finally {
      reader.cancel().catch(() => {}); // a browser has few connections for each server
    }
  }

  /** The promise, or the abort of the signal, whichever comes first. */
  function orAborted(promise, signal) {
    if (!signal) return promise;
    return Promise.race([promise, new Promise((_, reject) => {
      signal.throwIfAborted();
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    })]);
  }

  /** Refuses what is not an answer at all, before it is drawn. */
  function checked(answer) {
    if (typeof answer?.status !== "string") throw new Failure("broken");
    return answer;
  }

  const server = {
    pass: null, // promise of {token, until}, or of null where the server wants no token

    token(fresh) {
      const get = async () => {
        const response = await this.send("v1/widget/token", {});
        if (response.status === 204) return null;
        if (!response.ok) throw await this.failure(response);
        const { token, expires_in: seconds } = await response.json();
        return { token, until: Date.now() + seconds * 900 };
      };
      const renew = () => {
        this.pass = get();
        this.pass.catch(() => { this.pass = null; });
        return this.pass;
      };
      if (fresh || !this.pass) return renew();
      return this.pass.then((pass) => (pass && pass.until < Date.now() ? renew() : pass));
    },

    async send(path, options) {
      const { method = "GET", json, accept = "application/json", pass, signal } = options;
      const headers = { Accept: accept };
      if (json) headers["Content-Type"] = "application/json";
      if (pass) headers.Authorization = `Bearer ${pass.token}`;
      try {
        return await fetch(new URL(path, BASE), { method, headers, signal, credentials: "omit",
          body: json && JSON.stringify(json), cache: "no-store", keepalive: options.keepalive });
      } catch (error) {
        throw error.name === "AbortError" ? error : new Failure("network");
      }
    },

    async failure(response) {
      const problem = await response.json().catch(() => ({}));
      return Failure.fromProblem(problem ?? {}, response.status, response.headers);
    },

    /** A response with status 2xx; a refused token is renewed once. */
    async request(path, options = {}) {
      const pass = await orAborted(this.token(), options.signal);
      let response = await this.send(path, { ...options, pass });
      if (response.status === 401) {
        response = await this.send(path, { ...options, pass: await this.token(true) });
      }
      if (!response.ok) throw await this.failure(response);
      return response;
    },

    /** Asks, calling back with stages and the answer; aborts after a silence. */
    async chat(json, { controller, onStage, onAnswer }) {
      let timer;
      const alive = () => {
        clearTimeout(timer);
        timer = setTimeout(() => controller.abort(new Failure("timeout")), SILENCE_MAX_MS);
      };
      alive();
      try {
        const response = await this.request("v1/chat",
          { method: "POST", json, accept: "text/event-stream", signal: controller.signal });
        if (!/^text\/event-stream/.test(response.headers.get("Content-Type") ?? "")) {
          onAnswer(checked(await response.json()));
          return;
        }
        let answered = false;
        for await (const { event, data } of readEvents(response.body, alive)) {
          const value = JSON.parse(data || "null");
          if (event === "status") onStage(value?.status);
          if (event === "error") throw Failure.fromProblem(value ?? {}, value?.status);
          if (event === "answer") onAnswer(checked(value));
          answered ||= event === "answer";
          if (event === "done") break;
        }
        if (!answered) throw new Failure("network");
      } catch (error) {
        if (controller.signal.aborted) throw controller.signal.reason;
        if (error instanceof Failure) throw error;
        throw new Failure(error instanceof SyntaxError ? "broken" : "network");
      } finally {
        clearTimeout(timer);
      }
    },
  };

  /** What this tab remembers: the conversation's id and when it was last used. */
  const memory = {
    key: `coop-chat:${BASE.href}`,
    read() {
      try {
        const { id, seen } = JSON.parse(sessionStorage.getItem(this.key)) ?? {};
        return typeof id === "string" ? { id, seen: Number(seen) || 0 } : null;
      } catch {
        return null;
      }
    },
    write(id) {
      try {
        if (id) sessionStorage.setItem(this.key, JSON.stringify({ id, seen: Date.now() }));
        else sessionStorage.removeItem(this.key);
      } catch {
        // A sandboxed page has no storage; the conversation then lives as long as the page.
      }
    },
  };

  // ---------------------------------------------------------------------------------- answers

  function sourceLine(citation, { t, lang }, label = "") {
    const parts = sourceParts(citation, t, lang);
    const words = h("span", { class: "source-text" }, label, parts.flatMap((part, i) => [
      i ? h("span", { class: "dot", "aria-hidden": "true" }, " · ") : null,
      h("bdi", { lang: langOf(part) }, part)]));
    const href = safeUrl(citation.url, lang);
    if (!href) return h("p", { class: "source", part: "source" }, icon("article"), words);
    return h("a", { class: "source", part: "source", href, target: "_blank", rel: "noopener" },
      icon("article"), words, h("span", { class: "sr" }, ` ${t.newTab}`));
  }

  /** The source of a citation and behind it the other articles that say the same of the same. */
  function sourceLines(citation, context) {
    const key = ({ organisation, quote }) => `${folded(organisation ?? "")} | ${bare(quote)}`;
    const same = context.further.filter((other) => key(other) === key(citation));
    return [sourceLine(citation, context),
      ...same.map((other) => sourceLine(other, context, `${context.t.also} `))];
  }

  const quotation = (citation, spans) => h("blockquote",
    { class: "quote", part: "quote", lang: langOf(citation.quote) }, markSpans(citation, spans));

  function single(span, citation, context) {
    const long = Array.from(span.text).length > 140;
    const whole = span.text === citation?.quote; // the quote need not be shown again
    const words = h(whole ? "blockquote" : "p",
      { class: long ? "answer long" : "answer", part: "answer", lang: langOf(span.text) },
      span.text);
    if (!citation) return [words];
    return [words, whole ? null : quotation(citation, [span]),
      ...sourceLines(citation, context)];
  }

  function list(spans, citations, context) {
    const item = (span) => {
      const citation = citations.get(span.citation);
      return h("li", null,
        h("p", { class: "item", part: "answer", lang: langOf(span.text) }, span.text),
        citation ? sourceLines(citation, context) : null,
        citation && citation.quote !== span.text ? h("details", null,
          h("summary", null, icon("go"), context.t.quote), quotation(citation, [span])) : null);
    };
    return h("ol", { class: "items" }, spans.map(item));
  }

  /** The citations that no span names: copies of what others quote. */
  function furtherOf(answer) {
    const named = new Set((answer.spans ?? []).map((span) => span.citation));
    return (answer.citations ?? []).filter((citation) => !named.has(citation.number));
  }

  const byNumber = (answer) => new Map(
    (answer.citations ?? []).map((citation) => [citation.number, citation]));

  /** One block for each organisation, labelled where there are several. */
  function answered(answer, context) {
    const { t } = context;
    const spans = answer.spans ?? [];
    if (!spans.length) return [h("p", { class: "answer", part: "answer" }, answer.answer)];
    const citations = byNumber(answer);
    const groups = new Map();
    for (const span of spans) {
      const name = citations.get(span.citation)?.organisation ?? "";
      groups.set(name, [...(groups.get(name) ?? []), span]);
    }
    const block = (own) => (own.length === 1
      ? single(own[0], citations.get(own[0].citation), context) : [list(own, citations, context)]);
    if (groups.size > 1) {
      return [h("p", { class: "count" }, t.organisations(groups.size)),
        ...[...groups].map(([name, own]) => h("section", { class: "organisation" },
          h(context.part, { lang: langOf(name) }, h("bdi", null, name)), block(own)))];
    }
    const count = spans.length < answer.found
      ? t.shown(spans.length, answer.found) : t.found(spans.length);
    return [spans.length > 1 ? h("p", { class: "count" }, count) : null, ...block(spans)];
  }

  function nearest(answer, context) {
    if (!answer.suggestions?.length) return null;
    return h("section", { class: "nearest" },
      h(context.part, null, context.t.nearest),
      h("ul", null, answer.suggestions.map((near) => h("li", null,
        h("p", { lang: langOf(near.quote) }, near.quote), sourceLine(near, context)))));
  }

  function choices(answer, context, ask) {
    const names = new Set(answer.suggestions.map((choice) => choice.organisation).filter(Boolean));
    const question = answer.question.replace(/[\s?？.]+$/u, "");
    return h("div", { class: "choices", role: "group", "aria-label": context.t.choose },
      [...names].map((name) => button(
        { class: "choice", click: () => ask(context.t.at(question, name)) },
        h("bdi", null, name), icon("go"))));
  }

  /** The answer in words: for copying (with addresses) and for screen readers (without). */
  function spoken(answer, { t, lang }, links) {
    if (answer.status === "clarify") {
      return [answer.message, ...answer.suggestions.map((choice) => choice.organisation)].join(" ");
    }
    if (answer.status !== "answered") return answer.message ?? "";
    const sources = (answer.citations ?? []).map((citation) => {
      const line = sourceParts(citation, t, lang).join(" · ");
      const address = safeUrl(citation.url, lang) ?? "";
      return links ? `“${citation.quote}”\n— ${line}\n${address}`.trim() : line;
    });
    const citations = byNumber(answer);
    const name = (span) => citations.get(span.citation)?.organisation;
    const several = new Set((answer.spans ?? []).map(name)).size > 1;
    const found = (answer.spans ?? []).map((span) => (
      several ? `${name(span)}: ${span.text}` : span.text));
    if (links) return [found.join("\n"), ...sources].join("\n\n");
    const unsure = answer.confidence < LOW_CONFIDENCE ? `${t.unsure} ` : "";
    const once = [...new Set(sources)].join("; ");
    return `${unsure}${t.answer}: ${found.join("; ")}. ${t.source}: ${once}.`;
  }

  // ---------------------------------------------------------------------------------- style

  const DARK = `
    color-scheme: dark;
    --_bg: var(--coop-background, #111817); --_surface: var(--coop-surface, #1a2422);
    --_text: var(--coop-text, #e9f0ee); --_muted: var(--coop-muted, #a5b5b0);
    --_line: var(--coop-line, #2b3835); --_field: var(--coop-field, #74867f);
    --_accent: var(--coop-accent, #6ad0bc); --_on-accent: var(--coop-on-accent, #05231d);
    --_soft: var(--coop-soft, #1c322d);
    --_mark: var(--coop-mark, #6a5412); --_mark-text: var(--coop-mark-text, #fff7df);
    --_warn: #f3d590; --_warn-soft: #2e2714; --_bad: #ffb9ae; --_bad-soft: #351d1a;`;

  const STYLE = `
  :host {
    color-scheme: light;
    --_bg: var(--coop-background, #ffffff); --_surface: var(--coop-surface, #f5f8f7);
    --_text: var(--coop-text, #14211e); --_muted: var(--coop-muted, #53615d);
    --_line: var(--coop-line, #dfe7e4); --_field: var(--coop-field, #7c8a86);
    --_accent: var(--coop-accent, #0a6b5d); --_on-accent: var(--coop-on-accent, #ffffff);
    --_soft: var(--coop-soft, #e6f2ef);
    --_mark: var(--coop-mark, #ffe79a); --_mark-text: var(--coop-mark-text, #14211e);
    --_warn: #694700; --_warn-soft: #fdf4df; --_bad: #8c2015; --_bad-soft: #fdefec;
    --_radius: var(--coop-radius, 16px);
    --_font: var(--coop-font, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Helvetica Neue",
      "Liberation Sans", Arial, system-ui, sans-serif);
    display: block;
    height: var(--coop-height, 640px);
    font: 400 max(16px, var(--coop-font-size, 1rem))/1.65 var(--_font);
    letter-spacing: normal; word-spacing: normal; text-align: start; text-transform: none;
    text-indent: 0; white-space: normal; font-variant: normal;
    color: var(--_text);
  }
  @media (prefers-color-scheme: dark) { :host(:not([theme="light"])) { ${DARK} } }
  :host([theme="dark"]) { ${DARK} }
  :host([hidden]), [hidden] { display: none !important; }
  :host([mode="page"]) { height: 100vh; height: 100dvh; --_radius: 0px; }
  :host([mode="floating"]) { display: contents; }

  * { box-sizing: border-box; margin: 0; }
  h1, h2, h3, h4, button, textarea { font: inherit; color: inherit; letter-spacing: inherit; }
  ul, ol { padding: 0; list-style: none; }
  a { color: var(--_accent); text-underline-offset: .2em; text-decoration-thickness: 1px; }
  bdi { unicode-bidi: isolate; }
  :focus-visible { outline: 2px solid var(--_accent); outline-offset: 2px; }
  button { background: none; border: 1px solid transparent; cursor: pointer; }
  textarea { resize: none; }
  .sr { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);
    white-space: nowrap; border: 0; padding: 0; }
  .icon { width: 1.375em; height: 1.375em; flex: none; fill: none; stroke: currentColor;
    stroke-width: 1.6; stroke-linecap: round; stroke-linejoin: round; }
  .icon-quote, .icon-stop { fill: currentColor; stroke: none; }

  .panel {
    position: relative; display: flex; flex-direction: column; height: 100%; width: 100%;
    min-height: 0; overflow: hidden; padding: 0; color: var(--_text); background: var(--_bg);
    border: 1px solid var(--_line); border-radius: var(--_radius);
    container: panel / inline-size; overflow-wrap: anywhere;
  }
  :host([mode="page"]) .panel { border: 0; }

  /* header */
  .header { display: flex; align-items: center; gap: 10px; padding: 10px 16px;
    border-bottom: 1px solid var(--_line); flex: none; flex-wrap: wrap; }
  .badge { display: grid; place-items: center; width: 32px; height: 32px; flex: none;
    border-radius: 9px; background: var(--_accent); color: var(--_on-accent); }
  .badge .icon { width: 20px; height: 20px; }
  .title { font-weight: 650; line-height: 1.6; flex: 1 1 96px; min-width: 0; }
  .conversation-tools { display: flex; gap: 2px; }
  .bar, .tool { display: inline-flex; align-items: center; justify-content: center; gap: 6px;
    min-height: 36px; min-width: 36px; padding: 0 10px; border-radius: 10px;
    color: var(--_muted); font-size: .875em; font-weight: 500; line-height: 1.6;
    transition: background-color .15s, color .15s; }
  .tool { padding: 0; }
  .bar:hover, .tool:hover { background: var(--_surface); color: var(--_text); }
  ::slotted(a) { display: inline-flex; align-items: center; min-height: 36px; padding: 0 10px;
    border-radius: 10px; color: var(--_muted); font-size: .875em; font-weight: 500;
    text-decoration: none; }
  ::slotted(a:hover) { background: var(--_surface); color: var(--_text); }
  ::slotted(a:focus-visible) { outline: 2px solid var(--_accent); outline-offset: 2px; }

  /* log */
  .log { position: relative; flex: 1 1 0; min-height: 0; padding: 24px 20px; overflow-y: auto;
    overscroll-behavior: contain;
    scrollbar-color: var(--_line) transparent; scrollbar-width: thin; }
  .log:focus-visible { outline-offset: -3px; }
  .log > * { max-width: 704px; margin-inline: auto; }
  .welcome { padding-block: clamp(8px, 6cqi, 72px) 16px; }
  .hello { font-size: clamp(1.5em, 1.1em + 2cqi, 2.125em); font-weight: 680; line-height: 1.6;
    letter-spacing: -.015em; }
  .promise { color: var(--_muted); max-width: 544px; margin-top: 4px; text-wrap: balance; }
  .starters { display: grid; gap: 8px; margin-top: 28px; }
  .choice { display: flex; align-items: center; justify-content: space-between; gap: 12px;
    width: 100%; min-height: 46px; padding: 8px 14px 8px 16px; text-align: start; line-height: 1.6;
    border: 1px solid var(--_line); border-radius: 12px; background: var(--_bg);
    transition: background-color .15s, border-color .15s; }
  .choice .icon { width: 1.125em; height: 1.125em; color: var(--_muted);
    transition: transform .15s, color .15s; }
  .choice:hover { background: var(--_surface); border-color: var(--_accent); }
  .choice:hover .icon { transform: translateX(2px); color: var(--_accent); }
  .notice, .note { padding: 10px 16px; border-radius: 12px; background: var(--_surface);
    color: var(--_muted); font-size: .9375em; }
  .notice { display: flex; flex-wrap: wrap; gap: 4px 16px; align-items: center;
    margin-bottom: 16px; }
  .note { margin-bottom: 12px; }

  /* one turn */
  .turn { padding-bottom: 36px; }
  .turn:last-child { min-height: 100%; padding-bottom: 0; }
  .question { width: fit-content; max-width: 86%; margin-inline-start: auto; padding: 8px 16px;
    border-radius: 18px 18px 5px 18px; background: var(--_soft); font-weight: 400;
    white-space: pre-wrap; unicode-bidi: isolate; outline: none; }
  .understood { display: flex; align-items: center; justify-content: flex-end; gap: 4px;
    margin-top: 4px; color: var(--_muted); font-size: .875em; text-align: end; }
  .understood bdi { color: var(--_text); }
  .understood .icon { width: 18px; height: 18px; }
  .reply { margin-top: 20px; }
  .reply > * + * { margin-top: 14px; }
  .answer { font-size: 1.4375em; font-weight: 620; line-height: 1.6; letter-spacing: -.008em;
    white-space: pre-wrap; unicode-bidi: isolate; }
  .answer.long { font-size: 1.125em; font-weight: 500; line-height: 1.7; letter-spacing: 0; }
  .quote { padding-inline-start: 16px; border-inline-start: 3px solid var(--_line);
    line-height: 1.75; white-space: pre-wrap; unicode-bidi: isolate; }
  mark { background: var(--_mark); color: var(--_mark-text); padding: .08em .14em; margin: 0 -.06em;
    border-radius: 4px; unicode-bidi: isolate; -webkit-box-decoration-break: clone;
    box-decoration-break: clone; }
  .source { display: flex; width: fit-content; max-width: 100%; align-items: flex-start; gap: 6px;
    font-size: .875em; line-height: 1.65; color: var(--_muted); }
  a.source { color: var(--_accent); padding-block: 4px; text-decoration: none; border-radius: 6px; }
  a.source .source-text { text-decoration: underline 1px; text-underline-offset: .25em;
    text-decoration-color: color-mix(in srgb, currentColor 40%, transparent); }
  a.source:hover .source-text { text-decoration-color: currentColor; }
  .source .icon { width: 1.2em; height: 1.2em; margin-top: .22em; }
  .count { color: var(--_muted); font-size: .875em; font-weight: 550; }
  .items { counter-reset: item; display: grid; gap: 18px; }
  .items > li { counter-increment: item; position: relative; padding-inline-start: 40px; }
  .items > li::before { content: counter(item); position: absolute; inset-inline-start: 0;
    top: .1em; display: grid; place-items: center; min-width: 28px; height: 28px;
    border-radius: 9px;
    background: var(--_soft); font-size: .8125em; font-weight: 600;
    font-variant-numeric: tabular-nums; }
  .item { font-size: 1.0625em; font-weight: 600; white-space: pre-wrap; unicode-bidi: isolate; }
  details { font-size: .9375em; }
  summary { display: flex; align-items: center; gap: 6px; width: fit-content; padding-block: 2px;
    color: var(--_muted); font-size: .9333em; cursor: pointer; border-radius: 6px;
    list-style: none; }
  summary::-webkit-details-marker { display: none; }
  summary .icon { width: 1.2em; height: 1.2em; transition: transform .15s; }
  [open] > summary .icon { transform: rotate(90deg); }
  summary:hover { color: var(--_text); }
  details .quote { margin-top: 6px; }
  .organisation { padding: 16px 18px; border: 1px solid var(--_line); border-radius: 14px; }
  .organisation > * + * { margin-top: 10px; }
  .organisation h4, .organisation h3 { font-size: .875em; font-weight: 650; color: var(--_accent); }
  .organisation .answer { font-size: 1.25em; }
  .organisation .answer.long { font-size: 1.0625em; }
  .message { font-size: 1.125em; font-weight: 550; }
  .unsure { display: flex; gap: 8px; padding: 8px 14px; border-radius: 12px; font-size: .9375em;
    background: var(--_warn-soft); color: var(--_warn); }
  .unsure .icon { margin-top: .1em; }
  .nearest { padding: 16px 18px; border: 1px dashed var(--_field); border-radius: 14px; }
  .nearest h4, .nearest h3, .again h4, .again h3 { font-size: .875em; font-weight: 600;
    color: var(--_muted); }
  .nearest ul { display: grid; gap: 14px; margin-top: 8px; }
  .nearest li p:first-child { font-size: .9375em; white-space: pre-wrap; unicode-bidi: isolate; }
  .again .starters { margin-top: 8px; }
  .choices { display: grid; gap: 8px; }
  .failed { padding: 12px 16px; border-radius: 12px; color: var(--_bad);
    background: var(--_bad-soft); }
  .failed.calm { background: var(--_surface); color: var(--_muted); }
  .detail { font-size: .875em; }
  .failed .plain { margin-top: 8px; }
  .plain, .solid { min-height: 36px; padding: 4px 14px; border-radius: 10px; font-size: .9375em;
    font-weight: 550; line-height: 1.6; border: 1px solid currentColor; }
  .solid { background: var(--_accent); color: var(--_on-accent); border-color: transparent; }
  .solid:hover { filter: brightness(1.08); }
  .row { display: flex; flex-wrap: wrap; align-items: center; gap: 4px; }
  .actions { margin-inline-start: -10px; }
  .actions .bar, .actions .tool { color: var(--_muted); }
  .actions .icon { width: 20px; height: 20px; }
  .thumb[aria-pressed="true"] { background: var(--_soft); color: var(--_accent); }
  .thumb[aria-pressed="true"] .icon { fill: color-mix(in srgb, currentColor 25%, transparent); }
  .below { margin-inline-start: 10px; }
  .said { color: var(--_muted); font-size: .875em; padding-block: 4px; }
  .bad { color: var(--_bad); }
  .comment, .editor { display: grid; gap: 8px; margin-top: 4px; }
  .comment .row, .editor .row { gap: 8px; }
  .comment textarea, .editor textarea { width: 100%; padding: 8px 12px; border-radius: 10px;
    border: 1px solid var(--_field); background: var(--_bg); line-height: 1.6; }
  .comment textarea:focus-visible, .editor textarea:focus-visible { outline-offset: -1px; }

  /* waiting */
  .waiting { display: flex; align-items: center; gap: 12px; color: var(--_muted); }
  .dots { display: inline-flex; gap: 4.8px; }
  .dots i { width: 7px; height: 7px; border-radius: 50%; background: var(--_accent); }

  /* composer */
  .composer { flex: none; padding: 12px 20px 10px; }
  .composer > * { max-width: 704px; margin-inline: auto; }
  .field { display: flex; align-items: flex-end; gap: 8px; padding: 6px; border-radius: 16px;
    border: 1px solid var(--_field); background: var(--_bg);
    transition: border-color .15s, box-shadow .15s; }
  .field:focus-within { border-color: var(--_accent); box-shadow: 0 0 0 1px var(--_accent); }
  .grow { position: relative; display: grid; flex: 1; min-width: 0; max-height: 152px;
    overflow-y: auto; }
  .grow::after { content: attr(data-copy) " "; visibility: hidden; }
  .grow::after, .grow textarea { grid-area: 1 / 1; width: 100%; padding: 6px 10px; border: 0;
    font: inherit; line-height: 1.65; white-space: pre-wrap; overflow-wrap: anywhere; }
  .grow textarea { background: none; overflow: hidden; outline: none; }
  ::placeholder { color: var(--_muted); opacity: 1; white-space: nowrap; }
  .send { display: grid; place-items: center; width: 40px; height: 40px; flex: none; padding: 0;
    border-radius: 12px; background: var(--_accent); color: var(--_on-accent);
    transition: filter .15s, transform .15s; }
  .send:hover { filter: brightness(1.08); }
  .send:active { transform: scale(.96); }
  .send .icon-stop, .send.busy .icon-send { display: none; }
  .send.busy .icon-stop { display: block; }
  .hint { padding: 6px 4px 0; text-align: center; font-size: .8125em; color: var(--_muted);
    line-height: 1.6; }
  .hint.bad { color: var(--_bad); }

  /* floating */
  .launcher { position: fixed; inset-block-end: var(--coop-offset, 20px);
    inset-inline-end: var(--coop-offset, 20px); z-index: var(--coop-z, 2147483000);
    display: inline-flex; align-items: center; gap: 8px; min-height: 52px; padding: 0 20px 0 16px;
    border-radius: 999px; background: var(--_accent); color: var(--_on-accent);
    font: 600 max(16px, 1rem)/1.6 var(--_font); box-shadow: 0 6px 24px rgb(8 40 34 / .22);
    transition: filter .15s, transform .15s; }
  .launcher:hover { filter: brightness(1.08); transform: translateY(-1px); }
  .launcher:focus-visible { outline-offset: 3px; }
  dialog.panel { position: fixed; inset: auto;
    inset-block-end: calc(var(--coop-offset, 20px) + 68px);
    inset-inline-end: var(--coop-offset, 20px); z-index: var(--coop-z, 2147483000);
    width: min(var(--coop-width, 424px), 100vw - 40px); max-width: none;
    height: min(704px, 100vh - 112px); max-height: none; font: inherit;
    box-shadow: 0 16px 56px rgb(8 40 34 / .22); }
  dialog.panel:not([open]) { display: none; }
  dialog::backdrop { background: none; }

  @container panel (max-width: 544px) {
    .bar-text { position: absolute; width: 1px; height: 1px; overflow: hidden;
      clip-path: inset(50%); }
    .log { padding: 20px 16px; }
    .composer { padding: 8px 12px 8px; }
    .answer { font-size: 1.3125em; }
    .badge { display: none; }
    .header { gap: 0 10px; padding: 8px 12px 8px 16px; }
    .title { flex-basis: 160px; }
    ::slotted(a) { min-height: 32px; padding: 0 10px 0 0; }
  }
  @media (max-width: 36rem), (max-height: 32rem) {
    dialog.panel { inset: 0; width: 100%; height: 100%; border: 0; border-radius: 0; }
    .hint:not(.bad) { display: none; }
  }
  @media (max-height: 32rem) and (max-width: 36rem) {
    .title { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  }
  @media (max-height: 32rem) {
    .header { padding-block: 4px; }
    .log { padding-block: 12px; }
  }
  @media (forced-colors: active) {
    .send, .launcher, .choice, .tool, .bar { border-color: ButtonBorder; }
    .question { border: 1px solid; }
    .dots i { background: CanvasText; }
  }
  @media print { .launcher, .composer, .actions, dialog.panel { display: none; } }
  @media (prefers-reduced-motion: no-preference) {
    .turn, .reply > *, dialog[open] { animation: rise .22s cubic-bezier(.2, .7, .3, 1) both; }
    .dots i { animation: breathe 1.2s ease-in-out infinite; }
    .dots i:nth-child(2) { animation-delay: .15s; }
    .dots i:nth-child(3) { animation-delay: .3s; }
  }
  @media (prefers-reduced-motion: reduce) { *, ::before, ::after { transition: none !important; } }
  @keyframes rise { from { opacity: 0; transform: translateY(6px); } }
  @keyframes breathe { 0%, 60%, 100% { opacity: .3; } 30% { opacity: 1; } }
  `;

  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLE);

  // ---------------------------------------------------------------------------------- component

  class CoopChat extends HTMLElement {
    static observedAttributes = ["lang", "mode", "heading", "placeholder", "suggestions"];

    #turns = []; // {message, standalone, answer | failure | stage, verdict, note, node}
    #id = null;
    #starters = [];
    #controller = null;
    #begun = false;
    #restoring = null;
    #clock = 0;
    #hush = 0;
    #parts = {};

    constructor() {
      super();
      this.attachShadow({ mode: "open" }).adoptedStyleSheets = [sheet];
    }

    connectedCallback() {
      this.#build();
      this.#clock = setInterval(() => this.#expire(), Math.min(15_000, this.#idleMs / 2));
      if (this.#mode !== "floating") this.#begin();
    }

    disconnectedCallback() {
      clearInterval(this.#clock);
      clearTimeout(this.#hush);
      this.#controller?.abort(new Failure("stopped"));
    }

    attributeChangedCallback(name, before, after) {
      if (this.isConnected && this.#parts.panel && before !== after) this.#build();
    }

    get #lang() { return this.getAttribute("lang")?.toLowerCase().startsWith("en") ? "en" : "vi"; }
    get #mode() { return this.getAttribute("mode") ?? "inline"; }
    get #idleMs() { return (Number(this.getAttribute("idle-minutes")) || 30) * 60_000; }
    get #level() { return this.#mode === "page" ? 1 : 2; } // of the title; questions are one below
    get #context() {
      return { t: TEXTS[this.#lang], lang: this.#lang, part: `h${this.#level + 2}` };
    }

    get #floating() { return this.#mode === "floating"; }

    // ---- frame

    #build() {
      const { t, lang } = this.#context;
      const name = this.getAttribute("heading") || t.title;
      const open = this.#parts.panel?.open;
      const draft = this.#parts.input?.value ?? "";
      const log = h("div", { class: "log", part: "log", role: "log", "aria-live": "off",
        "aria-label": t.log, tabindex: "0" });
      const live = h("div", { class: "sr", role: "status", "aria-live": "polite" });
      const panel = h(this.#floating ? "dialog" : "section",
        { class: "panel", part: "panel", lang, "aria-label": name, id: "panel" },
        this.#header(name), log, this.#composer(), live);
      Object.assign(this.#parts, { log, live, panel });
      this.shadowRoot.replaceChildren(panel);
      if (this.#floating) this.shadowRoot.append(this.#launcher(name));
      panel.addEventListener("keydown", (event) => this.#onKey(event));
      panel.addEventListener("input", () => this.#touch());
      panel.addEventListener("close", () => this.#closed());
      this.#setDraft(draft);
      this.#setBusy(this.#controller);
      this.#showAll();
      if (open) this.#open();
    }

    #header(name) {
      const { t } = this.#context;
      const fresh = button({ class: "bar", title: t.fresh, click: () => this.#startAfresh() },
        icon("plus"), h("span", { class: "bar-text" }, t.fresh));
      const clear = button({ class: "bar", title: t.clearTitle, click: () => this.#clear() },
        icon("trash"), h("span", null, t.clear));
      const tools = h("div", { class: "conversation-tools" }, fresh, clear);
      this.#parts.tools = tools;
      return h("header", { class: "header", part: "header" },
        h("span", { class: "badge" }, icon("quote")),
        h(`h${this.#level}`, { class: "title", part: "title" }, name),
        tools, h("slot", { name: "links" }),
        this.#floating ? iconButton("close", t.close, () => this.#parts.panel.close()) : null);
    }

    #launcher(name) {
      const { t, lang } = this.#context;
      this.#parts.launcher = button({ class: "launcher", part: "launcher", lang, title: name,
        "aria-expanded": "false", "aria-haspopup": "dialog", "aria-controls": "panel",
        click: () => (this.#parts.panel.open ? this.#parts.panel.close() : this.#open()) },
      icon("quote"), h("span", null, t.launch));
      return this.#parts.launcher;
    }

    #composer() {
      const { t } = this.#context;
      const input = h("textarea", { id: "question", rows: "1", enterkeyhint: "send",
        autocomplete: "off", "aria-describedby": "hint",
        placeholder: this.getAttribute("placeholder") || t.placeholder });
      const grow = h("div", { class: "grow" }, input);
      const send = h("button", { class: "send", part: "send", type: "submit", "aria-label": t.send,
        title: t.send }, icon("send"), icon("stop"));
      const hint = h("p", { class: "hint", id: "hint" }, t.footnote);
      Object.assign(this.#parts, { input, grow, send, hint });
      input.addEventListener("input", () => this.#measure());
      const submit = (event) => {
        event.preventDefault();
        if (this.#controller) this.#controller.abort(new Failure("stopped"));
        else this.#ask(input.value);
      };
      return h("form", { class: "composer", part: "composer", submit },
        h("label", { class: "sr", for: "question" }, t.label),
        h("div", { class: "field", part: "field" }, grow, send), hint);
    }

    #setDraft(text) {
      this.#parts.input.value = text;
      this.#measure();
    }

    /** Grows the field with its text (a hidden copy, no inline style) and checks the length. */
    #measure() {
      const { input, grow, hint } = this.#parts;
      const { t } = this.#context;
      const length = Array.from(input.value.trim()).length;
      const tooLong = length > QUESTION_MAX_CHARS;
      grow.dataset.copy = input.value;
      hint.textContent = tooLong ? t.tooLong(length) : t.footnote;
      hint.classList.toggle("bad", tooLong);
      input.setAttribute("aria-invalid", String(tooLong));
    }

    #onKey(event) {
      this.#touch();
      if (event.key === "Escape" && this.#floating) {
        event.preventDefault();
        this.#parts.panel.close();
      }
      const composing = event.isComposing || event.keyCode === 229; // an input method is at work
      const plain = !event.shiftKey && !event.ctrlKey && !event.altKey && !event.metaKey;
      if (event.key === "Enter" && plain && !composing && event.target === this.#parts.input) {
        event.preventDefault();
        if (!this.#controller) this.#ask(this.#parts.input.value);
      }
    }

    #open() {
      const { panel, launcher, input } = this.#parts;
      if (matchMedia(NARROW).matches) panel.showModal();
      else panel.show();
      launcher.setAttribute("aria-expanded", "true");
      input.focus();
      this.#begin();
    }

    #closed() {
      this.#parts.launcher.setAttribute("aria-expanded", "false");
      this.#parts.launcher.focus();
    }

    /** Focus goes to the field, but on touch screens its keyboard must not cover the answer. */
    #focusBack(turn) {
      const touch = matchMedia("(pointer: coarse)").matches;
      const question = touch ? turn?.node.querySelector(".question") : null;
      (question ?? this.#parts.input).focus({ preventScroll: true });
    }

    #announce(text) {
      clearTimeout(this.#hush);
      this.#parts.live.textContent = text;
      this.#hush = setTimeout(() => { this.#parts.live.textContent = ""; }, 8000);
    }

    // ---- conversation

    /** First use: starter questions and the tab's earlier conversation. */
    async #begin() {
      if (this.#begun) return;
      this.#begun = true;
      const remembered = memory.read();
      if (remembered && Date.now() - remembered.seen > this.#idleMs) {
        memory.write(null);
        this.#forgetOnServer(remembered.id);
      } else if (remembered) {
        this.#id = remembered.id;
        this.#restoring = this.#restore();
        await this.#restoring;
        this.#restoring = null;
      }
      const own = this.getAttribute("suggestions");
      this.#starters = own ? own.split(/[|\n]/).map((text) => text.trim()).filter(Boolean)
        : await this.#fetchStarters();
      this.#parts.log.querySelector(".welcome")?.replaceWith(this.#welcome());
    }

    async #fetchStarters() {
      try {
        const response = await server.request(`v1/starters?lang=${this.#lang}`);
        const { questions } = await response.json();
        return questions.filter((question) => typeof question === "string").slice(0, 4);
      } catch (error) {
        if (error.kind === "network") {
          console.warn(`coop-chat: ${BASE.origin} does not answer, or ${location.origin} is not `
            + "among its allowed origins.");
        }
        return [];
      }
    }

    async #restore() {
      const { t } = this.#context;
      try {
        const response = await server.request(`v1/chat/${encodeURIComponent(this.#id)}`);
        const { turns } = await response.json();
        this.#turns = turns.slice(-RESTORED_MAX_TURNS)
          .map(({ message, answer }) => ({ message, answer }));
        this.#showAll();
      } catch (error) {
        if (error.status === 404 || error.status === 410) this.#forget();
        else {
          this.#notice(t.notRestored, button({ class: "plain", click: (event) => {
            event.target.closest(".notice").remove();
            this.#focusBack();
            this.#restore();
          } }, t.retry));
        }
      }
    }

    #forget() {
      this.#controller?.abort(new Failure("stopped"));
      this.#id = null;
      this.#turns = [];
      memory.write(null);
    }

    #forgetOnServer(id) {
      const path = `v1/chat/${encodeURIComponent(id)}`;
      return server.request(path, { method: "DELETE", keepalive: true }).then(
        () => true, (error) => error.status === 404);
    }

    #startAfresh() {
      this.#forget();
      this.#showAll();
      this.#announce(this.#context.t.freshStarted);
      this.#focusBack();
    }

    async #clear() {
      const { t } = this.#context;
      const id = this.#id;
      this.#forget();
      this.#setDraft("");
      this.#showAll();
      this.#focusBack();
      const gone = id ? await this.#forgetOnServer(id) : true;
      if (gone) this.#announce(t.cleared);
      else this.#notice(t.clearedHere);
    }

    #touch() {
      if (this.#id) memory.write(this.#id);
    }

    /** Wards share computers: what nobody used for a while is removed, here and on the server. */
    #expire() {
      const remembered = memory.read();
      if (!this.#id || this.#controller || !remembered) return;
      if (Date.now() - remembered.seen <= this.#idleMs) return;
      this.#forgetOnServer(this.#id);
      this.#forget();
      this.#setDraft("");
      this.#showAll();
      this.#notice(this.#context.t.idle);
    }

    async #ask(text, { standalone = false, turn } = {}) {
      const message = text.trim();
      const tooLong = Array.from(message).length > QUESTION_MAX_CHARS;
      // What comes back of an earlier conversation would take the place of this turn.
      if (this.#restoring) await this.#restoring;
      if (!message || tooLong || this.#controller) return;
      const own = turn ?? { message, standalone };
      Object.assign(own, { failure: null, stage: "searching" });
      if (!turn) this.#turns.push(own);
      if (message === this.#parts.input.value.trim()) this.#setDraft("");
      const controller = new AbortController();
      this.#setBusy(controller);
      this.#parts.log.querySelector(".welcome")?.remove();
      this.#show(own);
      this.#reveal(own);
      this.#focusBack(own);
      try {
        await this.#exchange(own, controller);
      } catch (error) {
        if (!own.answer) own.failure = error;
      }
      own.stage = null;
      if (this.#controller === controller) this.#setBusy(null);
      if (own.failure && this.#turns.includes(own)) {
        this.#show(own);
        this.#announce(this.#failureText(own.failure));
      }
    }

    async #exchange(turn, controller) {
      const send = () => server.chat({
        ...(this.#id ? { conversation: this.#id } : {}), message: turn.message, lang: this.#lang,
        ...(turn.standalone ? { standalone: true } : {}) },
      { controller,
        onStage: (stage) => this.#onStage(turn, stage),
        onAnswer: (answer) => this.#onAnswer(turn, answer) });
      try {
        await send();
      } catch (error) {
        if (error.status !== 404 || !this.#id) throw error;
        this.#id = null; // expired on the server meanwhile
        turn.note = this.#context.t.lost;
        await send();
      }
    }

    #onStage(turn, stage) {
      const words = turn.node.querySelector(".stage");
      if (words && (stage === "searching" || stage === "reading")) {
        words.textContent = this.#context.t[stage];
      }
    }

    #onAnswer(turn, answer) {
      if (!this.#turns.includes(turn)) return;
      turn.answer = answer;
      turn.stage = null;
      this.#id = answer.conversation ?? this.#id;
      this.#touch();
      this.#show(turn);
      this.#setBusy(null);
      this.#announce(spoken(answer, this.#context, false));
    }

    #setBusy(controller) {
      const { t } = this.#context;
      this.#controller = controller;
      const { send } = this.#parts;
      send.classList.toggle("busy", Boolean(controller));
      send.setAttribute("aria-label", controller ? t.stop : t.send);
      send.title = controller ? t.stop : t.send;
    }

    // ---- drawing

    #showAll() {
      const { log, tools } = this.#parts;
      log.replaceChildren();
      tools.hidden = !this.#turns.length;
      if (!this.#turns.length) log.append(this.#welcome());
      for (const turn of this.#turns) {
        turn.node = null;
        this.#show(turn);
      }
      const last = this.#turns.at(-1);
      if (last) this.#reveal(last, "instant");
    }

    #welcome() {
      const { t } = this.#context;
      return h("div", { class: "welcome" },
        h("p", { class: "hello" }, t.welcome), h("p", { class: "promise" }, t.promise),
        this.#starterButtons());
    }

    #starterButtons() {
      if (!this.#starters.length) return null;
      return h("ul", { class: "starters" }, this.#starters.map((question) => h("li", null,
        button({ class: "choice", part: "starter", click: () => this.#ask(question) },
          h("bdi", { lang: langOf(question) }, question), icon("go")))));
    }

    #notice(text, ...children) {
      const { log } = this.#parts;
      log.querySelector(".notice")?.remove();
      log.prepend(h("div", { class: "notice" }, h("p", null, text), ...children));
      this.#announce(text);
    }

    #reveal(turn, behavior) {
      const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
      this.#parts.log.scrollTo({ top: turn.node.offsetTop - 20,
        behavior: behavior ?? (still ? "instant" : "smooth") });
    }

    #show(turn) {
      const { t } = this.#context;
      const node = h("article", { class: "turn", part: "turn" },
        turn.note ? h("p", { class: "note" }, turn.note) : null,
        h(`h${this.#level + 1}`, { class: "question", part: "question", tabindex: "-1",
          lang: langOf(turn.message) },
          h("span", { class: "sr" }, `${t.asked}: `), turn.message),
        turn.answer ? this.#understood(turn) : null,
        h("div", { class: "reply", part: "reply" }, this.#reply(turn)));
      const focused = turn.node?.contains(this.shadowRoot.activeElement);
      if (turn.node) turn.node.replaceWith(node);
      else this.#parts.log.append(node);
      turn.node = node;
      if (focused) this.#focusBack(turn);
      this.#parts.tools.hidden = false;
    }

    #reply(turn) {
      if (turn.failure) return [this.#failed(turn)];
      if (turn.answer) return this.#answer(turn);
      return [h("p", { class: "waiting" }, h("span", { class: "dots", "aria-hidden": "true" },
        h("i"), h("i"), h("i")), h("span", { class: "stage" }, this.#context.t.searching))];
    }

    #answer(turn) {
      const { answer } = turn;
      const context = this.#context;
      const { t } = context;
      const message = answer.message ? h("p", { class: "message" }, answer.message) : null;
      if (answer.status === "small_talk") return [message];
      if (answer.status === "clarify") {
        return [message, choices(answer, context, (text) => this.#ask(text, { standalone: true }))];
      }
      if (answer.status !== "answered") {
        const starters = this.#starterButtons();
        return [message, nearest(answer, context),
          starters && h("section", { class: "again" },
            h(context.part, null, t.tryAsking), starters),
          this.#actions(turn)];
      }
      const unsure = answer.confidence < LOW_CONFIDENCE
        ? h("p", { class: "unsure" }, icon("alert"), h("span", null, t.unsure)) : null;
      return [message, unsure, ...answered(answer, { ...context, further: furtherOf(answer) }),
        this.#actions(turn)];
    }

    #failureText(failure) {
      const text = this.#context.t[failure.kind] ?? this.#context.t.broken;
      return typeof text === "function" ? text(failure.wait) : text;
    }

    #failed(turn) {
      const { t } = this.#context;
      const { failure } = turn;
      const detail = (text) => (text ? h("p", { class: "detail" }, text) : null);
      const retry = () => this.#ask(turn.message, { standalone: turn.standalone, turn });
      return h("div", { class: failure.kind === "stopped" ? "failed calm" : "failed" },
        h("p", null, this.#failureText(failure)),
        detail(failure.detail),
        detail(failure.requestId && `${t.requestId}: ${failure.requestId}`),
        button({ class: "plain", click: retry }, t.retry));
    }

    /** The standalone question, where it is not simply what was typed, with a way to correct it. */
    #understood(turn) {
      const { t } = this.#context;
      const { question } = turn.answer;
      if (!question || bare(question) === bare(turn.message)) return null;
      const line = h("p", { class: "understood", part: "understood" },
        h("span", null, `${t.understood} `, h("bdi", { lang: langOf(question) }, question)));
      const edit = () => line.replaceWith(this.#editor(question, line));
      line.append(iconButton("pencil", t.edit, edit));
      return line;
    }

    #editor(question, line) {
      const { t } = this.#context;
      const field = h("textarea", { rows: "2", "aria-label": t.editLabel });
      field.value = question;
      const close = (form) => {
        form.replaceWith(line);
        line.querySelector("button").focus();
      };
      const form = h("form", { class: "editor", submit: (event) => {
        event.preventDefault();
        const edited = field.value.trim();
        if (!edited || this.#controller) return;
        form.replaceWith(line);
        this.#ask(edited, { standalone: true });
      }, keydown: (event) => {
        if (event.key === "Escape") {
          event.stopPropagation();
          event.preventDefault();
          close(form);
        }
        if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
          event.preventDefault();
          form.requestSubmit();
        }
      } }, field, h("div", { class: "row" },
        h("button", { class: "solid", type: "submit" }, t.askAgain),
        button({ class: "plain", click: () => close(form) }, t.cancel)));
      setTimeout(() => field.focus());
      return form;
    }

    // ---- copy and feedback

    #actions(turn) {
      const { t } = this.#context;
      const { answer } = turn;
      const below = h("div", { class: "below" });
      const label = h("span", null, t.copy);
      const copy = button({ class: "bar", part: "copy", click: async () => {
        const words = spoken(answer, this.#context, true);
        label.textContent = await copyText(words, below).then(() => t.copied, () => t.copyFailed);
        this.#announce(label.textContent);
        copy.focus();
        setTimeout(() => { label.textContent = t.copy; }, 4000);
      } }, icon("copy"), label);
      const thumbs = ["up", "down"].map((verdict) => iconButton(verdict, t[verdict],
        () => this.#judge(turn, verdict, thumbs, below),
        { class: `tool thumb thumb-${verdict}`,
          "aria-pressed": String(turn.verdict === verdict) }));
      return h("div", { class: "actions", part: "actions" },
        h("div", { class: "row" }, answer.status === "answered" ? copy : null, ...thumbs), below);
    }

    #sendVerdict(turn, comment) {
      const { answer, verdict } = turn;
      return server.request("v1/feedback", { method: "POST", json: {
        conversation: answer.conversation ?? this.#id, turn: answer.turn,
        question: answer.question, answer: answer.answer, snapshot: answer.snapshot, verdict,
        ...(comment ? { comment } : {}) } });
    }

    /** The verdict is sent at once, a comment after it; the server keeps the last of a turn. */
    async #judge(turn, verdict, thumbs, below) {
      const { t } = this.#context;
      const mark = () => thumbs.forEach((thumb) => thumb.setAttribute("aria-pressed",
        String(thumb.classList.contains(`thumb-${turn.verdict}`))));
      const before = turn.verdict;
      turn.verdict = verdict;
      mark();
      try {
        await this.#sendVerdict(turn);
      } catch {
        turn.verdict = before;
        mark();
        below.replaceChildren(h("p", { class: "said bad" }, t.feedbackFailed));
        this.#announce(t.feedbackFailed);
        return;
      }
      this.#announce(t.thanks);
      below.replaceChildren(this.#commentForm(turn, below, thumbs));
      below.scrollIntoView({ block: "nearest" });
    }

    #commentForm(turn, below, thumbs) {
      const { t } = this.#context;
      const field = h("textarea", { rows: "2", maxlength: "2000", "aria-label": t.comment,
        placeholder: t.comment });
      const finish = (text, bad) => {
        below.replaceChildren(h("p", { class: bad ? "said bad" : "said" }, text));
        this.#announce(text);
        thumbs.find((thumb) => thumb.classList.contains(`thumb-${turn.verdict}`)).focus();
      };
      const submit = async (event) => {
        event.preventDefault();
        const comment = field.value.trim();
        if (!comment) finish(t.thanks);
        else await this.#sendVerdict(turn, comment).then(() => finish(t.thanks),
          () => finish(t.feedbackFailed, true));
      };
      return h("form", { class: "comment", submit }, h("p", { class: "said" }, t.thanks), field,
        h("div", { class: "row" }, h("button", { class: "solid", type: "submit" }, t.sendComment),
          button({ class: "plain", click: () => finish(t.thanks) }, t.skip)));
    }
  }

  customElements.define("coop-chat", CoopChat);

  /** The one-line form: a floating chat whose attributes are the script's data-* attributes. */
  function float() {
    const { floating, ...settings } = SCRIPT.dataset;
    const chat = document.createElement("coop-chat");
    for (const [name, value] of Object.entries(settings)) {
      chat.setAttribute(name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`), value);
    }
    chat.setAttribute("mode", "floating");
    document.body.append(chat);
  }

  if (SCRIPT.dataset.floating !== undefined) {
    if (document.body) float();
    else document.addEventListener("DOMContentLoaded", float);
  }
})();
