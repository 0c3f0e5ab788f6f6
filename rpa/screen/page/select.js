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
