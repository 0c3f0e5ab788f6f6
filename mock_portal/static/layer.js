/* Layers over a shade at the end of body, and toasts. Buttons are anchors without a role, as in layui. */
(function () {
  const TOAST_MS = 2000;
  let height = 19891014; // layui starts here; each layer stands above the one before

  function open({ title, html, buttons = [], onOpen, onClose, kind = "page" }) {
    height += 2;
    const shade = Portal.make("div", { class: "layui-layer-shade", style: `z-index:${height}` });
    const content = Portal.make("div", { class: "layui-layer-content" });
    if (html instanceof Node) content.append(html);
    else content.innerHTML = html || "";
    const layer = Portal.make(
      "div",
      { class: `layui-layer layui-layer-${kind}`, style: `z-index:${height + 1}` },
      Portal.make("div", { class: "layui-layer-title" }, title || "信息"),
      content,
      Portal.make(
        "span",
        { class: "layui-layer-setwin" },
        Portal.make("a", { class: "layui-layer-close", onclick: () => close(true) }, "×"),
      ),
    );
    function close(byCross) {
      if (!layer.isConnected) return;
      shade.remove();
      layer.remove();
      if (byCross && onClose) onClose();
    }
    layer.close = close;
    if (buttons.length) layer.append(row(buttons, layer));
    document.body.append(shade, layer);
    Portal.enhance(layer);
    if (onOpen) onOpen(layer);
    return layer;
  }

  function row(buttons, layer) {
    let busy = false; // a second press while the first is being answered does nothing
    async function press(button) {
      if (busy && !Portal.unguarded) return;
      busy = true;
      try {
        const keep = button.press ? await button.press(layer) : undefined;
        if (keep !== false) layer.close();
      } finally {
        busy = false;
      }
    }
    const anchors = buttons.map((button, index) =>
      Portal.make("a", { class: `layui-layer-btn${index}`, onclick: () => press(button) }, button.text),
    );
    return Portal.make("div", { class: "layui-layer-btn" }, ...anchors);
  }

  function words(texts, icon) {
    const lines = [].concat(texts).map((text) => Portal.make("p", {}, text));
    return Portal.make("div", { class: `layer-words ${icon || ""}` }, ...lines);
  }

  Portal.layer = {
    open,
    alert(texts, then) {
      const html = words(texts);
      return Portal.layer.open({ title: "提示", html, kind: "dialog", onClose: then, buttons: [{ text: "确定", press: () => then && then() }] });
    },
    confirm(text, yes, no) {
      const buttons = [
        { text: "确定", press: () => yes && yes() },
        { text: "取消", press: () => no && no() },
      ];
      return Portal.layer.open({ title: "信息", html: words(text, "layer-ask"), kind: "dialog", onClose: no, buttons });
    },
    success(title, text, then) {
      const html = words(text, "layer-done");
      return Portal.layer.open({ title, html, kind: "dialog", onClose: then, buttons: [{ text: "确定", press: () => then && then() }] });
    },
  };

  Portal.toast = function (text) {
    const content = Portal.make("div", { class: "layui-layer-content" }, text);
    const toast = Portal.make("div", { class: "layui-layer layui-layer-dialog layui-layer-msg" }, content);
    document.body.append(toast);
    setTimeout(() => toast.remove(), TOAST_MS);
  };
})();
