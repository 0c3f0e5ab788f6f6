/* Drawn radios and checkboxes beside hidden native ones; the native one is the model, a press on the twin sets it. */
(function () {
  const twins = new WeakMap();

  function draw(input) {
    if (twins.has(input)) return;
    input.style.display = "none";
    const kind = input.type;
    const twin = Portal.make(
      "div",
      { class: `layui-unselect layui-form-${kind}` },
      Portal.make("i", { class: "layui-icon" }),
      Portal.make("div", {}, input.title),
    );
    twins.set(input, twin);
    input.after(twin);
    twin.addEventListener("click", () => {
      if (input.disabled || (kind === "radio" && input.checked)) return;
      input.checked = kind === "radio" ? true : !input.checked;
      refresh(input);
      input.dispatchEvent(new Event("change", { bubbles: true }));
    });
    refresh(input);
  }

  /** Shows what the native control says; of a radio, all of its name. */
  function refresh(input) {
    const scope = input.closest(".layui-layer") || document;
    const group =
      input.type === "radio" ? scope.querySelectorAll(`input[type=radio][name="${CSS.escape(input.name)}"]`) : [input];
    group.forEach((one) => twins.get(one)?.classList.toggle(`layui-form-${one.type}ed`, one.checked));
  }

  Portal.choice = { draw, refresh };
})();
