// What a person sees: visible text, what lies on top, what can be pressed.
// Every file of this folder adds to one object `y`; see ../script.py for how it gets into a page.

const FOLDED = /^[!-~]*$/;
y.fold = (text) =>
  FOLDED.test(text || "") ? text || "" : text
    .normalize("NFKC")
    .replace(/[\u200b\ufeff]/g, "")
    .replace(/\s+/g, " ")
    // a two-character button may be drawn with a space (保 存), a label may be stretched (姓　名)
    .replace(/([\u3400-\u9fff]) (?=[\u3400-\u9fff])/g, "$1")
    .trim();

y.label = (text) => y.fold(text).replace(/^[*＊\s]+|[*＊\s]+$/g, "").replace(/\s*[:：]\s*$/, "").replace(/^[*＊\s]+|[*＊\s]+$/g, "");

y.refs = y.refs || new Map();
y.nextRef = y.nextRef || 1;
y.names = y.names || new WeakMap();
// A number by which Python can speak of an element again while this document lives.
y.ref = (element) => {
  if (!element) return null;
  if (!y.names.has(element)) {
    y.names.set(element, y.nextRef);
    y.refs.set(y.nextRef++, new WeakRef(element));
  }
  return y.names.get(element);
};
y.element = (ref) => {
  const found = y.refs.get(ref);
  const element = found && found.deref();
  return element && element.isConnected ? element : null;
};

// Whether a folded box (its overflow cut off, nothing of it open) hides what is placed in `e` so (`free`: its position).
// What is positioned leaves boxes that are not. `known` keeps the answers: what lies in one box shares them.
const folds = (e, free, known) => {
  if (!e || e === document.body || free === "fixed") return false;
  const answers = free === "absolute" ? known.absolute : known.inFlow;
  if (!answers.has(e)) answers.set(e, foldsItself(e, free, known));
  return answers.get(e);
};
const foldsItself = (e, free, known) => {
  const open = e.clientWidth && e.clientHeight;
  if (open && free !== "absolute") return folds(e.parentElement, free, known);
  const style = getComputedStyle(e);
  if (free === "absolute" && style.position === "static") return folds(e.parentElement, free, known);
  if (!open && style.overflow !== "visible" && !/^(inline|contents)$/.test(style.display)) return true;
  return folds(e.parentElement, style.position, known);
};

const scrolls = (element) => {
  for (let e = element.parentElement; e && e !== document.body; e = e.parentElement) {
    if (/auto|scroll/.test(getComputedStyle(e).overflow)) return true;
  }
  return false;
};

const sees = (element, known) => {
  // something at opacity 0 is not seen, whichever ancestor is transparent
  if (!element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) return false;
  const box = element.getBoundingClientRect();
  if (box.width <= 0 || box.height <= 0) return false;
  // pushed off the page, where nobody can scroll to
  if ((box.right + scrollX <= 0 || box.bottom + scrollY <= 0) && !scrolls(element)) return false;
  return !folds(element.parentElement, getComputedStyle(element).position, known);
};

// Whether a person sees the element; `look` answers for many of one glance, while nothing on the page changes.
y.look = () => {
  const known = { absolute: new Map(), inFlow: new Map() };
  const seen = new Map();
  return (element) => {
    if (!seen.has(element)) seen.set(element, sees(element, known));
    return seen.get(element);
  };
};
y.visible = (element) => y.look()(element);

y.text = (element) => y.fold(element.innerText === undefined ? element.textContent : element.innerText);

const covers = (element, slack) => {
  const box = element.getBoundingClientRect();
  return box.left <= 1 + slack && box.top <= 1 + slack && box.right >= innerWidth - 20 - slack && box.bottom >= innerHeight - 2 - slack;
};

const positioned = (element) => ["fixed", "absolute"].includes(getComputedStyle(element).position);

// What is drawn over what: the outermost z-index inside `within`, where elements of one stack are compared.
const stacked = (element, within) => {
  let z = 0;
  for (let e = element; e && e !== within; e = e.parentElement) {
    const own = parseInt(getComputedStyle(e).zIndex, 10);
    if (!Number.isNaN(own)) z = own;
  }
  return z;
};
const isPlaced = (element, within) => {
  for (let e = element; e && e !== within; e = e.parentElement) if (getComputedStyle(e).position !== "static") return true;
  return false;
};
// Whether a positioned element is drawn over another one, or over the words of one that holds it.
const isOver = (element, other) => {
  let within = element.parentElement;
  while (!within.contains(other)) within = within.parentElement;
  const above = stacked(element, within) - stacked(other, within);
  if (above) return above > 0;
  return !isPlaced(other, within) || Boolean(other.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING);
};

