// Date panels of any make: read what the panel shows, tell the next press.

const NUMBER = /^\d{1,2}$/;
const YEAR = /^(\d{4})\s*年?$/;
const MONTHS = { 一: 1, 二: 2, 三: 3, 四: 4, 五: 5, 六: 6, 七: 7, 八: 8, 九: 9, 十: 10, 十一: 11, 十二: 12 };
const ENGLISH = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

const asYear = (text) => (YEAR.test(text) ? Number(text.match(YEAR)[1]) : null);

const monthIn = (text) => {
  const digits = text.match(/^(?:0?(\d{1,2}))\s*月$/);
  if (digits) return Number(digits[1]);
  const words = text.match(/^(十[一二]?|[一二三四五六七八九])月$/);
  if (words) return MONTHS[words[1]];
  const english = ENGLISH.indexOf(text.slice(0, 3).toLowerCase());
  return english >= 0 && /^[a-z]{3,9}$/i.test(text) ? english + 1 : null;
};

// Everything short that a panel shows, outermost element of each text: [{ e, text }], read once a step.
const shownIn = (root) => {
  const texts = new Map();
  for (const e of root.querySelectorAll("*")) {
    if (e.textContent.length < 24 && !e.matches("script, style, svg, path, option") && y.visible(e)) texts.set(e, y.text(e));
  }
  return [...texts].filter(([e, text]) => text && texts.get(e.parentElement) !== text).map(([e, text]) => ({ e, text }));
};

const CELLS = "td, li, [role=gridcell], [class*=day], [class*=cell], [class*=date], [class*=year], [class*=month]";
const CELL_TEXT = /^\s*\d{1,4}\s*[年月]?\s*$|^\s*[一二三四五六七八九十]{1,2}月\s*$/;

// The panel: the positioned element around the cells that the press has opened. It is remembered until the next box.
let open = null;
const panel = () => {
  if (open && open.isConnected && y.visible(open)) return open;
  const cells = [...document.querySelectorAll(CELLS)].filter((e) => e.textContent.length < 12 && CELL_TEXT.test(e.textContent) && y.visible(e));
  open = null;
  for (const cell of [cells[0], cells[Math.floor(cells.length / 2)], cells.at(-1)].filter(Boolean)) {
    for (let e = cell.parentElement, depth = 0; e && e !== document.body && depth < 9; e = e.parentElement, depth++) {
      if (!positioned(e)) continue;
      if (!open || !open.contains(e)) open = e;
      break;
    }
  }
  return open;
};
y.forgetPanel = () => {
  open = null;
};

const headerOf = (items) => {
  let year = null;
  let month = null;
  let both = null;
  for (const { e, text } of items) {
    if (e.closest("td, tbody, [role=gridcell]")) continue;
    const asBoth = text.match(/^(\d{4})\s*[年\-/ ]\s*(\d{1,2})\s*月?$/);
    if (YEAR.test(text) && !year) year = { e, value: asYear(text) };
    if (monthIn(text) && !month) month = { e, value: monthIn(text) };
    if (asBoth && !both) both = { e, year: Number(asBoth[1]), month: Number(asBoth[2]) };
  }
  if (both && !(year && month)) return { year: { e: both.e, value: both.year }, month: { e: both.e, value: both.month } };
  return { year, month };
};

const listOf = (items, read, least) => {
  const groups = new Map();
  for (const item of items) {
    if (read(item.text) === null || !item.e.matches("li, td, a, div, span, [role=gridcell]")) continue;
    const group = item.e.closest("ul, table, tbody") || item.e.parentElement;
    groups.set(group, [...(groups.get(group) || []), item]);
  }
  return [...groups.values()].find((group) => group.length >= least) || null;
};

// The day cells from the first 1 on: those before it belong to the month before.
const dayGrid = (items) => {
  const numbers = items.filter(({ text }) => NUMBER.test(text));
  const cells = numbers.filter(({ e }) => e.closest("td, [role=gridcell]"));
  const days = cells.length >= 28 ? cells : numbers;
  const first = days.findIndex(({ text }) => Number(text) === 1);
  return days.length < 28 || first < 0 ? null : days.slice(first);
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

// What a panel says that wants the day confirmed.
const CONFIRM = ["确定", "OK", "Ok"];

// The next press that brings an open panel nearer to year-month-day, or {done}, or {stuck: why}.
const nextPress = ([year, month, day, opened]) => {
  const root = panel();
  if (!root) return null;
  const items = shownIn(root);
  const years = listOf(items, asYear, 8);
  if (years) {
    const item = years.find(({ text }) => asYear(text) === year);
    if (item) return press(item.e, "year");
    const { back, forth } = arrows(root, years[0].e);
    return press(year < asYear(years[0].text) ? back : forth, "page of years");
  }
  const months = listOf(items, monthIn, 12);
  const header = headerOf(items);
  if (months) {
    if (header.year && header.year.value !== year) {
      const { back, forth } = arrows(root, months[0].e);
      return press(year < header.year.value ? back : forth, "year");
    }
    return press(months.find(({ text }) => monthIn(text) === month).e, "month");
  }
  const grid = dayGrid(items);
  if (!grid || !header.year || !header.month) return null;
  if (header.year.value !== year) {
    if (!opened.includes("years")) return { ...press(header.year.e, "years"), opens: "years" };
    const { back, forth } = arrows(root, grid[0].e);
    return press(year < header.year.value ? back : forth, "year arrow");
  }
  if (header.month.value !== month) {
    if (!opened.includes("months") && header.month.e !== header.year.e) return { ...press(header.month.e, "months"), opens: "months" };
    const { monthBack, monthForth } = arrows(root, grid[0].e);
    return press(month < header.month.value ? monthBack : monthForth, "month arrow");
  }
  return { ...press(grid[day - 1].e, "day"), last: true, confirm: items.some(({ text }) => CONFIRM.includes(text)) };
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

// After the day was pressed: where to confirm it, on a panel that asks for that and is still open.
y.dateConfirm = () => {
  const root = open && open.isConnected && y.visible(open) ? open : null;
  const buttons = root ? y.buttons(CONFIRM, root) : [];
  return buttons.length === 1 ? y.point(buttons[0]) : null;
};
