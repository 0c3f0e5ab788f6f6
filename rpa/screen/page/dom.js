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

let aimed = null;
let presses = 0; // of the mouse, that the page is done with
let told = 0; // of those, the ones before a point was told last
let waiting = () => {};

// Where to press an element: scrolled into view, and only if nothing else lies over that point.
y.point = (element) => {
  aimed = null;
  told = presses;
  let box = element.getBoundingClientRect();
  const inView = box.top >= 0 && box.left >= 0 && box.bottom <= innerHeight && box.right <= innerWidth;
  const hit = () => {
    box = element.getBoundingClientRect();
    const px = box.left + box.width / 2;
    const py = box.top + box.height / 2;
    const top = document.elementFromPoint(px, py);
    return top && (element.contains(top) || top.contains(element) && top.matches("label, a, button")) ? [px, py] : null;
  };
  if (inView) {
    const point = hit();
    if (point) return point;
  }
  // a toast or a fixed bar may lie over one place of the window: try another
  for (const block of ["center", "start", "end"]) {
    element.scrollIntoView({ block, inline: "nearest", behavior: "instant" });
    const point = hit();
    if (point) return point;
  }
  y.layer(); // what covers it may be a notice to be put away
  return null;
};

// The same, once the element holds still and nothing lies over it.
y.reach = (element, ms) => y.until(() => element.isConnected && y.aim(element, true), ms);

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

// A page that still waits for a style sheet shows nothing yet: people see its buttons only once they are at their places.
// One that could not be fetched has an empty sheet.
const unstyled = () =>
  document.readyState !== "complete" &&
  [...document.querySelectorAll("link[rel~=stylesheet i][href]:not([rel~=alternate i])")].some((link) => !link.sheet && !link.disabled && matchMedia(link.media).matches);

const moving = (element) => document.getAnimations().some((a) => a.playState === "running" && a.effect && a.effect.target && a.effect.target.contains(element));
const still = (element) => !unstyled() && !moving(element);

// Between the look and the press the page may move under the mouse. What was aimed at is remembered, and a press that
// lands on anything else is stopped before the page hears of it. A `drawn` control may change under the mouse button: the
// rest of a press that has begun on it belongs to it.
y.aim = (element, drawn = false) => {
  const point = still(element) ? y.point(element) : null;
  aimedInside = null;
  aimed = point && { element, drawn, until: performance.now() + 10000, felt: false };
  missed = false;
  return point;
};
let missed = false;
let aimedInside = null;
// The same for an element of the page inside a layer, in the coordinates of this one.
const aimInside = ({ own, frame }, element) => {
  const point = !moving(frame) && own.aim(element);
  if (!point) return null;
  const box = frame.getBoundingClientRect();
  const [px, py] = [box.left + frame.clientLeft + point[0], box.top + frame.clientTop + point[1]];
  if (document.elementFromPoint(px, py) !== frame) return null;
  [aimed, missed, aimedInside] = [null, false, own];
  return [px, py];
};
const guard = (event) => {
  if (!aimed || !event.isTrusted || performance.now() > aimed.until) return;
  const { element } = aimed;
  const lands = (aimed.drawn && aimed.felt) || element.contains(event.target) || (event.target.matches("label, a, button") && event.target.contains(element));
  if (lands && event.type === "mousedown") aimed.felt = true;
  if (event.type === "click") {
    missed = !lands && !aimed.felt;
    aimed = null;
  }
  if (lands) return;
  event.preventDefault();
  event.stopImmediatePropagation();
};
// Whether the last press was stopped whole: the page has felt nothing of it, so it may be made again.
y.missed = () => missed || Boolean(aimedInside && aimedInside.missed());
for (const kind of ["pointerdown", "mousedown", "pointerup", "mouseup", "click"]) addEventListener(kind, guard, true);

// A question about what a press brings is answered as soon as the page's own listeners are done with it: the browser
// draws a frame before it takes up anything else, and one need not wait for that.
let overdue = 0;
const felt = () => {
  clearTimeout(overdue);
  presses += 1;
  waiting();
};
addEventListener("mouseup", (event) => event.isTrusted && (overdue = setTimeout(felt)), true); // no click may follow
addEventListener(
  "click",
  (event) => {
    if (!event.isTrusted) return;
    // the listener is the last one of every element on the way; a page may stop the click at any of them
    const way = event.composedPath();
    const last = (heard) => heard === event && (event.cancelBubble || event.currentTarget === window) && felt();
    for (const node of way) node.addEventListener("click", last);
    setTimeout(() => way.forEach((node) => node.removeEventListener("click", last)));
  },
  true,
);
// { missed } when the press was stopped whole, else { answer } of `name`, asked after so many presses.
y.afterPress = async ([name, arg, times]) => {
  await (aimedInside || y).pressed(times);
  return y.missed() ? { missed: true } : { answer: name && (await y[name](arg)) };
};
y.pressed = (times) =>
  new Promise((done) => {
    const late = setTimeout(() => waiting((presses = told + times)), 2000);
    waiting = () => {
      if (presses < told + times) return;
      clearTimeout(late);
      waiting = () => {};
      done();
    };
    waiting();
  });

// Where to press the one button that reads one of these texts, inside the layer or page (and the part headed `within`).
// Waits for it to be there, to hold still and to be usable; {count} when it is not exactly one, {disabled} when unusable.
y.press = async ([texts, within, ms]) => {
  let last = { count: 0 };
  const found = await y.until(() => {
    const root = y.part(within, texts);
    const inner = y.inner(y.layer());
    const outside = root ? y.buttons(texts, root) : [];
    const inside = inner && inner.own && !within ? inner.own.buttons(texts, inner.own.document.body) : [];
    const hits = [...outside, ...inside];
    last = { count: hits.length };
    if (hits.length !== 1) return hits.length > 1 ? last : null;
    if (y.disabled(hits[0])) {
      last = { count: 1, disabled: true };
      return null;
    }
    const point = outside.length ? y.aim(hits[0]) : aimInside(inner, hits[0]);
    last = { count: 1, covered: !point };
    return point && { count: 1, point };
  }, ms);
  return found || last;
};

// The smallest part of the page that is headed by this text and holds such a button; the whole scope without a heading.
y.part = (heading, texts) => {
  const scope = y.scope();
  if (!heading) return scope;
  const titles = [...scope.querySelectorAll("*")].filter((e) => e.textContent.length < 80 && y.label(e.innerText) === y.label(heading) && y.visible(e));
  let best = null;
  for (const title of titles) {
    for (let e = title.parentElement; e && scope.contains(e); e = e.parentElement) {
      if (!y.buttons(texts, e).length) continue;
      if (!best || best.contains(e)) best = e;
      break;
    }
  }
  return best;
};

// The same for an element found by other means (CSS, role, a row's own button).
y.pressRef = async ([ref, ms]) => {
  const found = await y.until(() => {
    const element = y.element(ref);
    return element && !y.disabled(element) ? y.aim(element) : null;
  }, ms);
  return found;
};

// Reads a box that scrolls to its end, as far as the page wants it read; true when something was scrolled.
y.readToEnd = () => {
  const boxes = [...y.scope().querySelectorAll("*")].filter((e) => e.scrollHeight > e.clientHeight + 4 && /auto|scroll/.test(getComputedStyle(e).overflowY) && y.visible(e));
  for (const box of boxes) box.scrollTop = box.scrollHeight;
  scrollTo(0, document.body.scrollHeight);
  return boxes.length;
};
