// Drawn selects: the list that opens, wherever the toolkit hangs it.

const optionNodes = (text) => {
  const wanted = y.fold(text);
  const found = [];
  for (const element of document.querySelectorAll("body *")) {
    if (element.childElementCount > 3 || element.matches("option, script, style, input, textarea") || !element.textContent.includes(text.trim().slice(0, 2))) continue;
    if (y.fold(element.innerText) !== wanted || !y.visible(element)) continue;
    if (found.some((other) => other.contains(element))) continue;
    found.push(element);
  }
  return found;
};

// Before the press: remember what already shows the wanted text, so that only what opens is taken for an option.
y.beforeOpen = async ([ref, text, ms]) => {
  const box = y.element(ref);
  const point = box && (await y.reach(box, ms));
  y.already = new Set(optionNodes(text));
  return point;
};

const openOptions = (box) => {
  // the texts of the list that is open: for telling a person what could have been chosen
  const lists = [...document.querySelectorAll("ul, dl, [role=listbox], [class*=dropdown], [class*=options]")].filter((l) => y.visible(l) && !l.contains(box));
  const list = lists.at(-1);
  return list ? [...list.querySelectorAll("li, dd, [role=option]")].filter(y.visible).map(y.text).slice(0, 60) : [];
};

// After the press: where to press for the option; waits for the list to open and to load.
y.option = async ([ref, text, ms]) => {
  const box = y.element(ref);
  let covered = false;
  const found = await y.until(() => {
    const fresh = optionNodes(text).filter((element) => !y.already.has(element));
    if (fresh.length > 1) {
      // the box itself may show the text too; the list is what is not inside the box
      const listed = fresh.filter((element) => !element.contains(box));
      if (listed.length > 1) return { many: listed.length };
      if (listed.length === 1) fresh.splice(0, fresh.length, listed[0]);
    }
    if (fresh.length !== 1) return null;
    if (y.disabled(fresh[0])) return { disabled: true };
    const point = moving(fresh[0]) ? null : y.point(fresh[0]);
    covered = !point;
    return point ? { point } : null;
  }, ms);
  return found || { covered, options: openOptions(box) };
};

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
  y.set([[ref, text]]);
  return null;
};