// An empty thing that dims the window: on a bare page nothing else tells that a layer is open.
const isVeil = (element) => {
  if (!covers(element, 60) || !positioned(element) || y.text(element)) return false;
  const { opacity, backgroundColor } = getComputedStyle(element);
  const alpha = backgroundColor.match(/^rgba\(.*[ ,]([\d.]+)\)$/);
  const share = opacity * (alpha ? alpha[1] : 1);
  return share > 0 && share < 1;
};

// Whether anything that is read, filled or dimmed lies under an element that fills the window. Where nothing does, it is
// no layer but the page itself: many single pages fill the window with one positioned root.
const liesOver = (element) => {
  const visible = y.look();
  const shows = (node) => (node.nodeType === Node.TEXT_NODE ? node.data.trim() : node.matches("input, textarea, select, iframe") || isVeil(node));
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT, (node) =>
    node === element ? NodeFilter.FILTER_REJECT : shows(node) ? NodeFilter.FILTER_ACCEPT : NodeFilter.FILTER_SKIP);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    const shown = node.nodeType === Node.TEXT_NODE ? node.parentElement : node;
    if (!visible(shown)) continue;
    const box = shown.getBoundingClientRect();
    // words for a screen reader alone are cut down to a dot
    if (box.width > 2 && box.height > 2 && isOver(element, shown)) return true;
  }
  return false;
};

// The full-window element that lies over all else (a shade, or a wrapper around a layer), or null.
y.shade = () => {
  const found = new Set();
  const known = new Map();
  const isShade = (element) => {
    // a wrapper that is still sliding in covers the window but for its way
    if (!positioned(element) || !covers(element, 60)) return false;
    if (!known.has(element)) known.set(element, isVeil(element) || liesOver(element));
    return known.get(element);
  };
  for (const [px, py] of [[1, 1], [innerWidth - 22, 1], [1, innerHeight - 2], [innerWidth - 22, innerHeight - 2]]) {
    let element = document.elementFromPoint(px, py);
    while (element && element !== document.body && !isShade(element)) element = element.parentElement;
    if (!element || element === document.body) return null;
    found.add(element);
  }
  return [...found].find((element) => y.text(element)) || [...found][0];
};

const level = (element) => {
  for (let e = element; e && e !== document.body; e = e.parentElement) {
    const z = parseInt(getComputedStyle(e).zIndex, 10);
    if (!Number.isNaN(z)) return z;
  }
  return 0;
};

// The topmost open layer while its shade is up, else null. Nothing outside it can be pressed or filled. A notice is put
// away, and is none.
y.layer = () => {
  const layer = topmost();
  return layer && !isNotice(layer) ? layer : null;
};
const topmost = () => {
  const shade = y.shade();
  if (!shade) return null;
  if (y.text(shade)) return shade;
  const z = level(shade);
  const visible = y.look();
  let best = null;
  for (const element of document.querySelectorAll("body *")) {
    if (element === shade || shade.contains(element) || element.contains(shade)) continue;
    if (!positioned(element) || !visible(element) || covers(element, 0)) continue;
    if (best && best.contains(element)) continue;
    const own = level(element);
    if (own < z || (own === z && !(shade.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING))) continue;
    // a toast may lie higher still, but there is nothing on it to press or to fill
    if (!element.querySelector("iframe, input, textarea, select") && ![...element.querySelectorAll("*")].some(y.pressable)) continue;
    if (!best || own >= level(best)) best = element;
  }
  // a picker's panel may lie over the layer it belongs to: the layer is what has a title or buttons and holds still
  return best || shade;
};

