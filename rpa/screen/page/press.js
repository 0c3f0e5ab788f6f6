// Presses: where to press, whether it is felt, and by what.

// Where to press an element: scrolled into view, and only if nothing else lies over that point.
y.point = (element) => {
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

// A page that still waits for a style sheet shows nothing yet: people see its buttons only once they are at their places.
// One that could not be fetched has an empty sheet.
const unstyled = () =>
  document.readyState !== "complete" &&
  [...document.querySelectorAll("link[rel~=stylesheet i][href]:not([rel~=alternate i])")].some((link) => !link.sheet && !link.disabled && matchMedia(link.media).matches);

// What turns or blinks without end stays where it is.
const isEndless = (animation) => animation.effect.getComputedTiming().endTime === Infinity;
const moving = (element) => document.getAnimations().some((a) => a.playState === "running" && a.effect && a.effect.target && a.effect.target.contains(element) && !isEndless(a));
const still = (element) => !unstyled() && !moving(element);

// Between the look and the press the page may move under the mouse. What was aimed at is remembered, and a press that
// lands on anything else is stopped before the page hears of it. A `drawn` control may change under the mouse button: the
// rest of a press that has begun on it belongs to it. `inside`: the page in a layer's iframe, to which the aim belongs.
let aimed = null;
y.aim = (element, drawn = false) => {
  const point = still(element) ? y.point(element) : null;
  aimed = point && { element, drawn, face: looksOf(document.elementFromPoint(...point)), until: performance.now() + 60000, begun: false, missed: false, presses: 0, inside: null };
  return point;
};
// The same for an element of the page inside a layer, in the coordinates of this one.
const aimInside = ({ own, frame }, element) => {
  const point = !moving(frame) && own.aim(element);
  if (!point) return null;
  const box = frame.getBoundingClientRect();
  const [px, py] = [box.left + frame.clientLeft + point[0], box.top + frame.clientTop + point[1]];
  if (document.elementFromPoint(px, py) !== frame) return null;
  aimed = { element: frame, face: "", until: performance.now() + 60000, missed: false, presses: 0, inside: own };
  return [px, py];
};
// What an arrow is drawn anew as after each press that turns a page.
const looksOf = (element) => {
  const box = element.getBoundingClientRect();
  return [element.tagName, element.className, box.left, box.top, box.width, box.height].join();
};
const isOnAim = ({ target }) =>
  (aimed.drawn && aimed.begun) ||
  aimed.element.contains(target) ||
  (target.matches("label, a, button") && target.contains(aimed.element)) ||
  (aimed.presses > 0 && looksOf(target) === aimed.face);

// Stops an event of a press that is not on its aim; true when it did.
const guard = (event) => {
  if (!aimed || performance.now() > aimed.until) return false;
  if (event.type === "pointerdown") aimed.begun = false;
  const lands = isOnAim(event);
  if (event.type === "mousedown") aimed.begun = lands;
  if (/down/.test(event.type) && !lands) aimed.missed = true; // a pointerdown that is stopped has no mousedown
  if (lands) return false;
  event.preventDefault();
  event.stopImmediatePropagation();
  return true;
};

// A question about what a press brings is answered as soon as the page's own listeners are done with it: the browser
// draws a frame before it takes up anything else, and one need not wait for that.
let overdue = 0;
let waiting = () => {};
const felt = () => {
  clearTimeout(overdue);
  if (aimed) aimed.presses += 1;
  waiting();
};
const follow = (event) => {
  // the listener is the last one of every element on the way; a page may stop the click at any of them
  const way = event.composedPath();
  const last = (heard) => heard === event && (event.cancelBubble || event.currentTarget === window) && felt();
  for (const node of way) node.addEventListener("click", last);
  setTimeout(() => way.forEach((node) => node.removeEventListener("click", last)));
};
for (const kind of ["pointerdown", "mousedown", "pointerup", "mouseup", "click"]) {
  const listen = (event) => {
    if (!event.isTrusted) return;
    const stopped = guard(event);
    if (kind === "pointerup") overdue = setTimeout(felt); // no click may follow, or one that is stopped
    if (kind === "click" && !stopped) follow(event);
  };
  addEventListener(kind, listen, true);
}

y.pressed = () => (aimed ? { times: aimed.presses, missed: aimed.missed } : { times: 0, missed: false });
// After so many presses of what was aimed at: { missed } when one was stopped whole, else { answer } of `name`.
// `y.release` ends the wait for a press that this page does not hear of.
let released = false;
y.release = () => {
  released = true;
  waiting();
};
y.afterPress = async ([name, arg, times]) => {
  const now = aimed;
  released = false;
  // an iframe may go away with the press: nothing inside it can be waited for
  const isDone = () => released || !now || now.presses >= times || Boolean(now.inside && (!now.element.isConnected || now.inside.pressed().times >= times));
  if (now && now.inside) await y.until(isDone, 60000);
  else await new Promise((done) => (waiting = () => isDone() && done()) && waiting());
  waiting = () => {};
  if (aimed === now) aimed = null;
  const missed = Boolean(now && (now.missed || (now.inside && now.inside.pressed().missed)));
  return missed ? { missed } : { answer: name && (await y[name](arg)) };
};

// What a press of these texts could mean: `outside` in this page, and with that of the page inside a layer.
const pressTargets = ([texts, within, turns]) => {
  const find = (own, root) => (turns ? own.turners(texts, root) : own.buttons(texts, root));
  const root = y.part(within, (part) => find(y, part));
  const inner = y.inner(y.layer());
  const outside = root ? find(y, root) : [];
  const inside = inner && inner.own && !within ? find(inner.own, inner.own.document.body) : [];
  return { hits: [...outside, ...inside], outside, inner };
};

// Where to press the one button that reads one of these texts, inside the layer or page (and the part headed `within`); with
// `turns` what turns the page of a list. Waits for it to be there, to hold still and to be usable; {count} when it is not
// exactly one, {disabled} when unusable.
y.markedPress = async (ask) => ({ since: y.mark(), ...(await y.press(ask)) });
y.press = async ([texts, within, ms, turns]) => {
  let last = { count: 0 };
  const found = await y.until(() => {
    const { hits, outside, inner } = pressTargets([texts, within, turns]);
    last = { count: hits.length };
    if (hits.length !== 1) return hits.length > 1 ? last : null;
    if (y.disabled(hits[0])) {
      last = { count: 1, disabled: true };
      return null;
    }
    const point = outside.length ? y.aim(hits[0]) : aimInside(inner, hits[0]);
    last = { count: 1, covered: !point };
    return point && { count: 1, point, read: faceOf(hits[0]) };
  }, ms);
  return found || last;
};

// The smallest part of the page that is headed by this text and in which `find` finds anything; the whole scope without a heading.
y.part = (heading, find) => {
  const scope = y.scope();
  if (!heading) return scope;
  const titles = [...scope.querySelectorAll("*")].filter((e) => e.textContent.length < 80 && y.label(e.innerText) === y.label(heading) && y.visible(e));
  let best = null;
  for (const title of titles) {
    for (let e = title.parentElement; e && scope.contains(e); e = e.parentElement) {
      if (!find(e).length) continue;
      if (!best || best.contains(e)) best = e;
      break;
    }
  }
  return best;
};

// The same for an element found by other means (CSS, role, a row's own button).
y.isDisabled = (ref) => Boolean(y.element(ref)) && y.disabled(y.element(ref));
y.pressRef = async ([ref, ms]) => {
  const found = await y.until(() => {
    const element = y.element(ref);
    return element && !y.disabled(element) ? y.aim(element) : null;
  }, ms);
  return found;
};
