// Tables by heading, label-value pairs, and upload rows: each in one pass.

const headTexts = (row) => [...row.cells].map((c) => y.label(c.innerText));

const overlap = (a, b) => {
  const [one, two] = [a.getBoundingClientRect(), b.getBoundingClientRect()];
  const width = Math.min(one.right, two.right) - Math.max(one.left, two.left);
  const height = Math.min(one.bottom, two.bottom) - Math.max(one.top, two.top);
  return width > 0 && height > 0 && width * height > 0.5 * Math.min(one.width * one.height, two.width * two.height);
};

// Toolkits split a table in two (a head table over a body table): a table without heads takes those of the one before.
// They also lay a copy over a table to keep some columns in view: a table over one with the same heads is that copy.
y.tables = () => {
  const found = [];
  let loose = null;
  const headings = y.headings();
  const add = (table, names, rows) => {
    if (found.some((other) => other.names.join() === names.join() && overlap(other.table, table))) return;
    found.push({ table, names, rows });
  };
  for (const table of y.scope().querySelectorAll("table")) {
    if (!y.visible(table)) continue;
    const rows = [...table.rows].filter((row) => row.closest("table") === table);
    const heads = rows.find((row) => row.cells.length > 1 && [...row.cells].every((c) => c.matches("th")));
    const body = rows.filter((row) => row !== heads && !row.closest("thead"));
    if (heads && loose) add(loose.table, loose.names, []);
    if (heads && !body.length) loose = { table, names: headTexts(heads) };
    else if (heads || loose) {
      add(table, heads ? headTexts(heads) : loose.names, body);
      loose = null;
    }
  }
  if (loose) add(loose.table, loose.names, []);
  return found.map(({ table, names, rows }) => ({
    headings: names,
    section: y.section(table, headings),
    within: y.within(table, headings),
    rows: rows.filter((row) => row.cells.length === names.length && y.visible(row)).map((row) => ({
      ref: y.ref(row),
      cells: [...row.cells].map((c) => y.fold(c.innerText)),
      links: [...row.querySelectorAll("a[href]")].map((a) => [y.fold(a.innerText), a.href]),
    })),
    notes: rows.filter((row) => row.cells.length !== names.length).map((row) => y.fold(row.innerText)),
  }));
};

// The list, with the mouse already aimed at the button with these texts, which turns its page.
y.listing = async ([texts, within]) => ({ tables: y.tables(), words: y.words(), turn: await y.markedPress([texts, within, 0]) });
// The list once the page has turned, and its scripts have had their turn; null when it does not turn.
y.nextListing = async ([turned, button]) => {
  if (!(await y.pageTurned(turned))) return null;
  await new Promise((done) => setTimeout(done));
  return y.listing(button);
};
// Waits until the page's own number (the first group of the pattern) is another one.
y.pageTurned = ([pattern, number, ms]) => y.untilDrawn(() => {
  const found = y.words().match(new RegExp(pattern));
  return found && found[1] !== number;
}, ms);

const LABELISH = "th, dt, label, [class*=label], [class*=title], [class*=name]";

// Label-value pairs of a page that is only read: alternate cells, dt/dd, or "label：value" in one element.
y.facts = () => {
  const headings = y.headings();
  const found = [];
  const add = (label, value, node) => label && found.push({ section: y.section(node, headings), label: y.label(label), value: y.fold(value) });
  for (const row of y.scope().querySelectorAll("tr")) {
    const cells = [...row.cells];
    if (cells.length < 2 || cells.length % 2 || cells.every((c) => c.matches("th")) || !y.visible(row)) continue;
    for (let i = 0; i < cells.length; i += 2) {
      if (cells[i].matches(LABELISH)) add(cells[i].innerText, cells[i + 1].innerText, cells[i]);
    }
  }
  for (const term of y.scope().querySelectorAll("dt")) {
    const value = term.nextElementSibling;
    if (value && value.matches("dd") && y.visible(term)) add(term.innerText, value.innerText, term);
  }
  return found;
};

// Elements that read "label：value", as texts: for cards and strips.
y.lines = (root) => y.fold((root || y.scope()).innerText);

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

const rowScopes = new WeakMap(); // the layer or page on which a row was seen
const describeRow = (row, words) => {
  rowScopes.set(row, y.scope());
  const input = row.querySelector("input[type=file]");
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

// Waits until every asked row shows its own sign of success: { rows }; { said } if the portal says something else first.
y.uploaded = async ([asked, sign, words, since, ms]) => {
  let rows = null;
  const outcome = await y.until(() => {
    rows = y.uploads([asked, words]);
    if (Object.values(rows).every((found) => found.length === 1 && sign in found[0].buttons)) return { rows };
    const said = y.standing({ since, layers: true, toasts: true });
    return said && !DONE.test(said.words) && { said: said.words };
  }, ms);
  return outcome || { rows, late: true };
};

// The one button of a row or card that reads exactly one of these texts. The part of a table row that is kept in view may be a row of a copy.
y.buttonIn = ([ref, texts]) => {
  const row = y.element(ref);
  const own = row ? y.buttons(texts, row) : [];
  if (own.length === 1 && (!row.matches("tr") || y.point(own[0]))) return y.ref(own[0]);
  if (!row || own.length > 1) return null;
  const at = row.getBoundingClientRect();
  const level = (other) => ["top", "height"].every((side) => Math.abs(other.getBoundingClientRect()[side] - at[side]) < 2);
  const beside = [...y.scope().querySelectorAll("tr")].filter((other) => other !== row && level(other)).flatMap((other) => y.buttons(texts, other));
  return beside.length === 1 ? y.ref(beside[0]) : y.ref(own[0]);
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
