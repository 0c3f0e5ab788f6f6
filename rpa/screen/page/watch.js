// Remembers every text that pops up over the page (toasts vanish in a second or two).

y.popups = [];
// Pop-ups are numbered by the wall clock, so that those of the next document come after those of this one.
const now = () => performance.timeOrigin + performance.now();
// Called before each press. The layer that is open now is what the press answers; it says nothing about what comes.
y.mark = () => {
  const layer = y.layer();
  y.answered = layer && { layer, text: y.text(layer) };
  return now();
};
y.heard = (text) => y.popups.push({ at: now(), text: y.fold(text) });

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
      y.popups.push({ at: now(), text });
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

const matches = (text, parts) => parts.some((part) => text.includes(y.fold(part)));

// What stands before the clerk now: a named landmark, a message, a layer. `ask`:
//   landmarks {name: [texts]}, messages {name: [parts of what is said]}, since (pop-ups after that time), layer and toast (whether
//   any other one counts), changed {labels, value} (a field that must no longer show that value)
y.standing = (ask) => {
  const layer = y.layer();
  if (layer && y.answered && y.answered.layer === layer && y.answered.text === y.text(layer)) return null;
  for (const popup of y.popups) {
    if (popup.at <= ask.since) continue;
    for (const [name, parts] of Object.entries(ask.messages || {})) {
      if (matches(popup.text, parts)) return { kind: "message", name, text: popup.text };
    }
  }
  // a layer may be a screen of its own; while one is up, the page below it is not before us
  for (const [name, texts] of Object.entries(ask.landmarks || {})) {
    if (has(texts, layer || document.body)) return { kind: "landmark", name, text: "" };
  }
  if (ask.changed && !layer) {
    const labels = ask.changed.labels.map(y.label);
    const field = y.form().find((f) => labels.includes(f.label));
    if (field && y.fold(field.value) !== y.fold(ask.changed.value)) return { kind: "changed", name: "changed", text: "" };
  }
  if (layer) {
    const text = y.text(layer);
    for (const [name, parts] of Object.entries(ask.messages || {})) {
      if (matches(text, parts)) return { kind: "message", name, text };
    }
    if (ask.layer && text && !moving(layer)) return { kind: "layer", name: "", text };
  }
  if (ask.toast) {
    const popup = y.popups.find((p) => p.at > ask.since);
    if (popup && !layer) return { kind: "toast", name: "", text: popup.text };
  }
  return null;
};

y.await = ([ask, ms]) => y.until(() => document.readyState !== "loading" && y.standing(ask), ms);
y.has = (texts) => has(texts, y.scope());

// Text of the visible body: for telling a busy or maintenance page from a portal page.
y.words = () => y.fold((document.body && document.body.innerText) || "");
y.layerGone = (ms) => y.until(() => !y.layer(), ms);
