// Remembers every text that pops up over the page (toasts vanish in a second or two), and tells what stands there now.

y.popups = [];
// Pop-ups are numbered by the wall clock, so that those of the next document come after those of this one.
const now = () => performance.timeOrigin + performance.now();

// The words of a message as they are written, without those of its buttons.
const wordsOf = (root) => {
  const parts = [];
  let last = null;
  const visible = y.look();
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (!node.data.trim() || !visible(node.parentElement)) continue;
    let block = null;
    let button = false;
    for (let e = node.parentElement; e && e !== root; e = e.parentElement) {
      if (!block && getComputedStyle(e).display !== "inline") block = e;
      button = button || (y.pressable(e) && e.textContent.trim().length < 9);
    }
    if (button) continue;
    parts.push(last && block !== last ? ` ${node.data}` : node.data);
    last = block;
  }
  return parts.join("").replace(/\s+/g, " ").trim();
};

// All that a layer says, with the page inside it.
const textOf = (layer) => {
  const inner = y.inner(layer);
  return inner && inner.own ? `${y.text(layer)} ${inner.own.words()}` : y.text(layer);
};

// What this page says as a message, when it stands in a layer of another one.
y.said = () => wordsOf(document.body);

// Called before each press. The layers that stand open now say nothing about what the press brings, unless their words change.
let stood = new Map();
y.mark = () => {
  stood = new Map();
  const visible = y.look();
  if (y.layer()) for (const e of document.querySelectorAll("body *")) if (positioned(e) && visible(e)) stood.set(e, textOf(e));
  return now();
};
y.heard = (text) => y.popups.push({ at: now(), text: y.fold(text), words: text, element: null });

