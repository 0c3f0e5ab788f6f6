/* Fields, rows, photo cards, facts, the menu and the tiles stand in another order, always the same one. */
(function () {
  /** Another order of so many things: never the usual one where there are two. */
  function order(count) {
    const numbers = [...Array(count).keys()];
    let seed = count;
    for (let at = count - 1; at > 0; at -= 1) {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      const other = seed % at; // below `at`: nothing stays in its place
      [numbers[at], numbers[other]] = [numbers[other], numbers[at]];
    }
    return numbers;
  }

  /** Puts things of the same kind into each other's places. */
  function shuffle(things) {
    const places = things.map((thing) => {
      const place = document.createComment("");
      thing.replaceWith(place);
      return place;
    });
    order(things.length).forEach((from, at) => places[at].replaceWith(things[from]));
  }

  const all = (root, selector) => [...root.querySelectorAll(selector)];

  function sections(root) {
    all(root, ".panel").forEach((panel) => {
      shuffle(all(panel, ".layui-inline"));
      shuffle([...panel.children].filter((row) => row.matches(".layui-form-item") && !row.querySelector(".layui-inline")));
    });
  }

  sections(document);
  all(document, "template").forEach(({ content }) => {
    shuffle(all(content, ".layui-inline"));
    shuffle([...content.children].filter((row) => row.matches(".layui-form-item") && !row.querySelector(".layui-inline")));
  });
  all(document, ".attachment-table tbody").forEach((body) => {
    shuffle(all(body, "tr[data-slot]"));
    all(body, "tr[data-slot]").forEach((row, index) => (row.cells[0].textContent = String(index + 1)));
  });
  shuffle(all(document, ".photo-card"));
  all(document, ".facts").forEach((table) => {
    const [labels, values] = [all(table, "td.label"), all(table, "td:not(.label)")];
    all(table, "[colspan]").forEach((cell) => cell.removeAttribute("colspan"));
    shuffle(labels);
    shuffle(values);
  });
  shuffle(all(document, ".side-menu li"));
  shuffle(all(document, ".tiles .tile"));
  shuffle(all(document, ".services .service"));
})();
