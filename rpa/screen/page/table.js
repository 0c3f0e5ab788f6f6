// Tables by heading, and label-value pairs: each in one pass.

const headTexts = (row) => [...row.cells].map((c) => y.label(c.innerText));

const overlap = (a, b) => {
  const [one, two] = [a.getBoundingClientRect(), b.getBoundingClientRect()];
  const width = Math.min(one.right, two.right) - Math.max(one.left, two.left);
  const height = Math.min(one.bottom, two.bottom) - Math.max(one.top, two.top);
  return width > 0 && height > 0 && width * height > 0.5 * Math.min(one.width * one.height, two.width * two.height);
};

const isLevel = (a, b) => {
  const [one, two] = [a.getBoundingClientRect(), b.getBoundingClientRect()];
  return Math.abs(one.top - two.top) < 3 && Math.abs(one.height - two.height) < 3;
};

// Whether the cells of a row stand over those of a table.
const standsOver = (head, table) => {
  const row = [...table.rows].find((r) => r.cells.length === head.cells.length);
  return Boolean(row) && [...row.cells].every((cell, i) => {
    const [own, other] = [cell.getBoundingClientRect(), head.cells[i].getBoundingClientRect()];
    return Math.abs(own.left - other.left) < 4 && Math.abs(own.width - other.width) < 4;
  });
};
const liesUnder = (table, head) => Math.abs(table.getBoundingClientRect().top - head.getBoundingClientRect().bottom) < 6;
// Some toolkits write the heads of a split table as plain cells: the one row of a table that calls itself a head, or lies
// right upon its body and column upon column. A table that lays out a page is none.
const namesHead = (table) => [table, table.parentElement].some((e) => /(^|[-_ ])(header|thead|head|htable)($|[-_ ])/i.test(e.className || ""));
const drawnHead = (table, rows, next) => {
  const [row] = rows;
  if (rows.length !== 1 || row.querySelector("th, table, input:not([type=checkbox]), textarea, select")) return null;
  const names = headTexts(row).filter(Boolean);
  if (!names.length || new Set(names).size !== names.length || names.some((name) => name.length > 40)) return null;
  if (namesHead(table)) return row;
  if (!next || next.parentElement === table.parentElement || next.querySelector("th") || !standsOver(row, next)) return null;
  return liesUnder(next, table) ? row : null;
};

const isBodyOf = ({ table, head }, body, rows) =>
  standsOver(head, body) || (liesUnder(body, table) && rows.some((row) => row.cells.length === head.cells.length));

// The heads that have cells below them: toolkits put one more over the scroll bar of the body.
const headsOver = (head, body, visible) => {
  const cells = [...head.cells];
  const width = Math.max(0, ...body.map((row) => row.cells.length));
  while (width && cells.length > width && (!y.label(cells.at(-1).innerText) || !visible(cells.at(-1)))) cells.pop();
  return cells;
};

// Toolkits split a table in two (a head table over a body table): a table without heads takes those of the one before.
const splitTables = (visible) => {
  const found = [];
  let loose = null;
  const add = (table, head, body, split) => {
    const cells = headsOver(head, body, visible);
    const names = cells.map((cell) => y.label(cell.innerText));
    // they also lay a copy over a table to keep some columns in view: a table over one with the same heads is that copy
    if (found.some((other) => other.names.join() === names.join() && overlap(other.table, table))) return;
    const rows = body.filter((row) => row.cells.length === names.length && visible(row));
    const columns = names.map((name, index) => ({ name, index, seen: !split || Boolean(name) || (visible(cells[index]) && !cells[index].textContent.trim()) }));
    found.push({ table, head, names, split, rows, columns, beside: [], notes: body.filter((row) => row.cells.length !== names.length) });
  };
  const close = () => {
    if (loose) add(loose.table, loose.head, [], true);
    loose = null;
  };
  const tables = [...y.scope().querySelectorAll("table")].filter(visible);
  for (const [at, table] of tables.entries()) {
    const rows = [...table.rows].filter((row) => row.closest("table") === table);
    const heads = rows.find((row) => row.cells.length > 1 && [...row.cells].every((c) => c.matches("th")));
    const body = rows.filter((row) => row !== heads && !row.closest("thead"));
    // the one row of a list lies upon the line of totals below it as a head does
    const awaited = loose && !namesHead(table) && liesUnder(table, loose.table) && isBodyOf(loose, table, rows);
    const drawn = heads || awaited ? null : drawnHead(table, rows, tables[at + 1]);
    if (heads || drawn) close();
    if (drawn || (heads && !body.length)) loose = { table, head: heads || drawn, drawn: Boolean(drawn) };
    else if (heads) add(table, heads, body, false);
    else if (loose && loose.drawn && !isBodyOf(loose, table, rows)) {
      // rows that are not understood are no empty table
      if (liesUnder(table, loose.table)) loose = null;
      close();
    }
    else if (loose) {
      add(table, loose.head, body, true);
      loose = null;
    }
  }
  close();
  return found;
};