if (!y.watching) {
  y.watching = true;
  const shown = new WeakMap();
  // `written`: its text was put there just now; else something about it changed. `tries` left for one that is fading in: what
  // is not seen is forgotten, so the first look that sees it tells of it, and those of its other changes do not again.
  // `climbed`: how high up it was looked already for another one of the same change.
  const note = (element, written, tries, climbed = new Map()) => {
    for (let e = element, depth = 0; e && e !== document.body && depth < 6; e = e.parentElement, depth++) {
      if (climbed.get(e) <= depth) return;
      climbed.set(e, depth);
      const style = getComputedStyle(e);
      if (style.position !== "fixed" && !(style.position === "absolute" && e.parentElement === document.body)) continue;
      // a picker's panel or a form that opens says nothing; a message is words alone
      if (e.querySelector("table, ul, dl, input, textarea")) return;
      if (!y.visible(e)) {
        shown.delete(e);
        if (tries && e.isConnected && e.checkVisibility({ visibilityProperty: true })) setTimeout(() => note(e, false, tries - 1), 16);
        return;
      }
      const text = y.text(e);
      if (!text || text.length > 400 || (!written && shown.get(e) === text)) return;
      // the page's own root, or a notice
      if ((covers(e, 60) && !liesOver(e)) || isNotice(e)) return;
      shown.set(e, text);
      y.popups.push({ at: now(), text, words: wordsOf(e), element: new WeakRef(e) });
      if (y.popups.length > 50) y.popups.shift();
      return;
    }
  };
  const start = () => {
    new MutationObserver((records) => {
      const seen = new Set();
      const climbed = new Map();
      const restyled = new Map();
      for (const { type, addedNodes, target } of records) {
        for (const node of type === "childList" ? addedNodes : [target]) {
          const element = node instanceof HTMLElement ? node : node.parentElement;
          if (!(element instanceof HTMLElement) || seen.has(element)) continue;
          seen.add(element);
          note(element, type !== "attributes", 40, type === "attributes" ? restyled : climbed);
        }
      }
    }).observe(document.documentElement, { childList: true, subtree: true, attributes: true, attributeFilter: ["style", "class", "hidden"], characterData: true });
    for (const kind of ["transitionend", "animationend"]) addEventListener(kind, (event) => event.target instanceof HTMLElement && note(event.target, false, 0), true);
  };
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
const named = (text, kinds) => (Object.entries(kinds).find(([, parts]) => matches(text, parts)) || [null])[0];

// Words that only ask for patience are no answer.
const WAITING = /^(正在(加载|载入|处理|提交|保存|上传|查询|生成|打开|跳转)|请稍[候等])|(加载|载入|处理|提交|保存|上传|查询)中[.…。!]*$|请稍[候等][.…。!]*$/;

// A passing message of some other success is no refusal of what was asked.
const GLAD = (text) => /成功/.test(text) && !/不成功|未成功|失败/.test(text);

// What stands before the clerk now: { kind, name, text, words }, or null. What is asked for:
//   landmarks {name: [whole texts]} and messages {name: [parts of what is said]} that are waited for,
//   signs and signMarks of the same kind that mean trouble, since (what popped up after that time counts),
//   layers and toasts (whether any other layer or passing message is an answer),
//   changed {labels, value} (a field that must no longer show that value)
y.standing = ({ landmarks = {}, messages = {}, signs = {}, signMarks = {}, since, layers, toasts, changed }) => {
  const said = (text, words) => {
    const message = named(text, messages);
    if (message) return { kind: "message", name: message, text };
    const sign = named(text, signs);
    return sign && { kind: "sign", name: sign, words: words() };
  };
  const fresh = y.popups.filter((popup) => popup.at > since);
  for (const popup of fresh) {
    const answer = said(popup.text, () => popup.words);
    if (answer) return answer;
  }
  const layer = y.layer();
  const inner = y.inner(layer);
  const text = layer ? textOf(layer) : "";
  const old = layer && stood.get(layer) === text;
  // a layer may be a screen of its own; while one is up, the page below it is not before us
  const seen = (kinds) => (old ? null : (Object.entries(kinds).find(([, texts]) => has(texts, layer || document.body) || (inner && inner.own && inner.own.has(texts))) || [null])[0]);
  const landmark = seen(landmarks);
  if (landmark) return { kind: "landmark", name: landmark, text: "" };
  const sign = seen(signMarks);
  if (sign) return { kind: "sign", name: sign, words: "" };
  if (changed && !layer) {
    const labels = changed.labels.map(y.label);
    const field = y.form().find((f) => labels.includes(f.label));
    if (field && y.fold(field.value) !== y.fold(changed.value)) return { kind: "changed", name: "changed", text: "" };
  }
  if (text && !old) {
    const layerWords = () => [wordsOf(layer), inner && inner.own && inner.own.said()].filter(Boolean).join(" ");
    const answer = said(text, layerWords);
    if (answer) return answer;
    // one that is still fading in has no words yet
    const words = layers && !WAITING.test(text) && !moving(layer) && !(inner && !inner.own) && layerWords();
    if (words) return { kind: "refusal", words };
  }
  if (toasts) {
    const apart = (e) => !(layer && e && (layer.contains(e) || e.contains(layer)));
    const popup = fresh.find((p) => apart(p.element && p.element.deref()) && !WAITING.test(p.text) && !GLAD(p.text));
    if (popup) return { kind: "refusal", words: popup.words };
  }
  return null;
};

// A page that is nothing but a sign (an error page, a maintenance notice).
const troubled = ({ signs }, most) => {
  if (!document.body || document.body.textContent.length > most) return null;
  const sign = named(y.words(), signs);
  return sign && { kind: "sign", name: sign, words: document.body.innerText.slice(0, 200) };
};

// Waits for what `standing` tells; a sign anywhere in the page is the answer when nothing else comes.
y.await = async ([ask, ms]) =>
  (await y.until(() => document.readyState !== "loading" && (y.standing(ask) || troubled(ask, 400)), ms)) || troubled(ask, Infinity);
y.has = (texts) => has(texts, y.scope());

// Text of the visible body.
y.words = () => y.fold((document.body && document.body.innerText) || "");
y.layerGone = (ms) => y.until(() => !y.layer(), ms);
