// Date panels of any make: what the open panel shows is read, and the next press told.

const NUMBER = /^\d{1,2}$/;
const CHINESE = ["一月", "二月", "三月", "四月", "五月", "六月", "七月", "八月", "九月", "十月", "十一月", "十二月"];
const ENGLISH = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

const yearIn = (text) => {
  const found = text.match(/^(\d{4})\s*年?$/);
  return found && Number(found[1]);
};

const monthIn = (text) => {
  const digits = text.match(/^0?(\d{1,2})\s*月$/);
  if (digits) return Number(digits[1]);
  const word = /^[a-z]{3,9}\.?$/i.test(text) ? ENGLISH.indexOf(text.slice(0, 3).toLowerCase()) : CHINESE.indexOf(text);
  return word < 0 ? null : word + 1;
};

// A year and a month in one text: 2026年11月, 2026-11, 11/2026, November 2026, 十一月 2026.
const bothIn = (text) => {
  const year = text.match(/(^|\D)(\d{4})(?!\d)/);
  if (!year) return null;
  const rest = text.replace(year[2], " ").replace(/^[\s年,./·-]+|[\s年,./·-]+$/g, "");
  const month = NUMBER.test(rest) ? Number(rest) : monthIn(rest);
  return month && month <= 12 ? { year: Number(year[2]), month } : null;
};

// Everything short that a panel shows, outermost element of each text: [{ e, text }], read once a step.
const shownIn = (root, visible) => {
  const texts = new Map();
  for (const e of root.querySelectorAll("*")) {
    if (e.textContent.length < 24 && !e.matches("script, style, svg, path, select, option") && visible(e)) texts.set(e, e.matches("input") ? y.fold(e.value) : e.childElementCount ? y.text(e) : y.fold(e.textContent));
  }
  return [...texts].filter(([e, text]) => text && texts.get(e.parentElement) !== text).map(([e, text]) => ({ e, text }));
};

// A list of years or months: the first group of at least so many.
const listOf = (items, read, least) => {
  const groups = new Map();
  for (const item of items) {
    if (read(item.text) === null) continue;
    const group = item.e.closest("ul, table, tbody") || item.e.parentElement;
    groups.set(group, [...(groups.get(group) || []), item]);
  }
  return [...groups.values()].find((group) => group.length >= least) || null;
};

// The year and month above the days or a list, each with the element that shows it.
const headerOf = (items) => {
  let year = null;
  let month = null;
  let both = null;
  const listed = new Set([listOf(items, yearIn, 8), listOf(items, monthIn, 12)].flat());
  for (const item of items) {
    const { e, text } = item;
    if (listed.has(item) || e.closest("td, tbody, [role=gridcell]")) continue;
    both = both || (bothIn(text) && { e, ...bothIn(text) });
    if (yearIn(text) && !year) year = { e, value: yearIn(text) };
    if (monthIn(text) && !month) month = { e, value: monthIn(text) };
  }
  if (both && !(year && month)) return { year: { e: both.e, value: both.year }, month: { e: both.e, value: both.month } };
  return { year, month };
};

// Native selects for year and month: { year: { e, value, options }, month: … }, options as [number, text].
const nativesOf = (root, visible) => {
  const found = {};
  for (const e of [...root.querySelectorAll("select")].filter(visible)) {
    const texts = [...e.options].map((option) => y.fold(option.text));
    for (const [key, read] of [["year", yearIn], ["month", (text) => (NUMBER.test(text) ? Number(text) : monthIn(text))]]) {
      const options = texts.map((text) => [read(text), text]).filter(([number]) => number !== null);
      if (options.length === texts.length && texts.length > 7 && !found[key]) found[key] = { e, options, value: read(chosenText(e)) };
    }
  }
  return found;
};

const CELL = /^\s*\d{1,4}\s*[年月]?\s*$|^\s*[一二三四五六七八九十]{1,2}月\s*$/;
const dateCells = (visible) => [...document.querySelectorAll("body *")].filter((e) => e.childElementCount < 3 && CELL.test(e.textContent) && !e.matches("option, script, style") && visible(e));

