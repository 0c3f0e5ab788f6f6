/*
 * What a question or a message says stands in an iframe inside its layer, as in layui's layers of type 2; the buttons are
 * below it, or with data-to="all" inside as well.
 */
(function () {
  const all = document.currentScript.dataset.to === "all";
  const styles = [...document.querySelectorAll("link[rel=stylesheet]")].map((link) => link.outerHTML).join("");
  const { open } = Portal.layer;

  function buttons(layer, options) {
    async function press(button) {
      const keep = button.press ? await button.press(layer) : undefined;
      if (keep !== false) layer.close();
    }
    const anchors = options.buttons.map((button, index) =>
      Portal.make("a", { class: `layui-layer-btn${index}`, onclick: () => press(button) }, button.text),
    );
    return Portal.make("div", { class: "layui-layer-btn" }, ...anchors);
  }

  Portal.layer.open = (options) => {
    if (options.kind !== "dialog") return open(options);
    const frame = Portal.make("iframe", { class: "layui-layer-iframe", scrolling: "auto", frameborder: "0" });
    const layer = open({ ...options, html: frame, buttons: all ? [] : options.buttons });
    frame.addEventListener("load", () => {
      const { body } = frame.contentDocument;
      body.append(options.html);
      if (all) body.append(buttons(layer, options));
      frame.style.height = `${body.scrollHeight}px`;
    });
    frame.srcdoc = `<!doctype html><html><head>${styles}</head><body style="background: #fff; padding: 4px"></body></html>`;
    return layer;
  };

})();
