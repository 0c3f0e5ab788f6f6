// Drawn selects: the list that opens, wherever the toolkit hangs it.

const squeezed = (text) => y.fold(text).replaceAll(" ", "");

// The elements that read exactly this, the innermost of each: what lies around a list of one option reads the same.
const optionNodes = (text) => {
  const wanted = y.fold(text);
  const close = squeezed(text);
  const visible = y.look();
  const found = [];
  for (const element of document.querySelectorAll("body *")) {
    // textContent is cheap; innerText is asked only of the few that can match
    if (element.childElementCount > 3 || element.textContent.length > 200 || element.matches("option, script, style, input, textarea")) continue;
    if (squeezed(element.textContent) !== close || y.text(element) !== wanted || !visible(element)) continue;
    if (found.length && found.at(-1).contains(element)) found.pop();
    found.push(element);
  }
  return found;
};

const LIST_BOXES = "ul, dl, [role=listbox], [role=menu], [class*=dropdown], [class*=options], [class*=panel]";
const listsBut = (box, visible = y.look()) => [...document.querySelectorAll(LIST_BOXES)].filter((list) => visible(list) && !list.contains(box));
let listsBefore = new Set();
let closing = [];
const opened = (box) => {
  const lists = listsBut(box).filter((list) => !listsBefore.has(list));
  if (lists.length) closing = lists;
  return lists;
};
// The list that was open for the choice before may still be fading out, and come back as this one's.
const closed = () => y.until(() => !closing.some(y.visible), 500);

// Where to press a drawn control: what shows its value may lie over its input, inside the box around both.
const reachDrawn = (element, ms) => {
  const own = face(element);
  const around = own.parentElement && own.parentElement.closest(DRAWN);
  const alone = around && [...around.querySelectorAll(CONTROLS)].filter((c) => !c.matches(NOT_CONTROLS)).length === 1;
  return y.until(() => element.isConnected && (y.aim(own, true) || (alone && y.aim(around, true))), ms);
};

// Before the press: remember what already shows the wanted text, so that only what opens is taken for an option.
y.beforeOpen = async ([ref, text, ms]) => {
  const box = y.element(ref);
  const point = box && (await reachDrawn(box, ms));
  await closed();
  y.already = new Set(optionNodes(text));
  listsBefore = new Set(listsBut(box));
  noteDrawn(box);
  readBefore = notices;
  return point;
};

// The texts of the list that is open: for telling a person what could have been chosen.
const OPTIONS = "li, dd, [role=option], [class*=item]";
const openOptions = (box) => {
  const visible = y.look();
  const textsOf = (list) => [...list.querySelectorAll(OPTIONS)].filter((e) => !e.querySelector(OPTIONS) && visible(e)).map(y.text).filter(Boolean);
  return (opened(box).map(textsOf).findLast((texts) => texts.length) || []).slice(0, 60);
};

const freshNodes = (text) => optionNodes(text).filter((element) => !y.already.has(element));
// Where to press the one option: { point }; else { many } or { covered }.
const aimOption = (nodes) => {
  if (nodes.length > 1) return { many: nodes.length };
  if (!nodes.length || y.disabled(nodes[0])) return {};
  const point = y.aim(nodes[0], true);
  return point ? { point } : { covered: true };
};

// After the press: where to press for the option; waits for the list to open and to load.
y.option = async ([ref, text, ms]) => {
  const box = y.element(ref);
  let last = {};
  await y.until(() => (last = aimOption(freshNodes(text))).point, ms);
  const lists = opened(box);
  return last.point ? last : { ...last, opened: lists.length > 0, options: openOptions(box), closed: notices > readBefore };
};

// Reading a list as a whole: what opens after the press and reads like entries of a list, the innermost of each.
const LISTED = "li, dd, [role=option], [class*=option], [class*=item]";
const entriesSeen = (root = document) => {
  const visible = y.look();
  const found = [];
  for (const element of root.querySelectorAll(LISTED)) {
    if (element.textContent.length > 200 || element.querySelector(CONTROLS) || /empty|none|loading/i.test(element.className || "")) continue;
    if (!y.text(element) || !visible(element)) continue;
    while (found.length && found.at(-1).contains(element)) found.pop();
    found.push(element);
  }
  return found;
};
const tick = (ms) => new Promise((done) => setTimeout(done, ms));

