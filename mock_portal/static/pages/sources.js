/*
 * Groups or cards to choose from: filters, a table or tiles, a pager; asked for and drawn by script.
 *
 *   Portal.sources(root, {pick(row), word, extra()}) -> {load(page)}
 *     word    the text of a link on each row or tile; without one the whole tile is pressed
 *     extra   further fields of the question, e.g. what is already chosen
 * Rows: {key, cells: [text]} for the table, {key, lines: [[label, text]]} for tiles.
 */
(function () {
  Portal.lines = function (lines) {
    return lines.map(([label, value]) =>
      Portal.make("div", { class: "line" }, Portal.make("span", {}, `${label}：`), Portal.make("span", {}, value)),
    );
  };

  Portal.sources = function (root, { pick, word, extra = () => ({}) }) {
    const filters = root.querySelector(".filters");
    const body = root.querySelector("tbody");
    const tiles = root.querySelector(".card-tiles");
    let asked = 0;
    let used = {}; // the filters of the last 查询; typing alone changes nothing

    async function load(page) {
      asked += 1;
      const mine = asked;
      const reply = await Portal.post(root.dataset.sources, { ...used, ...extra(), page: String(page) });
      if (mine !== asked) return; // a later question has been asked meanwhile
      if (reply.code !== 0) {
        Portal.refuse(reply);
        return;
      }
      const first = (reply.page - 1) * reply.size + 1;
      const rows = reply.rows.map((row, index) => (body ? line(row, first + index) : tile(row)));
      (body || tiles).replaceChildren(...(rows.length ? rows : [nothing()]));
      Portal.pager(root.querySelector(".pager, .layui-laypage"), { ...reply, go: load });
    }

    const link = (row) => Portal.make("a", { onclick: () => pick(row) }, word);

    function nothing() {
      if (!body) return Portal.make("div", { class: "none" }, "暂无数据");
      const columns = root.querySelectorAll("th").length;
      return Portal.make("tr", {}, Portal.make("td", { colspan: columns, class: "none" }, "暂无数据"));
    }

    function line(row, number) {
      const cells = [String(number), ...row.cells].map((text) => Portal.make("td", {}, text));
      return Portal.make("tr", { "data-key": row.key }, ...cells, Portal.make("td", {}, link(row)));
    }

    function tile(row) {
      const operations = word ? Portal.make("div", { class: "operations" }, link(row)) : null;
      const press = word ? {} : { onclick: () => pick(row) };
      const kind = `card-tile${word ? "" : " card-tile-press"}`;
      return Portal.make("div", { class: kind, "data-key": row.key, ...press }, ...Portal.lines(row.lines), operations);
    }

    root.querySelector(".query").addEventListener("click", () => {
      used = Portal.values(filters);
      load(1);
    });
    root.querySelector(".reset").addEventListener("click", async () => {
      await Portal.set(filters, { group_no: "", card_no: "", name: "" });
      used = {};
      load(1);
    });
    load(1);
    return { load };
  };
})();
