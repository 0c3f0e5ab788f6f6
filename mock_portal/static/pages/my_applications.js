/* 我的办件: the list is asked for and drawn by script; turning a page navigates nowhere. */
(function () {
  const filters = document.querySelector(".filters");
  const body = document.querySelector(".list-table tbody");
  const pager = document.querySelector(".pager");
  const COLUMNS = ["number", "group_no", "kind", "unit", "names", "count", "reason", "submitted_at", "state"];
  let asked = 0;
  let used = {}; // the filters of the last 查询; typing alone changes nothing

  async function load(page) {
    asked += 1;
    const mine = asked;
    const reply = await Portal.post("/my-applications/list", { ...used, kind: filters.dataset.kind || used.kind || "", page: String(page) });
    if (mine !== asked) return; // a later question has been asked meanwhile
    if (reply.code !== 0) {
      Portal.refuse(reply);
      return;
    }
    body.replaceChildren(...(reply.rows.length ? reply.rows.map((row) => line(row, reply.page)) : [nothing()]));
    Portal.pager(pager, { total: reply.total, page: reply.page, size: reply.size, go: load });
  }

  const nothing = () => Portal.make("tr", {}, Portal.make("td", { colspan: COLUMNS.length + 1, class: "none" }, "暂无数据"));

  function line(row, page) {
    const cells = COLUMNS.map((name) => Portal.make("td", {}, String(row[name])));
    const operations = Portal.make(
      "td",
      {},
      Portal.make("a", { href: row.detail }, "查看"),
      row.edit ? Portal.make("a", { href: row.edit }, "编辑") : null,
      row.delete ? Portal.make("a", { onclick: () => remove(row, page) }, "删除") : null,
    );
    return Portal.make("tr", {}, ...cells, operations);
  }

  function remove(row, page) {
    Portal.layer.confirm("确定删除该团组吗？", async () => {
      const reply = await Portal.post("/my-applications/delete", { group_no: row.group_no });
      if (reply.code !== 0) return Portal.refuse(reply);
      Portal.toast("删除成功");
      return load(page);
    });
  }

  document.querySelector(".query").addEventListener("click", () => {
    used = Portal.values(filters);
    load(1);
  });
  document.querySelector(".reset").addEventListener("click", async () => {
    await Portal.set(filters, { group_no: "", name: "", kind: "", state: "", since: "", until: "" });
    used = {};
    load(1);
  });
  load(1);
})();
