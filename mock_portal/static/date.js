/* A read-only date box whose panel hangs at the end of body, in the manner of laydate. Only the panel sets the date:
   what is posted is kept here, and a text written into the box by a script is not. */
(function () {
  const YEARS = 15;
  const WEEK = ["日", "一", "二", "三", "四", "五", "六"];
  const state = new WeakMap(); // box -> "YYYY-MM-DD" or ""
  let panel = null;

  const pad = (number) => String(number).padStart(2, "0");
  const text = (date) => `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;

  function draw(box) {
    if (state.has(box)) return;
    box.readOnly = true;
    box.autocomplete = "off";
    if (!box.placeholder) box.placeholder = "yyyy-MM-dd";
    state.set(box, box.value);
    box.addEventListener("click", () => open(box));
  }

  function set(box, value) {
    const changed = state.get(box) !== value;
    state.set(box, value);
    box.value = value;
    if (changed) box.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function open(box) {
    close();
    const [year, month] = (state.get(box) || text(new Date())).split("-").map(Number);
    panel = Portal.make("div", { class: "layui-laydate" });
    panel.box = box;
    panel.view = { year, month, list: null, from: 0 };
    panel.addEventListener("click", (event) => event.stopPropagation());
    document.body.append(panel);
    render();
    place(box);
  }

  function close() {
    panel?.remove();
    panel = null;
  }

  function place(box) {
    const at = box.getBoundingClientRect();
    const below = at.bottom + panel.offsetHeight + 8 < window.innerHeight || at.top < panel.offsetHeight + 8;
    panel.style.left = `${Math.max(8, Math.min(at.left, window.innerWidth - panel.offsetWidth - 8)) + window.scrollX}px`;
    panel.style.top = `${(below ? at.bottom + 4 : at.top - panel.offsetHeight - 4) + window.scrollY}px`;
  }

  function turn(years, months) {
    const { view } = panel;
    if (view.list === "year") view.from += YEARS * years;
    else {
      const date = new Date(2000, view.month - 1 + months, 1);
      view.year += years + (date.getFullYear() - 2000);
      view.month = date.getMonth() + 1;
    }
    render();
  }

  function toggle(list) {
    const { view } = panel;
    view.list = view.list === list ? null : list;
    view.from = view.year - Math.floor(YEARS / 2);
    render();
  }

  function render() {
    const { view } = panel;
    const body = view.list === "year" ? years() : view.list === "month" ? months() : days();
    panel.replaceChildren(header(), Portal.make("div", { class: "layui-laydate-content" }, body), footer());
  }

  function header() {
    const { view } = panel;
    const icon = (name, sign, years, months) =>
      Portal.make("i", { class: `layui-icon laydate-icon laydate-${name}`, onclick: () => turn(years, months) }, sign);
    const days = view.list === null;
    return Portal.make(
      "div",
      { class: "layui-laydate-header" },
      icon("prev-y", "«", -1, 0),
      days ? icon("prev-m", "‹", 0, -1) : null,
      Portal.make(
        "div",
        { class: "laydate-set-ym" },
        Portal.make("span", { "lay-type": "year", onclick: () => toggle("year") }, `${view.year}年`),
        Portal.make("span", { "lay-type": "month", onclick: () => toggle("month") }, `${view.month}月`),
      ),
      days ? icon("next-m", "›", 0, 1) : null,
      icon("next-y", "»", 1, 0),
    );
  }

  function list(kind, numbers, word, now, pick) {
    const items = numbers.map((number) =>
      Portal.make("li", { "lay-ym": number, class: number === now ? "layui-this" : "", onclick: () => pick(number) }, `${number}${word}`),
    );
    return Portal.make("ul", { class: `layui-laydate-list laydate-${kind}-list` }, ...items);
  }

  function years() {
    const { view } = panel;
    const numbers = Array.from({ length: YEARS }, (_, index) => view.from + index);
    return list("year", numbers, "年", view.year, (year) => {
      Object.assign(view, { year, list: null });
      render();
    });
  }

  function months() {
    const { view } = panel;
    const numbers = Array.from({ length: 12 }, (_, index) => index + 1);
    return list("month", numbers, "月", view.month, (month) => {
      Object.assign(view, { month, list: null });
      render();
    });
  }

  function days() {
    const { view, box } = panel;
    const first = new Date(2000, 0, 1);
    first.setFullYear(view.year, view.month - 1, 1); // years below 100 would be read as 19xx by the constructor
    const head = Portal.make("tr", {}, ...WEEK.map((day) => Portal.make("th", {}, day)));
    const rows = Array.from({ length: 6 }, (_, week) =>
      Portal.make("tr", {}, ...WEEK.map((_, day) => cell(first, week * 7 + day - first.getDay(), box))),
    );
    return Portal.make("table", {}, Portal.make("thead", {}, head), Portal.make("tbody", {}, ...rows));
  }

  function cell(first, offset, box) {
    const date = new Date(first);
    date.setDate(1 + offset);
    const value = text(date);
    const away = date.getMonth() === first.getMonth() ? "" : offset < 0 ? "laydate-day-prev" : "laydate-day-next";
    const chosen = value === state.get(box) ? "layui-this" : "";
    const ymd = `${date.getFullYear()}-${date.getMonth() + 1}-${date.getDate()}`;
    return Portal.make("td", { "lay-ymd": ymd, class: `${away} ${chosen}`.trim(), onclick: () => pick(value) }, String(date.getDate()));
  }

  function pick(value) {
    set(panel.box, value);
    close();
  }

  function footer() {
    const button = (word, value) => Portal.make("span", { class: "laydate-btns", onclick: () => pick(value) }, word);
    return Portal.make("div", { class: "layui-laydate-footer" }, button("清空", ""), button("今天", text(new Date())));
  }

  document.addEventListener("click", (event) => {
    if (panel && event.target !== panel.box) close();
  });

  Portal.date = { draw, set, value: (box) => state.get(box) ?? "" };
})();
