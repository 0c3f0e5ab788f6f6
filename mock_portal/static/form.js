/* A form as a whole: drawing its controls, reading its model, filling it. */
(function () {
  const CONTROLS = "input[name], select[name], textarea[name]";
  const suffix = () => document.body.dataset.suffix || ""; // on this page's names, never in what is posted

  Portal.named = (name) => name + suffix();
  Portal.plain = (name) => (suffix() && name.endsWith(suffix()) ? name.slice(0, -suffix().length) : name);

  Portal.enhance = function (root) {
    root.querySelectorAll("select").forEach(Portal.select.draw);
    root.querySelectorAll("input[type=radio], input[type=checkbox]").forEach(Portal.choice.draw);
    root.querySelectorAll("input[data-date]").forEach(Portal.date.draw);
    root.querySelectorAll("select[data-source]").forEach(watchParent);
    root.querySelectorAll("select[data-source]:not([data-parent])").forEach((select) => {
      if (select.options.length < 2) load(select);
    });
    root.querySelectorAll("input[data-upper]").forEach((input) => {
      input.addEventListener("blur", () => (input.value = input.value.trim().toUpperCase()));
    });
    showAsked(root);
  };

  Portal.values = function (root) {
    const values = {};
    root.querySelectorAll(CONTROLS).forEach((control) => {
      if (control.type === "file") return;
      const name = Portal.plain(control.name);
      if (control.type === "radio" && !control.checked && name in values) return;
      values[name] = read(control);
    });
    return values;
  };

  function read(control) {
    const condition = control.closest("[data-when]");
    if (condition && condition.style.display === "none") return "";
    if (control.type === "radio") return control.checked ? control.value : "";
    if (control.type === "checkbox") return control.checked ? "1" : "";
    if ("date" in control.dataset) return Portal.date.value(control);
    return control.value.trim();
  }

  Portal.set = async function (root, values) {
    for (const control of root.querySelectorAll(CONTROLS)) {
      const name = Portal.plain(control.name);
      if (name in values && control.type !== "file") await write(control, String(values[name] ?? ""));
    }
    showAsked(root);
  };

  async function write(control, value) {
    if (control.type === "radio" || control.type === "checkbox") {
      control.checked = control.type === "radio" ? control.value === value : value === "1";
      Portal.choice.refresh(control);
    } else if ("date" in control.dataset) {
      Portal.date.set(control, value);
    } else if (control.tagName === "SELECT") {
      if (control.dataset.source) await load(control);
      control.value = value;
      Portal.select.refresh(control);
    } else {
      control.value = value;
    }
  }

  /** Cascades: when the parent changes, the children are emptied and fetched again. */
  function watchParent(select) {
    const parent = parentOf(select);
    if (!parent || select.watching) return;
    select.watching = true;
    parent.addEventListener("change", () => load(select));
  }

  function parentOf(select) {
    const scope = select.closest(".layui-form-item, .layui-layer, form") || document;
    return select.dataset.parent ? scope.querySelector(`select[name="${CSS.escape(Portal.named(select.dataset.parent))}"]`) : null;
  }

  async function load(select) {
    const parent = parentOf(select);
    const had = select.value;
    const orphan = select.dataset.parent && !(parent && parent.value);
    const names = orphan ? [] : await Portal.get(select.dataset.source, { parent: parent ? parent.value : "" });
    select.replaceChildren(new Option("", ""), ...names.map((name) => new Option(name, name)));
    Portal.select.refresh(select);
    if (had) select.dispatchEvent(new Event("change", { bubbles: true }));
  }

  /** The picture of 验证码: a press brings another one, and so does an answer, for which the box is emptied. */
  Portal.captcha = function (root, answered = true) {
    const picture = root.querySelector(".captcha-picture");
    const another = () => (picture.src = `/captcha?${Date.now()}`);
    if (!answered) return picture.addEventListener("click", another);
    root.querySelector(".captcha .layui-input").value = "";
    return another();
  };

  /** Shows the parts whose data-when is met: name=value, or several values with | between. */
  function showAsked(root) {
    root.querySelectorAll("[data-when]").forEach((part) => {
      const [name, value] = part.dataset.when.split("=");
      const scope = part.closest(".layui-layer") || document;
      const controls = [...scope.querySelectorAll(`[name="${CSS.escape(Portal.named(name))}"]`)];
      const met = controls.some((control) => value.split("|").includes(read(control)));
      part.style.display = met ? "" : "none";
    });
  }

  document.addEventListener("change", (event) => showAsked(event.target.closest(".layui-layer") || document));
  document.addEventListener("DOMContentLoaded", () => Portal.enhance(document));
})();
