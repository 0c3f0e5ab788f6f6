// A date box whose panel hangs at the end of body. Only the panel sets it.
//   name; value; now [year, month]; kind:
//   "lists"    year and month open lists, years in pages of 15 (as laydate does)
//   "decades"  one press on the header opens months, a second one years, in pages of ten (as the bootstrap kind does)
//   "arrows"   « ‹ 2026年 11月 › » and no lists
//   "months"   only ‹ › around 2026年11月
//   "english"  « ‹ November 2026 › »
//   "natives"  native selects for year and month, ‹ › beside them
//   "easyui"   arrows without text around 十一月 2026; a press on that opens a menu of months with the year in a text box
//   confirm: the day counts once 确定 is pressed; divs: days are no table cells; animated
//   inline: the panel stands in the page behind its box, and stays
Kit.kinds.date = (place, { name, kind, now = [2026, 11], value = "", confirm, divs, animated, editable, inline }) => {
  const box = Kit.make("input", "");
  box.readOnly = !editable;
  box.placeholder = "请选择日期";
  box.value = value;
  place.replaceWith(box);
  let panel = null;
  let view = null;
  const WORDS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
  const CHINESE = ["一月", "二月", "三月", "四月", "五月", "六月", "七月", "八月", "九月", "十月", "十一月", "十二月"];
  const pad = (number, width = 2) => String(number).padStart(width, "0");
  const time = (year, month, day) => {
    const date = new Date(2000, 0, 1);
    date.setFullYear(year, month - 1, day);
    return date;
  };

  const button = (text, act, parent, tag = "span") => {
    const element = Kit.make(tag, "", text, parent);
    element.style.cssText = "cursor:pointer;display:inline-block;padding:2px 6px";
    element.addEventListener("click", (event) => {
      event.stopPropagation();
      act();
      if (panel) draw();
    });
    return element;
  };
  const turn = (months) => {
    const date = time(view.year, view.month + months, 1);
    view.year = date.getFullYear();
    view.month = date.getMonth() + 1;
  };
  const choose = (date) => {
    view.day = `${pad(date.getFullYear(), 4)}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
    if (!confirm) store();
  };
  const store = () => {
    Kit.model[name] = box.value = view.day;
    if (!inline) {
      panel.remove();
      panel = null;
    }
    box.dispatchEvent(new Event("change", { bubbles: true }));
  };

  const headers = {
    lists(head) {
      button("«", () => (view.list === "years" ? (view.from -= 15) : (view.year -= 1)), head, "i");
      button("‹", () => turn(-1), head, "i");
      button(`${view.year}年`, () => Object.assign(view, { list: "years", from: view.year - 7 }), head);
      button(`${view.month}月`, () => (view.list = "months"), head);
      button("›", () => turn(1), head, "i");
      button("»", () => (view.list === "years" ? (view.from += 15) : (view.year += 1)), head, "i");
    },
    decades(head) {
      const step = { years: 10, months: 1 }[view.list];
      button("‹", () => (view.list === "years" ? (view.from -= 10) : step ? (view.year -= 1) : turn(-1)), head, "button");
      const text = { years: `${view.from} - ${view.from + 9}`, months: `${view.year}年` }[view.list] || `${view.year}年 ${view.month}月`;
      button(text, () => Object.assign(view, view.list === "months" ? { list: "years", from: view.year - (view.year % 10) } : { list: "months" }), head);
      button("›", () => (view.list === "years" ? (view.from += 10) : step ? (view.year += 1) : turn(1)), head, "button");
    },
    arrows(head) {
      button("«", () => (view.year -= 1), head, "button");
      button("‹", () => turn(-1), head, "button");
      Kit.make("span", "", `${view.year}年`, head);
      Kit.make("span", "", `${view.month}月`, head);
      button("›", () => turn(1), head, "button");
      button("»", () => (view.year += 1), head, "button");
    },
    months(head) {
      button("‹", () => turn(-1), head, "a");
      Kit.make("span", "", `${view.year}年${view.month}月`, head);
      button("›", () => turn(1), head, "a");
    },
    english(head) {
      button("«", () => (view.year -= 1), head);
      button("‹", () => turn(-1), head);
      Kit.make("b", "", `${WORDS[view.month - 1]} ${view.year}`, head);
      button("›", () => turn(1), head);
      button("»", () => (view.year += 1), head);
    },
    natives(head) {
      button("‹", () => turn(-1), head);
      const years = Array.from({ length: 151 }, (_, i) => 1900 + i);
      const numbers = Array.from({ length: 12 }, (_, i) => i + 1);
      for (const [key, texts, word] of [["year", years, "年"], ["month", numbers, "月"]]) {
        const select = Kit.make("select", "", undefined, head);
        for (const text of texts) select.add(new Option(`${text}${word}`, text, false, text === view[key]));
        select.addEventListener("change", () => {
          view[key] = Number(select.value);
          draw();
        });
      }
      button("›", () => turn(1), head);
    },
    easyui(head) {
      const step = view.list === "months" ? 0 : 1;
      const nav = (act) => (button("", act, head, "div").style.cssText += ";width:16px;height:16px;background:#eee");
      nav(() => (view.year -= 1));
      if (step) nav(() => turn(-1));
      if (step) button(`${CHINESE[view.month - 1]} ${view.year}`, () => (view.list = "months"), head);
      else Kit.make("input", "", undefined, head).value = view.year;
      if (step) nav(() => turn(1));
      nav(() => (view.year += 1));
    },
  };

  const lists = {
    years: () => list(Array.from({ length: kind === "decades" ? 10 : 15 }, (_, i) => view.from + i), kind === "decades" ? "" : "年", (year) =>
      Object.assign(view, { year, list: kind === "decades" ? "months" : null })),
    months: () => list(Array.from({ length: 12 }, (_, i) => i + 1), "月", (month) => Object.assign(view, { month, list: null }), kind === "easyui" && CHINESE),
  };
  const list = (numbers, word, pick, words) => {
    const items = Kit.make("ul", "", undefined, panel);
    for (const number of numbers) button(words ? words[number - 1] : `${number}${word}`, () => pick(number), items, "li");
  };

  const days = () => {
    const first = time(view.year, view.month, 1);
    const grid = Kit.make(divs ? "div" : "table", "", undefined, panel);
    const week = Kit.make(divs ? "div" : "tr", "", undefined, grid);
    for (const day of "日一二三四五六") Kit.make(divs ? "span" : "th", "", day, week).style.cssText = "display:inline-block;width:24px";
    for (let row = 0; row < 6; row++) {
      const line = Kit.make(divs ? "div" : "tr", "", undefined, grid);
      for (let column = 0; column < 7; column++) {
        const date = time(view.year, view.month, 1 + row * 7 + column - first.getDay());
        const cell = button(String(date.getDate()), () => choose(date), line, divs ? "span" : "td");
        cell.style.width = "24px";
        cell.style.padding = "0";
      }
    }
    if (confirm) button("确定", () => view.day && store(), Kit.make("div", "", undefined, panel), "button");
  };

  const draw = () => {
    panel.replaceChildren();
    headers[kind](Kit.make("div", "", undefined, panel));
    (lists[view.list] || days)();
    if (animated) panel.animate([{ opacity: 0, transform: "translateY(30px)" }, { opacity: 1, transform: "none" }], 120);
  };

  box.addEventListener("click", (event) => {
    event.stopPropagation();
    if (panel) return;
    const at = box.getBoundingClientRect();
    panel = Kit.make("div", "panel", undefined, inline ? box.parentElement : document.body);
    if (!inline) panel.style.cssText = `position:absolute;z-index:60;background:#fff;border:1px solid #999;width:260px;left:${at.left + scrollX}px;top:${at.bottom + scrollY + 4}px`;
    panel.addEventListener("click", (e) => e.stopPropagation());
    const start = box.value ? box.value.split("-").map(Number) : now;
    view = { year: start[0], month: start[1], list: null };
    draw();
  });
  addEventListener("click", () => {
    if (inline) return;
    if (panel) panel.remove();
    panel = null;
  });
};
