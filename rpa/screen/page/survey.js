// Everything on the page that a pack could name, and what of it a pack's words find.

// The drawn twin of a radio button or a checkbox, or a part of it.
const inTwin = (element) => [element, element.parentElement, element.parentElement?.parentElement].some((e) => e && isTwin(e));

// Things to press: the outermost of those that hold no other, with words of their own.
const pressables = (root, visible) => {
  const found = [];
  for (const element of root.querySelectorAll("*")) {
    if (element.childElementCount > 12 || element.textContent.length > 60) continue;
    if (!y.pressable(element) || !visible(element)) continue;
    if (found.some((other) => other.contains(element)) || element.querySelector(`${SEMANTIC}, ${CONTROLS}`)) continue;
    if ((element.matches(CONTROLS) && !element.matches(SEMANTIC)) || element.closest("label") || inTwin(element)) continue;
    const text = faceOf(element);
    if (text && text.length <= 30 && !UPLOAD_WORDS.includes(text)) found.push(element);
  }
  return found;
};

// The material of an upload row: the first words around its file box that are neither a number nor a button of the row.
const materialOf = (input) => {
  for (let e = input.closest("tr") || input.parentElement; e && e !== document.body; e = e.parentElement) {
    if (e.querySelectorAll("input[type=file]").length > 1) return "";
    const lines = (e.innerText || "").split(/[\n\t]+/).map(y.label).filter((line) => line && !/^\d+$/.test(line) && !UPLOAD_WORDS.includes(line));
    if (lines.length) return lines[0];
  }
  return "";
};

// What a control offers, as far as the page holds it; of a cascade its first step.
const optionsOf = (control) => {
  if (control.options.length || !/^(drawn|cascade)$/.test(control.kind)) return control.options;
  const twins = nativeTwins(y.element(control.refs[0]));
  return twins.length === 1 ? [...twins[0].options].map((o) => y.fold(o.text)) : [];
};

const unwritten = (control) => ({ ...control, options: optionsOf(control), value: "", model: null });
y.surveyOf = (ref) => y.controls(inside(ref)).map(unwritten);

// Entries of lists as they are drawn, whatever a pack calls them: `words` are those that a pack could know the list by.
const SAYS = /^([^:：]{1,20})[:：]\s*\S/;
const entryLists = (headings, visible) => {
  const root = y.scope();
  const found = y.tables().filter(({ rows }) => rows.length)
    .map(({ headings: words, section, rows }) => ({ kind: "rows", section, words, refs: rows.map((row) => row.ref) }));
  const lines = [...root.querySelectorAll("*")].filter((e) => e.textContent.length < 120 && SAYS.test(y.text(e)) && !e.closest("table") && visible(e));
  const marks = lines.filter((e) => !lines.some((other) => other !== e && e.contains(other)));
  const count = (box) => marks.filter((mark) => box.contains(mark)).length;
  const tiles = new Set();
  for (const mark of marks) {
    let box = mark.parentElement;
    while (box !== root && count(box) < 2) box = box.parentElement;
    // up to what is pressed to choose the entry, never out to what holds more than one entry
    for (let depth = 0; depth < 3 && box !== root; depth++) {
      const parent = box.parentElement;
      if (count(parent) > count(box) || headings.some((heading) => parent.contains(heading)) || parent === root) break;
      box = parent;
    }
    const pressed = y.pressable(box) || [...box.querySelectorAll("*")].some(y.pressable);
    if (box !== root && pressed && !headings.some((heading) => box.contains(heading))) tiles.add(box);
  }
  for (const tile of tiles) {
    const isStored = tile.querySelectorAll("input[type=radio], [role=radio]").length === 1;
    const words = isStored ? pressables(tile, visible).map(faceOf) : marks.filter((mark) => tile.contains(mark)).map((mark) => y.label(y.text(mark).match(SAYS)[1]));
    found.push({ kind: isStored ? "buttons" : "lines", section: y.section(tile, headings), words, refs: [y.ref(tile)] });
  }
  return found;
};

// Those of these elements that neither hold nor lie in one of the known.
y.apart = ([refs, known]) => {
  const taken = known.map(y.element).filter(Boolean);
  return refs.filter((ref) => !taken.some((other) => other.contains(y.element(ref)) || y.element(ref)?.contains(other)));
};

// What a page has, without anything that somebody has written into it.
y.survey = () => {
  const root = y.scope();
  const visible = y.look();
  const headings = y.headings();
  const at = (element) => ({ ref: y.ref(element), section: y.section(element, headings) });
  const titles = [...root.querySelectorAll("h1, h2, h3, h4, h5, h6, legend, [role=heading], [class*=title]")].filter(visible).map((e) => y.label(e.innerText));
  return {
    controls: y.controls(root).map(unwritten),
    entries: entryLists(headings, visible),
    buttons: pressables(root, visible).map((e) => ({ ...at(e), text: faceOf(e), enabled: !y.disabled(e) })),
    tables: y.tables().map(({ headings: names, section, within }) => ({ headings: names, section, within })),
    materials: [...root.querySelectorAll("input[type=file]")].map((e) => ({ ...at(e), ref: y.ref(e.closest("tr") || e.parentElement), text: materialOf(e) })).filter((one) => one.text),
    titles: [...new Set(titles.filter((text) => text && text.length <= 40))],
    labels: y.facts().map((fact) => fact.label),
  };
};

// The buttons that read one of these texts (or turn the page of a list), as a press would find them, without aiming at any.
y.hits = (ask) => pressTargets(ask).hits.map((e) => ({ ref: y.ref(e) }));

// Where an element stands on the whole page, with what is written around it.
y.around = (ref) => {
  const element = y.element(ref);
  if (!element) return null;
  const box = face(element).getBoundingClientRect();
  const [left, top] = [Math.max(0, box.left + scrollX - 240), Math.max(0, box.top + scrollY - 60)];
  const right = Math.min(document.documentElement.scrollWidth, box.right + scrollX + 240);
  const bottom = Math.min(document.documentElement.scrollHeight, box.bottom + scrollY + 60);
  return { x: left, y: top, width: right - left, height: bottom - top };
};
// Marks an element, so that the driver can speak of it for a moment.
y.name = ([ref, name]) => {
  const element = y.element(ref);
  if (element) element.setAttribute("data-ywtb-named", name);
  return Boolean(element);
};
y.unname = () => document.querySelectorAll("[data-ywtb-named]").forEach((e) => e.removeAttribute("data-ywtb-named"));
