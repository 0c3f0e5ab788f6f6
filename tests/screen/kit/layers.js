// Layers with a shade and passing messages, in the shapes of three toolkits (all at the end of body, or of `Kit.root`).
//   Kit.layer({ make, title, words | html, buttons: [[text, act]], leave }) -> close(); an act that gives false keeps the layer
//   Kit.toast({ make, words, ms })
Kit.height = 2000;

Kit.frames = {
  layui() {
    const shade = Kit.make("div", "layui-layer-shade", undefined, Kit.root || document.body);
    shade.style.cssText = `position:fixed;top:0;left:0;width:100%;height:100%;background:#000;opacity:.3;z-index:${Kit.height++}`;
    const box = Kit.make("div", "layui-layer layui-layer-dialog", undefined, Kit.root || document.body);
    box.style.cssText = `position:fixed;top:240px;left:500px;min-width:260px;background:#fff;z-index:${Kit.height++}`;
    return { box, title: Kit.make("div", "layui-layer-title", undefined, box), content: Kit.make("div", "layui-layer-content", undefined, box),
      foot: Kit.make("div", "layui-layer-btn", undefined, box), button: "a", parts: [shade, box] };
  },
  element() {
    const wrapper = Kit.make("div", "el-message-box__wrapper", undefined, Kit.root || document.body);
    wrapper.style.cssText = `position:fixed;inset:0;text-align:center;z-index:${Kit.height + 1}`;
    const modal = Kit.make("div", "v-modal", undefined, Kit.root || document.body);
    modal.style.cssText = `position:fixed;left:0;top:0;width:100%;height:100%;opacity:.5;background:#000;z-index:${Kit.height}`;
    Kit.height += 2;
    const box = Kit.make("div", "el-message-box", undefined, wrapper);
    box.style.cssText = "display:inline-block;width:420px;margin-top:200px;background:#fff";
    return { box, title: Kit.make("div", "el-message-box__header", undefined, box), content: Kit.make("div", "el-message-box__content", undefined, box),
      foot: Kit.make("div", "el-message-box__btns", undefined, box), button: "button", parts: [wrapper, modal] };
  },
  easyui() {
    const panel = Kit.make("div", "panel window messager-window", undefined, Kit.root || document.body);
    panel.style.cssText = `position:absolute;left:480px;top:220px;width:300px;background:#fff;z-index:${Kit.height + 1}`;
    const mask = Kit.make("div", "window-mask", undefined, Kit.root || document.body);
    mask.style.cssText = `position:absolute;left:0;top:0;background:#ccc;opacity:.4;z-index:${Kit.height}`;
    mask.style.width = `${Math.max(innerWidth, document.documentElement.scrollWidth)}px`;
    mask.style.height = `${Math.max(innerHeight, document.documentElement.scrollHeight)}px`;
    Kit.height += 2;
    return { box: panel, title: Kit.make("div", "panel-title", undefined, panel), content: Kit.make("div", "messager-body", undefined, panel),
      foot: Kit.make("div", "messager-button", undefined, panel), button: "a", parts: [panel, mask] };
  },
};

Kit.layer = ({ make = "layui", title = "提示", words = "", html, buttons = [["确定"]], leave = 0, enter = 0 }) => {
  const frame = Kit.frames[make]();
  frame.title.textContent = title;
  if (html) {
    frame.content.innerHTML = html;
    Kit.draw(frame.content);
  } else frame.content.textContent = words;
  const close = () => {
    const gone = () => frame.parts.forEach((part) => part.remove());
    if (!leave) return gone();
    frame.box.animate([{ opacity: 1 }, { opacity: 0.01 }], leave).finished.then(gone);
  };
  for (const [text, act] of buttons) {
    const button = Kit.make(frame.button, "", undefined, frame.foot);
    Kit.make("span", "", make === "element" ? [...text].join(" ") : text, button);
    button.style.cssText = "cursor:pointer;margin:8px";
    button.addEventListener("click", async () => (act ? await act() : true) !== false && close());
  }
  if (enter) frame.box.animate([{ opacity: 0, transform: "translateY(-80px)" }, { opacity: 1, transform: "none" }], enter);
  return close;
};

Kit.toast = ({ make = "layui", words, ms = 600 }) => {
  const toast = Kit.make("div", { layui: "layui-layer layui-layer-msg", element: "el-message", easyui: "panel window" }[make], undefined, document.body);
  Kit.make("p", "", words, toast);
  toast.style.cssText = `position:${make === "easyui" ? "absolute" : "fixed"};left:560px;top:60px;background:#333;color:#fff;padding:8px;z-index:9999`;
  if (ms > 100) toast.animate([{ opacity: 0 }, { opacity: 1 }], 120);
  setTimeout(() => toast.remove(), ms);
};