// Whether an element is as much of a panel as is needed: its days or months with their year, or its years with their arrows.
const isPanel = (root, visible) => {
  const items = shownIn(root, visible);
  const years = listOf(items, yearIn, 8);
  return headerOf(items).year || nativesOf(root, visible).year || (years && arrows(root, items, years[0].e, {}, visible).back);
};

// The panel: the smallest such element around the cells which the press has opened.
let open = null;
let dateBox = null;
let before = new WeakSet();
let buttonsBefore = new WeakSet();
const panel = (visible) => {
  if (open && open.isConnected && open.getClientRects().length) return open;
  const cells = dateCells(visible).filter((e) => !before.has(e));
  const middle = cells[Math.floor(cells.length / 2)];
  open = null;
  for (let e = middle && middle.parentElement; e && e !== document.body && !open; e = e.parentElement) {
    // rows alone have no head; a box around one part has no more than the part
    if (e.matches("tr, tbody") || (e.childElementCount === 1 && !e.matches("table"))) continue;
    if (cells.filter((cell) => e.contains(cell)).length < Math.min(cells.length, 12)) continue;
    if (isPanel(e, visible)) open = e;
  }
  return open;
};

// Before the press on a date box: where to press, and what stands on the page already and is no part of the panel.
y.beforeDate = async ([ref, ms]) => {
  const box = y.element(ref);
  const point = box && (await y.reach(face(box), ms));
  open = null;
  dateBox = box;
  before = new WeakSet(dateCells(y.look()));
  buttonsBefore = new WeakSet(y.buttons(CONFIRM, document.body));
  noteDrawn(box);
  readBefore = notices;
  return point;
};

// The day cells from the first 1 on: those before it belong to the month before.
const dayGrid = (items) => {
  const numbers = items.filter(({ text }) => NUMBER.test(text));
  const cells = numbers.filter(({ e }) => e.closest("td, [role=gridcell]"));
  const days = cells.length >= 28 ? cells : numbers;
  const first = days.findIndex(({ text }) => Number(text) === 1);
  return days.length < 28 || first < 0 ? null : days.slice(first);
};

const middleOf = (element) => {
  const box = element.getBoundingClientRect();
  return box.left + box.width / 2;
};

// The arrows above a list or grid, by their place: around year and month each their own, or else the outer ones turn
// years (or pages of years) and the inner ones months; `single` if there is but one to each side.
const arrows = (root, items, below, header, visible) => {
  const floor = below.getBoundingClientRect().top;
  const marks = [...root.querySelectorAll("button, a, i, span, div, svg, [role=button]")].filter((e) => {
    const box = e.getBoundingClientRect();
    if (box.bottom > floor + 2 || box.width > 60 || !visible(e) || /\d|[年月]/.test(e.textContent) && /\d|[年月]/.test(y.text(e))) return false;
    return e.matches("button, a, i, [role=button]") || (y.fold(e.textContent).length <= 2 && getComputedStyle(e).cursor === "pointer");
  });
  const single = marks.filter((e) => !marks.some((other) => other !== e && other.contains(e)));
  single.sort((a, b) => middleOf(a) - middleOf(b));
  const around = (x) => [single.filter((e) => middleOf(e) < x), single.filter((e) => middleOf(e) > x)];
  const heads = items.filter(({ e, text }) => /\d{4}/.test(text) && e.getBoundingClientRect().bottom <= floor + 2);
  const title = header.year ? header.year.e : (heads.at(-1) || { e: root }).e;
  const [left, right] = around(middleOf(title));
  if (header.year && header.month && single.some((e) => (middleOf(e) - middleOf(header.year.e)) * (middleOf(e) - middleOf(header.month.e)) < 0)) {
    const [monthLeft, monthRight] = around(middleOf(header.month.e));
    return { back: left.at(-1), forth: right[0], monthBack: monthLeft.at(-1), monthForth: monthRight[0] };
  }
  return { back: left[0], forth: right.at(-1), monthBack: left.at(-1), monthForth: right[0], single: left.length === 1 && right.length === 1 };
};