// Where to press to open the list, or to shut it again.
y.listBox = async ([ref, ms]) => {
  const box = y.element(ref);
  const point = box && (await y.reach(face(box), ms));
  y.seenBefore = y.opened && y.opened.some((e) => e.isConnected && y.visible(e)) ? y.seenBefore : new Set(entriesSeen());
  y.overLayer = Boolean(y.layer());
  return point;
};

// The texts of the list that has opened, once they come to rest; one that is drawn only as far as it is scrolled is read
// to its end.
y.listTexts = async ([ms]) => {
  const fresh = () => entriesSeen().filter((e) => !y.seenBefore.has(e));
  let last = "";
  let same = 0;
  await y.until(() => {
    const now = fresh().map(y.text).join("\n");
    same = now && now === last ? same + 1 : 0;
    last = now;
    return same >= 4;
  }, ms);
  y.opened = fresh();
  const texts = new Set(y.opened.map(y.text));
  const box = y.opened.length ? scrollerOf(y.opened[0]) : null;
  const drawn = y.opened.reduce((sum, e) => sum + e.getBoundingClientRect().height, 0);
  for (let step = 0; box && drawn < box.scrollHeight * 0.8 && step < 200; step++) {
    const top = box.scrollTop;
    box.scrollTop = top + box.clientHeight * 0.8;
    await tick(40);
    for (const element of fresh()) texts.add(y.text(element));
    y.opened.push(...fresh());
    if (box.scrollTop <= top) break;
  }
  return { options: [...texts], layer: y.overLayer };
};
const scrollerOf = (element) => {
  for (let e = element.parentElement; e && e !== document.body; e = e.parentElement) {
    if (e.scrollHeight > e.clientHeight + 4 && getComputedStyle(e).overflowY !== "visible") return e;
  }
  return null;
};

// A place that means nothing: words of the page that are neither a button nor a label. A press there shuts what is open.
y.aside = () => {
  const visible = y.look();
  for (const element of y.scope().querySelectorAll("h1, h2, h3, h4, h5, h6, p, legend, [class*=title], span, div, td")) {
    if (element.childElementCount || !y.text(element) || !visible(element) || element.closest(`label, ${SEMANTIC}`) || y.pressable(element)) continue;
    if (y.opened.some((one) => one.contains(element) || element.contains(one)) || inTwin(element)) continue;
    const box = element.getBoundingClientRect();
    const point = [box.left + box.width / 2, box.top + box.height / 2];
    if (document.elementFromPoint(...point) === element) return point;
  }
  return null;
};

// Whether nothing of that list is seen any more.
y.listShut = async ([ms]) => Boolean(await y.until(() => !y.opened.some((e) => e.isConnected && y.visible(e)), ms));

// The same in a list that draws only what is in view: scrolled from its top to its end, step by step.
y.scrolledOption = async ([ref, text, ms]) => {
  const box = y.element(ref);
  const end = performance.now() + ms;
  const around = opened(box).flatMap((list) => [list, ...list.querySelectorAll("*")]);
  const boxes = [...new Set(around)].filter((e) => e.clientHeight > 20 && e.scrollHeight > e.clientHeight + 4 && getComputedStyle(e).overflowY !== "visible");
  const offered = [];
  for (const list of boxes) {
    for (let top = 0; performance.now() < end; top = list.scrollTop + list.clientHeight * 0.7) {
      const [shown, at] = [y.text(list), list.scrollTop];
      list.scrollTop = top;
      if (top && list.scrollTop <= at) break;
      await y.until(() => list.scrollTop === at || y.text(list) !== shown, 200);
      const nodes = freshNodes(text);
      if (nodes.length) await y.until(() => aimOption(freshNodes(text)).point, 300);
      const answer = aimOption(freshNodes(text));
      if (answer.point || answer.many) return answer;
      offered.push(...openOptions(box).filter((one) => !offered.includes(one)));
    }
  }
  return { opened: true, options: (offered.length ? offered : openOptions(box)).slice(0, 60), closed: notices > readBefore };
};

