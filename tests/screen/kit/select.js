// A drawn select: a read-only box, and a list that opens by a press.
//   name, options; at: "item" (beside the box) or "body"; animated; search (one types into it); address (options loaded on
//   the press); broken (takes no choice)
Kit.kinds.select = (place, { name, options, at = "body", animated, search, address, broken }) => {
  const holder = Kit.make("div", "x-select");
  const box = Kit.make("input", "", undefined, holder);
  box.readOnly = !search;
  place.replaceWith(holder);
  const list = Kit.make("ul", "x-list", undefined, at === "body" ? document.body : holder);
  list.style.cssText = "display:none;position:absolute;background:#fff;border:1px solid #999;margin:0;padding:4px 20px;z-index:50;list-style:none";

  const fill = (texts) => {
    list.replaceChildren(...texts.map((text) => {
      const item = Kit.make("li", "x-option");
      Kit.make("span", "", text, item);
      item.style.cursor = "pointer";
      item.addEventListener("click", () => {
        list.style.display = "none";
        if (broken) return;
        Kit.model[name] = text;
        box.value = text;
        box.dispatchEvent(new Event("change", { bubbles: true }));
      });
      return item;
    }));
  };
  const open = async () => {
    const at = box.getBoundingClientRect();
    list.style.display = "block";
    list.style.left = `${at.left + scrollX}px`;
    list.style.top = `${at.bottom + scrollY}px`;
    if (animated) list.animate([{ transform: "translateY(-40px) scaleY(0.2)" }, { transform: "none" }], 250);
    if (address) fill(await (await fetch(address)).json());
  };
  if (!address) fill(options);
  box.addEventListener("click", open);
  if (search) {
    box.addEventListener("input", () => fill((options || []).filter((text) => text.includes(box.value))));
    box.addEventListener("blur", () => (box.value = Kit.model[name] || "")); // what was typed is no choice
    fill([]);
  }
  addEventListener("mousedown", (event) => {
    if (event.target !== box && !list.contains(event.target)) list.style.display = "none";
  });
};