// The text of a part's cell in a row; null where it is not drawn, because a copy of it is seen elsewhere.
const drawnText = (part, index, at) => {
  const cell = part.rows[at].cells[index];
  const text = y.fold(cell.innerText);
  return text || !cell.textContent.trim() ? text : null;
};

// Columns that are kept in view are split off into a table of their own, beside the others or over them: heads and rows at
// the same heights, in the box of one grid. Each column counts where it is seen.
const joined = (parts) => {
  const whole = [];
  for (const part of parts) {
    const host = part.split && whole.find((other) => other.split && besideEach(other, part) && agree(other, part) && inOneGrid(other, part));
    if (!host) {
      whole.push(part);
      continue;
    }
    host.columns = host.columns.filter((column) => column.seen);
    for (const column of part.columns) {
      if (!column.name || host.columns.some((other) => other.name === column.name)) continue;
      host.columns.push({ ...column, part });
    }
    host.beside.push(part);
  }
  return whole;
};
const besideEach = (a, b) => {
  const [one, two] = [a.head.getBoundingClientRect(), b.head.getBoundingClientRect()];
  if (one.right < two.left - 4 || two.right < one.left - 4 || a.rows.length !== b.rows.length) return false;
  return isLevel(a.head, b.head) && a.rows.every((row, i) => isLevel(row, b.rows[i]));
};
// Whether the columns that both have say the same in every row; of two without rows nothing says so.
const agree = (whole, part) =>
  part.columns.every(({ name, index }) => {
    const own = name && whole.columns.find((column) => column.name === name);
    if (!own) return true;
    const texts = part.rows.map((_, i) => [drawnText(own.part || whole, own.index, i), drawnText(part, index, i)]);
    return texts.length > 0 && texts.every(([one, two]) => one === null || two === null || one === two);
  });
// The smallest box around both calls itself a grid and has no words but theirs: titles and buttons stand between two lists.
const inOneGrid = (a, b) => {
  let box = a.table;
  while (box && !box.contains(b.table)) box = box.parentElement;
  if (!box || box.matches("body") || !/table|grid/i.test(box.className || "")) return false;
  const visible = y.look();
  const apart = [...box.querySelectorAll("*")].filter((e) => !e.closest("table, script, style, [class*=empty], [class*=none], [class*=loading], [class*=mask]"));
  return !apart.some((e) => [...e.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim()) && visible(e));
};

y.tables = () => {
  const headings = y.headings();
  return joined(splitTables(y.look())).map((whole) => ({
    headings: whole.columns.map((column) => column.name),
    section: y.section(whole.table, headings),
    within: y.within(whole.table, headings),
    rows: whole.rows.map((row, i) => ({
      ref: y.ref(row),
      cells: whole.columns.map(({ index, part }) => y.fold((part ? part.rows[i] : row).cells[index].innerText)),
      links: [row, ...whole.beside.map((part) => part.rows[i])].flatMap((r) => [...r.querySelectorAll("a[href]")]).map((a) => [y.fold(a.innerText), a.href]),
    })),
    notes: whole.notes.map((row) => y.fold(row.innerText)),
  }));
};

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
