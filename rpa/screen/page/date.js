// Date panels of any make: read what the panel shows, tell the next press.

const NUMBER = /^\d{1,2}$/;
const YEAR = /^(\d{4})\s*年?$/;
const MONTHS = { 一: 1, 二: 2, 三: 3, 四: 4, 五: 5, 六: 6, 七: 7, 八: 8, 九: 9, 十: 10, 十一: 11, 十二: 12 };
const ENGLISH = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

const monthIn = (text) => {
  const digits = text.match(/^(?:0?(\d{1,2}))\s*月$/);
  if (digits) return Number(digits[1]);
  const words = text.match(/^(十[一二]?|[一二三四五六七八九])月$/);
  if (words) return MONTHS[words[1]];
  const english = ENGLISH.indexOf(text.slice(0, 3).toLowerCase());
  return english >= 0 && /^[a-z]{3,9}$/i.test(text) ? english + 1 : null;
};

const leaves = (root) => [...root.querySelectorAll("*")].filter((e) => e.textContent.length < 24 && !e.matches("script, style, svg, path, option") && y.visible(e));
const outermost = (elements) => elements.filter((e) => !elements.some((other) => other !== e && other.contains(e) && y.text(other) === y.text(e)));

// The panel: the smallest visible element, opened by the press, that holds a year and a grid.
const panel = () => {
  const cells = [...document.querySelectorAll("td, li, [role=gridcell], [class*=day], [class*=cell], [class*=date], [class*=year], [class*=month]")].filter(
    (e) => e.textContent.length < 12 && /^\s*\d{1,4}\s*[年月]?\s*$|^\s*[一二三四五六七八九十]{1,2}月\s*$/.test(e.textContent) && y.visible(e));
  let best = null;
  for (const cell of [cells[0], cells[Math.floor(cells.length / 2)], cells.at(-1)].filter(Boolean)) {
    for (let e = cell.parentElement, depth = 0; e && e !== document.body && depth < 9; e = e.parentElement, depth++) {
      if (!positioned(e)) continue;
      if (!best || best.contains(e) === false) best = e;
      break;
    }
  }
  return best;
};

const headerOf = (root) => {
  const near = leaves(root);
  let year = null;
  let month = null;
  let both = null;
  for (const e of outermost(near)) {
    if (e.matches("td") || e.closest("td, tbody, [role=gridcell]")) continue;
    const text = y.text(e);
    const asYear = text.match(YEAR);
    if (asYear && !year) year = { e, value: Number(asYear[1]) };
    const asMonth = monthIn(text);
    if (asMonth && !month) month = { e, value: asMonth };
    const asBoth = text.match(/^(\d{4})\s*[年\-/ ]\s*(\d{1,2})\s*月?$/);
    if (asBoth && !both) both = { e, year: Number(asBoth[1]), month: Number(asBoth[2]) };
  }
  if (both && !(year && month)) return { year: { e: both.e, value: both.year }, month: { e: both.e, value: both.month } };
  return { year, month };
};

const listOf = (root, read, least) => {
  const items = outermost(leaves(root).filter((e) => e.matches("li, td, a, div, span, [role=gridcell]") && read(y.text(e)) !== null));
  const byParent = new Map();
  for (const item of items) {
    const group = item.closest("ul, table, tbody") || item.parentElement;
    byParent.set(group, [...(byParent.get(group) || []), item]);
  }
  return [...byParent.values()].find((group) => group.length >= least) || null;
};

const dayGrid = (root) => {
  const cells = [...root.querySelectorAll("td, [role=gridcell]")].filter(y.visible);
  let found = cells.filter((e) => NUMBER.test(y.text(e)));
  if (found.length < 28) found = outermost(leaves(root)).filter((e) => NUMBER.test(y.text(e)));
  if (found.length < 28) return null;
  const first = found.findIndex((e) => Number(y.text(e)) === 1);
  return first < 0 ? null : found.slice(first);
};

// The arrows above a list or grid, by their place: outermost turn years (or pages of years), innermost months.
const arrows = (root, below) => {
  const frame = root.getBoundingClientRect();
  const floor = below.getBoundingClientRect().top;
  const middle = frame.left + frame.width / 2;
  const marks = [...root.querySelectorAll("button, a, i, span, div, svg, [role=button]")].filter((e) => {
    const box = e.getBoundingClientRect();
    if (!y.visible(e) || box.bottom > floor + 2 || box.width > 60 || /\d|[年月]/.test(y.text(e))) return false;
    return e.matches("button, a, i, [role=button]") || (y.fold(e.textContent).length <= 2 && getComputedStyle(e).cursor === "pointer");
  });
  const single = marks.filter((e) => !marks.some((other) => other !== e && other.contains(e)));
  single.sort((a, b) => a.getBoundingClientRect().left - b.getBoundingClientRect().left);
  const left = single.filter((e) => e.getBoundingClientRect().right <= middle);
  const right = single.filter((e) => e.getBoundingClientRect().left >= middle);
  return { back: left[0], forth: right.at(-1), monthBack: left.at(-1), monthForth: right[0] };
};

const press = (element, what) => {
  const point = element && !moving(element) && y.point(element);
  return point ? { point } : { stuck: what };
};

const asYear = (text) => (YEAR.test(text) ? Number(text.match(YEAR)[1]) : null);

// The next press that brings an open panel nearer to year-month-day, or {done}, or {stuck: why}.
const nextPress = ([year, month, day, opened]) => {
  const root = panel();
  if (!root) return null;
  const years = listOf(root, asYear, 8);
  if (years) {
    const item = years.find((e) => asYear(y.text(e)) === year);
    if (item) return press(item, "year");
    const first = asYear(y.text(years[0]));
    const { back, forth } = arrows(root, years[0]);
    return press(year < first ? back : forth, "page of years");
  }
  const months = listOf(root, monthIn, 12);
  const header = headerOf(root);
  if (months) {
    if (header.year && header.year.value !== year) {
      const { back, forth } = arrows(root, months[0]);
      return press(year < header.year.value ? back : forth, "year");
    }
    return press(months.find((e) => monthIn(y.text(e)) === month), "month");
  }
  const grid = dayGrid(root);
  if (!grid || !header.year || !header.month) return null;
  if (header.year.value !== year) {
    if (!opened.includes("years")) return { ...press(header.year.e, "years"), opens: "years" };
    const { back, forth } = arrows(root, grid[0]);
    return press(year < header.year.value ? back : forth, "year arrow");
  }
  if (header.month.value !== month) {
    if (!opened.includes("months") && header.month.e !== header.year.e) return { ...press(header.month.e, "months"), opens: "months" };
    const { monthBack, monthForth } = arrows(root, grid[0]);
    return press(month < header.month.value ? monthBack : monthForth, "month arrow");
  }
  return { ...press(grid[day - 1], "day"), last: true };
};

// Waits for the panel to show something new since the press before, then tells the next press.
y.dateStep = async ([year, month, day, opened, before, ms]) => {
  let step = null;
  await y.until(() => {
    step = nextPress([year, month, day, opened]);
    if (!step) return false;
    const root = panel();
    step.state = root ? y.fold(root.innerText) : "";
    return step.point && step.state !== before;
  }, ms);
  return step || { stuck: "panel" };
};

// A panel that asks for confirmation after the day was pressed.
y.dateConfirm = () => {
  const root = panel();
  const buttons = root ? y.buttons(["确定", "确 定", "OK"], root) : [];
  return buttons.length === 1 ? y.point(buttons[0]) : null;
};