const press = (element, what) => {
  const point = element && y.aim(element, true);
  return point ? { point } : { stuck: what };
};
const pick = (native, number, what) => {
  const option = native.options.find(([value]) => value === number);
  return option ? { pick: [y.ref(native.e), option[1]] } : { stuck: what };
};
const pressableWithin = (element, root) => {
  for (let e = element; e && e !== root; e = e.parentElement) if (y.pressable(e)) return true;
  return false;
};

// The button of a panel that wants the day confirmed, in the panel or in the box around it: what hangs in the page as a
// whole, or all that does not hold the date box too. What could be pressed before the panel came is the page's own.
const CONFIRM = ["确定", "OK"];
const confirmOf = (root) => {
  let box = root;
  while (box.parentElement !== document.body && !positioned(box) && !box.parentElement.contains(dateBox)) box = box.parentElement;
  const buttons = y.buttons(CONFIRM, box).filter((button) => !buttonsBefore.has(button));
  return buttons.length === 1 ? buttons[0] : null;
};

// The next press that brings an open panel nearer to year-month-day, or {stuck: why}. `tried` are the headers pressed
// already; the press of an arrow tells by `away` how far it still is.
const nextPress = ([year, month, day, tried]) => {
  const visible = y.look();
  const root = panel(visible);
  if (!root) return null;
  const items = shownIn(root, visible);
  const header = headerOf(items);
  const turn = (below, view, steps, inner) => {
    const { back, forth, monthBack, monthForth } = arrows(root, items, below, header, visible);
    const element = steps < 0 ? (inner ? monthBack : back) : inner ? monthForth : forth;
    return { ...press(element, `${view} arrow`), view, away: Math.abs(steps) };
  };
  const opens = (part, view) => {
    const key = `${view} ${part}`;
    const head = header[part];
    return head && !tried.includes(key) && pressableWithin(head.e, root) ? { ...press(head.e, key), opens: key } : null;
  };
  const years = listOf(items, yearIn, 8);
  if (years) {
    const item = years.find(({ text }) => yearIn(text) === year);
    return item ? press(item.e, "year") : turn(years[0].e, "years", year - yearIn(years[0].text), false);
  }
  const months = listOf(items, monthIn, 12);
  if (months) {
    const item = months.find(({ text }) => monthIn(text) === month);
    if (!header.year || header.year.value === year) return press(item.e, "month");
    return opens("year", "months") || turn(months[0].e, "months", year - header.year.value, false);
  }
  const natives = nativesOf(root, visible);
  const now = { year: natives.year || header.year, month: natives.month || header.month };
  const grid = dayGrid(items);
  if (!grid || !now.year || !now.month) return null;
  const first = grid[0].e;
  const total = (year - now.year.value) * 12 + month - now.month.value;
  if (total && arrows(root, items, first, header, visible).single && !natives.year && !opens("year", "days")) return turn(first, "days", total, true);
  if (now.year.value !== year) {
    if (natives.year) return pick(natives.year, year, "year");
    return opens("year", "days") || turn(first, "days", year - now.year.value, false);
  }
  if (now.month.value !== month) {
    if (natives.month) return pick(natives.month, month, "month");
    return opens("month", "days") || turn(first, "month", month - now.month.value, true);
  }
  const cell = grid[day - 1];
  return cell && Number(cell.text) === day ? { ...press(cell.e, "day"), last: true, confirm: Boolean(confirmOf(root)) } : { stuck: "day" };
};

const stateOf = (root) => y.fold(root.innerText) + [...root.querySelectorAll("select, input")].map((e) => e.value).join(" ");

// Waits for the panel to show something new since the press before, then tells the next press.
y.dateStep = async ([year, month, day, tried, state, ms]) => {
  let step = null;
  await y.until(() => {
    step = nextPress([year, month, day, tried]);
    if (!step) return false;
    step.state = stateOf(open);
    return !("stuck" in step) && step.state !== state;
  }, ms);
  return step || { stuck: "panel", closed: notices > readBefore };
};

// After the day was pressed: where to confirm it, if the panel is still open.
y.dateConfirm = () => {
  const button = open && open.isConnected && y.visible(open) && confirmOf(open);
  return button ? y.aim(button, true) : null;
};