// The option of one column of a cascade, the first, or the next one to the right of what was pressed last.
let column = -Infinity;
y.columnOption = async ([ref, text, first, ms]) => {
  const box = y.element(ref);
  if (first) column = -Infinity;
  const left = (element) => element.getBoundingClientRect().left;
  let last = {};
  let chosen = null;
  await y.until(() => {
    const nodes = freshNodes(text).filter((element) => left(element) > column + 5);
    const least = Math.min(...nodes.map(left));
    [chosen] = nodes.filter((element) => left(element) < least + 5);
    last = aimOption(nodes.filter((element) => left(element) < least + 5));
    return last.point;
  }, ms);
  if (!last.point) return { ...last, options: openOptions(box), closed: notices > readBefore };
  opened(box);
  column = left(chosen);
  return last;
};
// The arrow of a box that does not open by a press on its text: what is named so in the box drawn around this control
// alone; null without one. What empties, deletes or explains is none.
const ARROW = /(^|[-_ ])(arrow|caret|chevron|triangle|edge|down|dropdown|trigger|picker|date|datepicker|calendar)($|[-_ ])|下拉|日历|选择日期/i;
const NO_ARROW = /clear|close|delet|remov|trash|minus|reset|help|cancel|clean|eras|question|(^|[-_ ])(del|rm|edit|info)($|[-_ ])|清|删|移除|重置|帮助|取消/i;
const namesOf = (e) => ["class", "title", "aria-label"].map((name) => e.getAttribute(name) || "").join(" ");
const isMark = (e) => !e.querySelector(CONTROLS) && !y.text(e) && e.getBoundingClientRect().width < 60 && y.pressable(e);
const isDrawnAround = (box, input) => {
  if (box.matches("td, th, tr, table, li, dd, form, fieldset, label")) return false;
  const [own, around] = [input.getBoundingClientRect(), box.getBoundingClientRect()];
  return around.width < own.width + 80 && around.height < own.height + 20 && [...box.querySelectorAll(ALL)].filter(isControl).length === 1;
};
const boxArrow = (input) => {
  const visible = y.look();
  for (let box = input && input.parentElement, depth = 0; box && depth < 4 && isDrawnAround(box, input); box = box.parentElement, depth++) {
    const marks = [...box.querySelectorAll("a, button, i, span, svg, [role=button]")].filter((e) => isMark(e) && visible(e));
    const outer = marks.filter((e) => !marks.some((other) => other !== e && other.contains(e)));
    const named = outer.filter((e) => {
      const names = [e, ...e.querySelectorAll("*")].map(namesOf);
      return names.some((name) => ARROW.test(name)) && !names.some((name) => NO_ARROW.test(name));
    });
    if (outer.length) return named.length === 1 ? { box, arrow: named[0] } : null;
  }
  return null;
};

// Before the press: what is seen already, so that what is drawn since can be told. Only a box with an arrow needs it.
let drawnBefore = null;
const noteDrawn = (input) => {
  const visible = y.look();
  drawnBefore = boxArrow(input) ? new Set([...document.querySelectorAll("body *")].filter(visible)) : null;
};
// Where to press that arrow once the box has not opened; null where anything was drawn since the press, or it is not there.
// A box that is `known` not to open by its text need not be waited for: EasyUI's, as long as it can be typed into.
y.arrow = ([ref, known]) => {
  const input = y.element(ref);
  const found = input && drawnBefore && boxArrow(input);
  if (!found || !drawnBefore.has(found.arrow)) return null;
  if (known && !(found.box.matches(".combo") && found.arrow.matches(".combo-arrow") && y.typable(ref))) return null;
  const visible = y.look();
  const drawn = [...document.querySelectorAll("body *")].some(
    (e) => !drawnBefore.has(e) && !e.closest("[role=tooltip], [class*=tooltip]") && visible(e)
  );
  return drawn ? null : y.aim(found.arrow, true);
};

// A searched list has a box one can type into.
y.typable = (ref) => {
  const box = y.element(ref);
  return Boolean(box && box.matches("input, textarea") && !box.readOnly && !box.disabled);
};

// Sets a native select, once it has the option; the options there are when it never comes, or comes twice.
y.pick = async ([ref, text, ms]) => {
  const texts = () => [...(y.element(ref)?.options || [])].filter((o) => !o.disabled).map((o) => y.fold(o.text));
  const wanted = y.fold(text);
  if (!(await y.until(() => texts().filter((t) => t === wanted).length === 1 && !y.disabled(y.element(ref)), ms))) return texts().slice(0, 60);
  y.set([[[ref, text]]]);
  return null;
};