// The page inside a layer: an iframe of the portal's own, seen through the script in it. { frame, own }, own null while it loads.
y.inner = (layer) => {
  const frame = layer && [...layer.querySelectorAll("iframe")].find((e) => e.contentDocument && y.visible(e));
  if (!frame) return null;
  const { contentDocument: document, contentWindow: window } = frame;
  const own = document.readyState === "complete" && document.body && window.__ywtb;
  return { frame, own: own && own.document === document && own.words() ? own : null };
};

y.scope = () => y.layer() || document.body;

const SEMANTIC = "a, button, input[type=button], input[type=submit], input[type=reset], [role=button], [role=link], [role=tab], [role=menuitem]";

y.pressable = (element) => element.matches(SEMANTIC) || element.onclick !== null || getComputedStyle(element).cursor === "pointer";

const faceOf = (element) => (element.matches("input") ? y.fold(element.value) : y.text(element));

// The elements a person could press by reading exactly one of these texts; nested ones count once.
y.buttons = (texts, root) => {
  const wanted = new Set(texts.map(y.fold));
  const visible = y.look();
  const found = [];
  for (const element of root.querySelectorAll("*")) {
    // textContent is cheap and holds at least what is seen; innerText is asked only of the few that can match
    if (element.childElementCount > 12 || element.textContent.length > 200) continue;
    if (!element.matches("input") && ![...wanted].some((text) => y.fold(element.textContent).includes(text))) continue;
    if (!wanted.has(faceOf(element)) || !y.pressable(element) || !visible(element)) continue;
    if (found.some((other) => other.contains(element))) continue;
    found.push(element);
  }
  return found;
};

y.disabled = (element) => {
  for (let e = element, depth = 0; e && depth < 3; e = e.parentElement, depth++) {
    if (e.matches(":disabled") || e.getAttribute("aria-disabled") === "true") return true;
    if (/(^|[-_ ])(is-)?disabled($|[-_ ])/i.test(e.className || "")) return true;
    if (e.matches(SEMANTIC)) break;
  }
  return getComputedStyle(element).pointerEvents === "none";
};

// Resolves with the first truthy answer of `look`, or with null when the time is over.
y.until = (look, ms) =>
  new Promise((done) => {
    const first = look();
    if (first) return done(first);
    const end = performance.now() + ms;
    let frame = 0;
    const turn = () => {
      const answer = look();
      if (answer) return done(answer);
      if (performance.now() > end) return done(null);
      // every frame at first, then less often; a timer, because frames stop in a hidden tab
      frame += 1;
      setTimeout(turn, frame < 60 ? 8 : 40);
    };
    setTimeout(turn, 4);
  });
// The same for a cheap look: without delay when the page has put in or taken out anything.
y.untilDrawn = async (look, ms) => {
  let found = null;
  const again = () => (found = found || look());
  let drawn = null;
  const first = new Promise((done) => (drawn = () => again() && done(found)));
  const observer = new MutationObserver(drawn);
  observer.observe(document, { childList: true, subtree: true, characterData: true });
  const answer = await Promise.race([first, y.until(again, ms)]);
  observer.disconnect();
  return answer;
};

// The headings of the page in order, for telling apart equal labels in different sections.
y.headings = () => [...document.querySelectorAll("h1, h2, h3, h4, h5, h6, legend, [role=heading]")].filter(y.look());
y.section = (element, headings) => {
  let last = "";
  for (const heading of headings) {
    if (heading.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING) last = y.label(heading.innerText);
    else break;
  }
  return last;
};

// The headings that an element stands under, by their levels, the outermost first.
y.within = (element, headings) => {
  const found = [];
  for (const heading of headings) {
    if (!(heading.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING)) break;
    const level = Number(heading.getAttribute("aria-level") || heading.tagName.match(/^H(\d)$/)?.[1] || 2);
    while (found.length && found[found.length - 1].level >= level) found.pop();
    found.push({ level, text: y.label(heading.innerText) });
  }
  return found.map((one) => one.text);
};

// Reads a box that scrolls to its end, as far as the page wants it read; true when something was scrolled.
y.readToEnd = () => {
  const boxes = [...y.scope().querySelectorAll("*")].filter((e) => e.scrollHeight > e.clientHeight + 4 && /auto|scroll/.test(getComputedStyle(e).overflowY) && y.visible(e));
  for (const box of boxes) box.scrollTop = box.scrollHeight;
  scrollTo(0, document.body.scrollHeight);
  return boxes.length;
};
