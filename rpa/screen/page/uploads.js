// Upload rows: known by the material's name, believed by their own sign that the file has arrived.

const UPLOAD_WORDS = ["上传", "预览", "删除", "下载模板", "重新上传"];

// The row of an upload list: the smallest element around the material's name that has a file box or a button of such a row.
const uploadRow = (names, words) => {
  const wanted = new Set(names.map(y.label));
  const found = [];
  const walker = document.createTreeWalker(y.scope(), NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    if (!parent || !node.data.trim() || parent.closest("script, style")) continue;
    if (!wanted.has(y.label(node.data)) && !(parent.textContent.length < 80 && wanted.has(y.label(parent.innerText)))) continue;
    if (!y.visible(parent)) continue;
    for (let e = parent; e && e !== document.body; e = e.parentElement) {
      const files = e.querySelectorAll("input[type=file]").length;
      if (files > 1) break;
      if (files === 1 || y.buttons(words, e).length) {
        if (!found.includes(e)) found.push(e);
        break;
      }
    }
  }
  return found;
};

// Where a row's file box shows its files: in the row, or right under it.
const filesPlaces = (row, words) => {
  const next = row.matches("tr, td, li") ? null : row.nextElementSibling;
  const isRow = !next || next.matches("input[type=file]") || next.querySelector("input[type=file]") || y.buttons(words, next).length;
  return isRow ? [row] : [row, next];
};
// The entries of a toolkit's own list of files; `state` is "" for one that says neither (it waits, or is on its way).
const STORED = /(^|[-_ ])(success|done|finish|finished|complete|completed)($|[-_ ])/i;
const FAILED = /(^|[-_ ])(fail|failed|error|exception)($|[-_ ])/i;
const OF_FILES = "[class*=upload i], [class*=file i]";
const FILE_NAME = /\.[a-z0-9]{2,5}(\s|$)/i;
const fileEntries = (row, words) => {
  const visible = y.look();
  const found = [];
  for (const place of filesPlaces(row, words)) {
    for (const element of place.querySelectorAll(`li, ${OF_FILES}`)) {
      const list = element.closest(OF_FILES);
      if (!list || !(place === list || place.contains(list)) || element.querySelector("input[type=file], li")) continue;
      if (!FILE_NAME.test(y.text(element)) || !visible(element)) continue;
      const name = element.getAttribute("class") || "";
      found.push({ element, state: FAILED.test(name) ? "failed" : STORED.test(name) ? "stored" : "" });
    }
  }
  return found;
};
const readsName = (element, name) => [element, ...element.querySelectorAll("*")].some((e) => y.text(e) === y.fold(name));
// How a file of this name stands in a row: "failed" when more entries than `before` say so, "stored", "shown" or "".
const fileState = (row, name, before, words) => {
  const entries = fileEntries(row, words);
  if (entries.filter(({ state }) => state === "failed").length > before) return "failed";
  const own = entries.filter(({ element, state }) => state !== "failed" && readsName(element, name));
  if (own.some(({ state }) => state === "stored")) return "stored";
  return own.length ? "shown" : "";
};

const rowScopes = new WeakMap(); // the layer or page on which a row was seen
const describeRow = (row, words) => {
  rowScopes.set(row, y.scope());
  const input = row.querySelector("input[type=file]");
  const entries = fileEntries(row, words);
  const buttons = {};
  for (const word of words) {
    const hits = y.buttons([word], row);
    if (hits.length) buttons[word] = y.ref(hits[0]);
  }
  return {
    ref: y.ref(row),
    input: y.ref(input),
    text: y.fold(row.innerText),
    required: /[*＊]/.test(row.innerText) || /(^|\s)必(填|传|须)/.test(row.innerText),
    buttons,
    held: entries.some(({ state }) => state === "stored"),
    failed: entries.filter(({ state }) => state === "failed").length,
    links: [...row.querySelectorAll("a[href]")].map((a) => [y.fold(a.innerText), a.href]),
  };
};

// Rows for each of the asked materials ({key: names}), each a list: one is right, none or several is the caller's error.
y.uploads = ([asked, words]) => {
  const answer = {};
  for (const [key, names] of Object.entries(asked)) answer[key] = uploadRow(names, words || UPLOAD_WORDS).map((row) => describeRow(row, words || UPLOAD_WORDS));
  return answer;
};

// Words that only say that it went well.
const DONE = /成功|完成/;

const SETTLED_MS = 150; // what is shown as stored may be refused in the same breath
const FAILING_MS = 500; // one that failed: why may be said after it

// How the files of rows without `sign` stand in the toolkit's own lists; asked again and again. A page that has the sign
// anywhere is believed by nothing else.
const fileWatch = (files, sign, words, patience) => {
  const since = {};
  return (key, row) => {
    const { name, failed } = files[key];
    const state = row ? fileState(row, name, failed, words) : "";
    const last = since[key] || { state: "", at: performance.now() };
    const gone = !state && /^(shown|gone)$/.test(last.state); // a list that takes out what has failed
    const now = gone ? "gone" : state;
    if (now !== last.state) since[key] = { state: now, at: performance.now() };
    const stood = performance.now() - (since[key] || last).at;
    if (now === "stored") return stood >= SETTLED_MS && !y.buttons([sign], y.scope()).length ? "stored" : "";
    if (now === "failed") return stood >= FAILING_MS ? "failed" : "";
    return now === "gone" && stood >= patience ? "gone" : "";
  };
};

// Waits until every asked row shows its own sign of success, { rows }; { said } if the portal says something else first,
// { lost, key } if the toolkit's own list shows that a file failed, or takes it out, { late } with the keys of those that never showed it. A row's sign is its button `sign`, or
// the entry of that list that reads the file's own name and stands as stored. `files` by key: { name, failed }.
y.uploaded = async ([asked, files, sign, words, since, ms, patience]) => {
  let late = [];
  const watch = fileWatch(files, sign, words, patience);
  const outcome = await y.until(() => {
    const rows = y.uploads([asked, words]);
    const stands = Object.entries(rows).map(([key, found]) => {
      if (found.length === 1 && sign in found[0].buttons) return [key, "signed"];
      return [key, watch(key, found.length === 1 ? y.element(found[0].ref) : null)];
    });
    late = stands.filter(([, how]) => how !== "signed" && how !== "stored").map(([key]) => key);
    if (stands.every(([, how]) => how === "signed")) return { rows };
    const said = y.standing({ since, layers: true, toasts: true });
    if (said && !DONE.test(said.words)) return { said: said.words };
    const lost = stands.find(([, how]) => how === "failed" || how === "gone");
    if (lost) return { key: lost[0], lost: lost[1] };
    return !late.length && { rows };
  }, ms);
  return outcome || { late };
};

// Waits until a row (if it is still there) shows no file: { gone }; { said } if the portal asks or says something first.
y.emptied = ([ref, names, sign, words, since, ms]) => {
  const row = y.refs.get(ref)?.deref();
  const scope = (row && rowScopes.get(row)) || document.body;
  return y.until(() => {
    const said = y.standing({ since, layers: true, toasts: true });
    if (said && !DONE.test(said.words)) return { said: said.words };
    if (y.scope() !== scope) return null;
    const rows = y.uploads([{ row: names }, words]).row;
    return (!rows.length || (rows.length === 1 && !(sign in rows[0].buttons))) && { gone: true };
  }, ms);
};
