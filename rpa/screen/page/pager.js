// Lists of several pages: what turns the page, and what tells that it has turned.

const PAGE_NUMBER = /^[1-9]\d{0,4}$/;
const MARKED = /(^|[-_ ])(active|current|curr|selected)($|[-_ ])/i;
const isMarked = (item) =>
  [item, ...item.querySelectorAll("*")].some((e) => MARKED.test(e.getAttribute("class") || "") || (e.hasAttribute("aria-current") && e.getAttribute("aria-current") !== "false"));

const inOneLine = (a, b) => {
  const [one, two] = [a.getBoundingClientRect(), b.getBoundingClientRect()];
  return Math.min(one.bottom, two.bottom) - Math.max(one.top, two.top) > Math.min(one.height, two.height) / 2;
};

const canPress = (element) => y.pressable(element) || Boolean(element.querySelector(SEMANTIC));
// Drawn with a picture, a sign of an icon font or one arrow: no words tell what it does.
const isWordless = (element) => /^[>›]?$/.test(y.text(element).replace(/[\ue000-\uf8ff]/g, "").trim());

// The elements that say nothing but a number, each as far out as it goes.
const numbersIn = (root, visible) => {
  const items = new Set();
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const text = node.data.trim();
    if (!PAGE_NUMBER.test(text) || node.parentElement.closest("script, style, option, textarea")) continue;
    let item = node.parentElement;
    while (item !== root && item.parentElement !== root && item.parentElement.textContent.trim() === text) item = item.parentElement;
    if (!item.matches("td, th") && visible(item)) items.add(item);
  }
  return items;
};

// Numbers that rise along one line, one of them marked as the page that is shown, with the one that comes after it.
const asPager = (items) => {
  const numbers = items.map((item) => Number(item.textContent));
  const marked = items.filter(isMarked);
  if (items.length < 2 || marked.length !== 1) return null;
  const at = items.indexOf(marked[0]);
  if (numbers.some((number, i) => i && number <= numbers[i - 1]) || !items.every((item) => inOneLine(item, items[0]))) return null;
  if (at + 1 < items.length && numbers[at + 1] !== numbers[at] + 1) return null;
  if (!items.every((item) => item === marked[0] || canPress(item))) return null;
  return { number: String(numbers[at]), last: items.at(-1), element: items[0].parentElement };
};
const pagers = (root, visible) => {
  const lines = new Map();
  for (const item of numbersIn(root, visible)) lines.set(item.parentElement, [...(lines.get(item.parentElement) || []), item]);
  return [...lines.values()].map(asPager).filter(Boolean);
};

// The arrow right after the last number, with nothing between them.
const arrowOf = ({ last }, visible) => {
  for (let e = last, depth = 0; e && e !== document.body && depth < 3; e = e.parentElement, depth++) {
    for (let next = e.nextSibling; next; next = next.nextSibling) {
      if (next.nodeType === Node.TEXT_NODE && next.data.trim()) return null;
      if (next.nodeType !== Node.ELEMENT_NODE || !visible(next)) continue;
      const gap = next.getBoundingClientRect().left - last.getBoundingClientRect().right;
      return gap > -2 && gap < 60 && inOneLine(next, last) && isWordless(next) && canPress(next) ? next : null;
    }
  }
  return null;
};

// What toolkits say of an arrow that has no words of its own.
const NEXT_PAGE = ["下一页", "next page", "go to next page"];
const isNamed = (element, names) => ["title", "aria-label"].some((name) => names.has(y.fold(element.getAttribute(name)).toLowerCase()));

// What turns the page of a list: what reads one of these texts, else the arrow that is named so, else the arrow of the one
// pager. As with every button the caller presses one alone.
y.turners = (texts, root) => {
  if (!texts.length) return [];
  const worded = y.buttons(texts, root);
  if (worded.length) return worded;
  const visible = y.look();
  const names = new Set([...texts.map((text) => y.fold(text).toLowerCase()), ...NEXT_PAGE]);
  const titled = [...root.querySelectorAll("[title], [aria-label]")].filter((e) => isNamed(e, names) && isWordless(e) && canPress(e) && visible(e));
  if (titled.length) return titled.filter((e) => !titled.some((other) => other !== e && other.contains(e)));
  const found = pagers(root, visible);
  const arrows = found.map((pager) => arrowOf(pager, visible)).filter(Boolean);
  return arrows.length && found.length > 1 ? found.map((pager) => pager.element) : arrows;
};

// A box with the number of the page between arrows, as EasyUI has it.
const pageBoxes = (root, visible) =>
  [...root.querySelectorAll("input")].filter((input) => {
    if (!PAGE_NUMBER.test(input.value.trim()) || !visible(input)) return false;
    for (let e = input.parentElement, depth = 0; e && e !== root && depth < 4; e = e.parentElement, depth++) {
      if (/页|page|\//i.test(e.innerText)) return [...e.querySelectorAll(SEMANTIC)].filter((button) => visible(button) && isWordless(button)).length > 1;
    }
    return false;
  });
const shownPage = (root, visible) => {
  const found = pagers(root, visible);
  if (found.length) return found.length === 1 ? found[0] : null;
  const boxes = pageBoxes(root, visible);
  return boxes.length === 1 ? { number: boxes[0].value.trim(), element: boxes[0] } : null;
};

// The rows of the table that a pager belongs to, as one text: of the tables in the smallest part that has any, the one before it.
const rowsOf = (element, visible) => {
  const tables = joined(splitTables(visible));
  for (let e = element; e; e = e.parentElement) {
    const own = tables.filter(({ table }) => e.contains(table));
    if (!own.length) continue;
    const list = own.filter(({ table }) => table.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING).at(-1) || own[0];
    return list.rows.map((row) => y.text(row)).join("\n");
  }
  return "";
};

// The page of a list that a pager marks as shown, { number, rows }; without a number where no pager does, and null where
// the page's own words tell it.
y.leaf = (pattern) => leafBeside(pattern, y.words());
const leafBeside = (pattern, words) => {
  if (pattern && new RegExp(pattern).test(words)) return null;
  const visible = y.look();
  const shown = shownPage(y.scope(), visible);
  return shown ? { number: shown.number, rows: rowsOf(shown.element, visible) } : { number: null };
};
// Whether the pager marks the next page, and its table has other rows.
const isTurned = (leaf) => {
  const visible = y.look();
  const shown = shownPage(y.scope(), visible);
  if (!shown || Number(shown.number) !== Number(leaf.number) + 1) return false;
  const rows = rowsOf(shown.element, visible);
  return rows !== "" && rows !== leaf.rows;
};

// The list, with the mouse already aimed at what turns its page.
y.listing = async ([texts, within, pattern]) => {
  const words = y.words();
  return { tables: y.tables(), words, leaf: leafBeside(pattern, words), turn: await y.markedPress([texts, within, 0, true]) };
};
// The list once the page has turned, and its scripts have had their turn; null when it does not turn.
y.nextListing = async ([turned, button]) => {
  if (!(await y.pageTurned(turned))) return null;
  await new Promise((done) => setTimeout(done));
  return y.listing(button);
};
// Waits until the page's own number (the first group of the pattern) is another one; or, of a list whose page a pager told
// (`leaf`) when it was to be turned, until that has turned.
y.pageTurned = ([pattern, number, ms, leaf]) => y.untilDrawn(() => {
  if (leaf && leaf.number) return isTurned(leaf);
  const found = y.words().match(new RegExp(pattern));
  return found && found[1] !== number;
}, ms);
