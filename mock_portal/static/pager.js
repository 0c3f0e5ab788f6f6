/* 共 N 条, 上一页, page numbers, 下一页, 第 x/y 页; turning a page calls `go`, nothing is navigated. */
(function () {
  const AROUND = 2;

  Portal.pager = function (element, { total, page, size, go }) {
    const last = Math.max(1, Math.ceil(total / size));
    const anchor = (text, target, off, kind) =>
      Portal.make(
        "a",
        {
          class: `${kind}${off ? " layui-disabled" : ""}`,
          "aria-disabled": off ? "true" : null,
          onclick: () => off || go(target),
        },
        text,
      );
    element.className = "layui-laypage";
    element.replaceChildren(
      Portal.make("span", { class: "layui-laypage-count" }, `共 ${total} 条`),
      anchor("上一页", page - 1, page <= 1, "layui-laypage-prev"),
      ...numbers(page, last).map((number) => {
        if (number === null) return Portal.make("span", { class: "layui-laypage-spr" }, "…");
        if (number !== page) return anchor(String(number), number, false, "layui-laypage-number");
        return Portal.make("span", { class: "layui-laypage-curr" }, String(number));
      }),
      anchor("下一页", page + 1, page >= last, "layui-laypage-next"),
      Portal.make("span", { class: "layui-laypage-skip" }, `第 ${page}/${last} 页`),
    );
  };

  /** The first, the last and those around the current page; null where some are left out. */
  function numbers(page, last) {
    const shown = [];
    for (let number = 1; number <= last; number += 1) {
      if (number === 1 || number === last || Math.abs(number - page) <= AROUND) shown.push(number);
      else if (shown[shown.length - 1] !== null) shown.push(null);
    }
    return shown;
  }
})();
