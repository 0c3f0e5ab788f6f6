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

// Before the press: remember what already shows the wanted text, so that only what opens is taken for an option.
y.beforeOpen = async ([ref, text, ms]) => {
  const box = y.element(ref);
  const point = box && (await y.reach(face(box), ms));
  y.already = new Set(optionNodes(text));
  readBefore = notices;
  return point;
};

const openOptions = (box, visible = y.look()) => {
  // the texts of the list that is open: for telling a person what could have been chosen
  const lists = [...document.querySelectorAll("ul, dl, [role=listbox], [class*=dropdown], [class*=options]")].filter((l) => visible(l) && !l.contains(box));
  const list = lists.at(-1);
  return list ? [...list.querySelectorAll("li, dd, [role=option]")].filter(visible).map(y.text).slice(0, 60) : [];
};

// After the press: where to press for the option; waits for the list to open and to load.
y.option = async ([ref, text, ms]) => {
  const box = y.element(ref);
  let last = {};
  const found = await y.until(() => {
    const fresh = optionNodes(text).filter((element) => !y.already.has(element));
    last = fresh.length > 1 ? { many: fresh.length } : {};
    if (fresh.length !== 1 || y.disabled(fresh[0])) return null;
    const point = y.aim(fresh[0], true);
    last = { covered: !point };
    return point && { point };
  }, ms);
  return found || { ...last, options: openOptions(box), closed: notices > readBefore };
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

// A searched list has a box one can type into.
y.typable = (ref) => {
  const box = y.element(ref);
  return Boolean(box && !box.readOnly && !box.disabled);
};

// Sets a native select, once it has the option; the options there are when it never comes, or comes twice.
y.pick = async ([ref, text, ms]) => {
  const texts = () => [...(y.element(ref)?.options || [])].filter((o) => !o.disabled).map((o) => y.fold(o.text));
  const wanted = y.fold(text);
  if (!(await y.until(() => texts().filter((t) => t === wanted).length === 1 && !y.disabled(y.element(ref)), ms))) return texts().slice(0, 60);
  y.set([[[ref, text]]]);
  return null;
};
