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
  return (element) => sees(element, known);
};
y.visible = (element) => y.look()(element);

y.text = (element) => y.fold(element.innerText === undefined ? element.textContent : element.innerText);

const covers = (element, slack) => {
  const box = element.getBoundingClientRect();
  return box.left <= 1 + slack && box.top <= 1 + slack && box.right >= innerWidth - 20 - slack && box.bottom >= innerHeight - 2 - slack;
};

const positioned = (element) => ["fixed", "absolute"].includes(getComputedStyle(element).position);

// The full-window element that lies over all else (a shade, or a wrapper around a layer), or null.
y.shade = () => {
  const found = new Set();
  for (const [px, py] of [[1, 1], [innerWidth - 22, 1], [1, innerHeight - 2], [innerWidth - 22, innerHeight - 2]]) {
    let element = document.elementFromPoint(px, py);
    // a wrapper that is still sliding in covers the window but for its way
    while (element && element !== document.body && !(positioned(element) && covers(element, 60))) element = element.parentElement;
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

// What the portal lays over a page to be read and put away: a layer with this title, without anything to fill.
y.notices = { titles: [], close: [] };
const putAway = new WeakMap();
let notices = 0; // that were put away: a list or panel that was open below one may have closed
let readBefore = 0; // of those, the ones before a list or panel was opened
const isNotice = (layer) => {
  const titles = new Set(y.notices.titles.map(y.label));
  if (!titles.size || layer.querySelector("input, textarea, select")) return false;
  const title = [...layer.querySelectorAll("*")].find((e) => e.textContent.length < 30 && titles.has(y.label(e.textContent)));
  const button = title && y.notices.close.map((text) => y.buttons([text], layer)).find((found) => found.length === 1);
  if (!button) return false;
  if (!(performance.now() - putAway.get(layer) < 1000)) {
    putAway.set(layer, performance.now());
    notices += 1;
    button[0].click();
  }
  return true;
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
