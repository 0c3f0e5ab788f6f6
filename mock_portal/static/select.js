/* A drawn select over a hidden native one. The native one is the model; only a press on a drawn option sets it. */
(function () {
  const HINT = "请选择";
  const twins = new WeakMap();

  function draw(select) {
    if (twins.has(select)) return;
    select.style.display = "none";
    const searchable = "search" in select.dataset;
    const input = Portal.make("input", {
      type: "text",
      class: "layui-input layui-unselect",
      placeholder: HINT,
      readonly: !searchable,
      autocomplete: "off",
    });
    const list = Portal.make("dl", { class: "layui-anim layui-anim-upbit" });
    const title = Portal.make("div", { class: "layui-select-title" }, input, Portal.make("i", { class: "layui-edge" }));
    const twin = Portal.make("div", { class: "layui-unselect layui-form-select" }, title, list);
    twins.set(select, { input, list, twin });
    select.after(twin);
    title.addEventListener("click", () => (twin.classList.contains("layui-form-selected") ? shut(select) : open(select)));
    list.addEventListener("click", (event) => {
      const option = event.target.closest("dd");
      if (option) choose(select, option.getAttribute("lay-value"));
    });
    if (searchable) {
      input.addEventListener("input", () => {
        twin.classList.add("layui-form-selected");
        filter(select, input.value.trim());
      });
    }
    refresh(select);
  }

  function open(select) {
    document.querySelectorAll(".layui-form-selected").forEach((other) => other.classList.remove("layui-form-selected"));
    filter(select, "");
    twins.get(select).twin.classList.add("layui-form-selected");
  }

  function shut(select) {
    twins.get(select).twin.classList.remove("layui-form-selected");
    show(select); // what was typed into the search box is not a choice
  }

  function filter(select, text) {
    const { list } = twins.get(select);
    let found = 0;
    list.querySelectorAll("dd").forEach((option) => {
      const fits = option.textContent.includes(text);
      option.classList.toggle("layui-hide", !fits);
      found += fits ? 1 : 0;
    });
    list.querySelector(".layui-select-none")?.remove();
    if (!found) list.append(Portal.make("p", { class: "layui-select-none" }, "无匹配项"));
  }

  function choose(select, value) {
    const changed = select.value !== value;
    select.value = value;
    shut(select);
    if (changed) select.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function show(select) {
    const { input, list } = twins.get(select);
    const chosen = select.selectedOptions[0];
    input.value = chosen && chosen.value ? chosen.textContent : "";
    list.querySelectorAll("dd").forEach((option) => {
      option.classList.toggle("layui-this", option.getAttribute("lay-value") === select.value);
    });
  }

  /** Draws the list anew from the native options. */
  function refresh(select) {
    const { list } = twins.get(select);
    const options = [...select.options].map((option) =>
      Portal.make(
        "dd",
        { "lay-value": option.value, class: option.value ? "" : "layui-select-tips" },
        option.value ? option.textContent : HINT,
      ),
    );
    list.replaceChildren(...options);
    show(select);
  }

  document.addEventListener("click", (event) => {
    document.querySelectorAll(".layui-form-selected").forEach((twin) => {
      if (!twin.contains(event.target)) shut(twin.previousElementSibling);
    });
  });

  Portal.select = { draw, refresh };
})();
