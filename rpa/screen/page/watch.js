// Remembers every text that pops up over the page (toasts vanish in a second or two).

y.popups = y.popups || [];
y.popupSeq = y.popupSeq || 0;

if (!y.watching) {
  y.watching = true;
  const shown = new WeakMap();
  const note = (element) => {
    if (!(element instanceof HTMLElement)) return;
    for (let e = element, depth = 0; e && e !== document.body && depth < 4; e = e.parentElement, depth++) {
      const style = getComputedStyle(e);
      if (style.position !== "fixed" && !(style.position === "absolute" && e.parentElement === document.body)) continue;
      if (!y.visible(e)) return;
      const text = y.text(e);
      // a picker's panel or a form that opens says nothing; a message is words alone
      if (!text || text.length > 400 || shown.get(e) === text || e.querySelector("table, ul, dl, input, textarea")) return;
      shown.set(e, text);
      y.popups.push({ seq: ++y.popupSeq, text });
      if (y.popups.length > 50) y.popups.shift();
      return;
    }
  };
  const start = () =>
    new MutationObserver((records) => {
      const seen = new Set();
      for (const record of records) {
        for (const node of record.type === "childList" ? record.addedNodes : [record.target]) {
          const element = node instanceof HTMLElement ? node : node.parentElement;
          if (element && !seen.has(element)) {
            seen.add(element);
            note(element);
          }
        }
      }
    }).observe(document.documentElement, { childList: true, subtree: true, attributes: true, attributeFilter: ["style", "class"], characterData: true });
  if (document.documentElement) start();
  else addEventListener("DOMContentLoaded", start);
}

const has = (texts, root) => {
  const wanted = new Set(texts.map(y.label));
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    if (!parent || parent.closest("script, style, option")) continue;
    const own = y.label(node.data);
    if (!own) continue;
    const whole = () => parent.childElementCount > 0 && parent.childElementCount < 4 && parent.textContent.length < 80 && wanted.has(y.label(parent.innerText));
    if ((wanted.has(own) || whole()) && y.visible(parent)) return own;
  }
  return null;
};

const matches = (text, patterns) => patterns.find((pattern) => new RegExp(pattern).test(text));

// What stands before the clerk now: a named landmark, a message, a layer. `ask`:
//   landmarks {name: [texts]}, messages {name: [patterns]}, since (pop-ups after that number), layer (bool)
y.standing = (ask) => {
  const layer = y.layer();
  for (const popup of y.popups) {
    if (popup.seq <= ask.since) continue;
    for (const [name, patterns] of Object.entries(ask.messages || {})) {
      if (matches(popup.text, patterns)) return { kind: "message", name, text: popup.text, seq: popup.seq };
    }
  }
  // a layer may be a screen of its own; while one is up, the page below it is not before us
  for (const [name, texts] of Object.entries(ask.landmarks || {})) {
    if (has(texts, layer || document.body)) return { kind: "landmark", name, text: "", seq: y.popupSeq };
  }
  if (layer) {
    const text = y.text(layer);
    for (const [name, patterns] of Object.entries(ask.messages || {})) {
      if (matches(text, patterns)) return { kind: "message", name, text, seq: y.popupSeq };
    }
    if (ask.layer && text && !moving(layer)) return { kind: "layer", name: "", text, seq: y.popupSeq };
  }
  if (ask.toast) {
    const popup = y.popups.find((p) => p.seq > ask.since);
    if (popup && !layer) return { kind: "toast", name: "", text: popup.text, seq: popup.seq };
  }
  return null;
};

y.await = ([ask, ms]) => y.until(() => document.readyState !== "loading" && y.standing(ask), ms);
y.mark = () => y.popupSeq;
y.has = (texts) => has(texts, y.scope());

// Text of the visible body: for telling a busy or maintenance page from a portal page.
y.words = () => y.fold((document.body && document.body.innerText) || "").slice(0, 4000);
y.layerGone = (ms) => y.until(() => !y.layer(), ms);
