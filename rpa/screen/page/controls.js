// The page as a form: every control with its label, kind, required mark, options and value.

const NOT_CONTROLS = "input[type=hidden], input[type=button], input[type=submit], input[type=reset], input[type=image], input[type=file]";
const CONTROLS = "input, textarea, select, [contenteditable=true]";

const DRAWN = "[class*=select], [class*=cascader], [class*=combo]";

// A drawn select without any input of its own: a box that takes the focus, and a list that opens from it.
const BOX_WORD = /(^|[-_ ])(select|selection|selector|selectbox|combo|combobox|cascader)($|[-_ ])/i;
const BOX_PART = /dropdown|option|item|menu|list|panel|arrow|icon|clear|tag/i;
const namedBox = (e) => (e.getAttribute("class") || "").split(/\s+/).some((word) => BOX_WORD.test(word) && !BOX_PART.test(word));
const mayBeBox = (e) => e.matches("[role=combobox], [aria-haspopup=listbox]") || ((e.tabIndex >= 0 || y.disabled(e)) && namedBox(e));
const NO_BOX = `${CONTROLS}, a, i, svg, li, dd, tr, td, [role=option], [role=menuitem], [role=tab], [role=listbox] *`;
const isBox = (e) => !e.matches(NO_BOX) && mayBeBox(e) && ![...e.querySelectorAll(CONTROLS)].some((c) => !c.matches(NOT_CONTROLS) && y.visible(face(c)));
// What may be controls; asked of few, since a selector that looks into classes is slow.
const ALL = `${CONTROLS}, [role=combobox], [aria-haspopup=listbox], [tabindex]`;
const isControl = (e) => (e.matches(CONTROLS) ? !e.matches(NOT_CONTROLS) : isBox(e));

const isChoice = (element) => element.matches("input[type=radio], input[type=checkbox]");

// What is seen of a control: of a radio or checkbox behind a drawn twin its own label, itself, or the next sibling; of a
// drawn select, whose input may be out of sight or under the chosen text, the box around it alone.
const face = (element) => {
  if (!isChoice(element)) {
    if (!element.matches("[role=combobox], [aria-haspopup]")) return element;
    let box = element;
    for (let depth = 0; depth < 4 && box.parentElement && !y.visible(box); depth++) box = box.parentElement;
    while (box.parentElement && box.parentElement.matches(DRAWN)) box = box.parentElement;
    return y.visible(box) && box.querySelectorAll(CONTROLS).length === 1 ? box : element;
  }
  const label = element.closest("label") || (element.id && document.querySelector(`label[for="${CSS.escape(element.id)}"]`));
  if (label && label.querySelectorAll(CONTROLS).length < 2 && y.visible(label)) return label;
  if (y.visible(element)) return element;
  const next = element.nextElementSibling;
  return next && !next.matches(CONTROLS) && y.visible(next) ? next : element;
};

// The next node to a side that says or is something: no comment and no white space.
const beside = (node, side) => {
  let next = node[side];
  while (next && next.nodeType !== Node.ELEMENT_NODE && !(next.nodeType === Node.TEXT_NODE && next.data.trim())) next = next[side];
  return next;
};

// What follows a choice says what the choice is; it is no label of what comes then.
const isTwin = (node) => {
  const before = beside(node, "previousSibling");
  return Boolean(before && before.nodeType === Node.ELEMENT_NODE && isChoice(before));
};

const choiceText = (element) => {
  const shown = face(element);
  const after = shown === element && beside(element, "nextSibling");
  const text = shown === element ? after && !(after.matches && holdsControl(after)) && raw(after) : raw(shown);
  return y.label(text || element.title || element.getAttribute("aria-label") || element.value);
};

const holdsControl = (element) => (element.matches(ALL) && isControl(element)) || [...element.querySelectorAll(ALL)].some(isControl);

const ownText = (node) => {
  if (node.nodeType === Node.TEXT_NODE) return y.label(node.data);
  if (node.nodeType !== Node.ELEMENT_NODE || node.matches("script, style, button, a, h1, h2, h3, h4, h5, h6, input, svg, i")) return "";
  if (!y.visible(node)) return "";
  const text = y.label(node.innerText);
  return text.length <= 40 ? text : "";
};

const raw = (node) => (node.nodeType === Node.TEXT_NODE ? node.data : node.innerText || "");

const starred = (node) => {
  if (/^[\s]*[*＊]|[*＊]\s*[:：]?\s*$/.test(raw(node))) return true;
  if (node.nodeType !== Node.ELEMENT_NODE) return false;
  return [node, ...node.querySelectorAll("*")].slice(0, 8).some((e) =>
    ["::before", "::after"].some((side) => /[*＊]/.test(getComputedStyle(e, side).content)) || /(^|[-_ ])required($|[-_ ])/i.test(e.className || ""));
};

// The head of a cell's column, in a table that has a row of heads above its rows.
const cellAbove = (cell) => {
  const row = cell.parentElement;
  const table = cell.closest("table");
  const heads = table && [...table.rows].find((r) => r !== row && r.cells.length === row.cells.length && [...r.cells].every((c) => c.matches("th")));
  const head = heads && heads.cells[cell.cellIndex];
  const text = head && y.label(head.innerText);
  return text ? { text, node: head } : null;
};

// The label of a control: for/id, aria, wrapping label, then the nearest text before it, climbing through its form item
// or to the table cell on its left or above, and the placeholder last.
const labelOf = (element) => {
  const choice = isChoice(element);
  if (!choice) {
    if (element.id) {
      const tied = document.querySelector(`label[for="${CSS.escape(element.id)}"]`);
      if (tied && y.visible(tied)) return { text: y.label(tied.innerText), node: tied };
    }
    const by = element.getAttribute("aria-labelledby");
    if (by) {
      const nodes = by.split(/\s+/).map((id) => document.getElementById(id)).filter(Boolean);
      if (nodes.length) return { text: y.label(nodes.map((n) => n.innerText).join("")), node: nodes[0] };
    }
    const aria = element.getAttribute("aria-label");
    if (aria) return { text: y.label(aria), node: element };
    const wrap = element.closest("label");
    if (wrap && wrap.innerText) return { text: y.label(wrap.innerText), node: wrap };
  }
  let node = choice ? element.closest("label") || element : element;
  for (let depth = 0; node && node !== document.body && depth < 8; depth++, node = node.parentElement) {
    const above = node.matches("td") && cellAbove(node);
    if (above) return above;
    for (let before = node.previousSibling; before; before = before.previousSibling) {
      if (isTwin(before) || (before.nodeType === Node.ELEMENT_NODE && holdsControl(before))) continue;
      const text = ownText(before);
      if (text) return { text, node: before };
    }
    if (node.matches("td, th, form, fieldset, section, [role=dialog]")) break;
  }
  const hint = element.getAttribute("placeholder");
  return hint ? { text: y.label(hint), node: element } : { text: "", node: null };
};

// The text of the chosen option; a first option that asks for a choice and posts nothing is none.
const chosenText = (select) => {
  const option = select.options[select.selectedIndex];
  const text = option ? y.fold(option.text) : "";
  return option && option.index === 0 && option.value === "" && /选择|^[-—]*$/.test(text) ? "" : text;
};

const isHiddenSelect = (element) => Boolean(element && element.matches("select") && !y.visible(element));

// The hidden native selects that may be the twin of a drawn one: one beside it, or the only one of a box with this control alone.
const nativeTwins = (element) => {
  for (let e = element, depth = 0; e.parentElement && depth < 4; e = e.parentElement, depth++) {
    const near = [e.previousElementSibling, e.nextElementSibling].filter(isHiddenSelect);
    if (near.length) return near;
    // a box of many inputs is a form; the browser keeps these lists, while a selector would be searched for anew
    if (e.parentElement.getElementsByTagName("input").length > 5) return [];
    const controls = [...e.parentElement.querySelectorAll(CONTROLS)].filter((c) => !c.matches(NOT_CONTROLS));
    const selects = controls.filter((c) => c.matches("select"));
    if (controls.length - selects.length > 1 || selects.some(y.visible)) return [];
    if (selects.length) return selects;
  }
  return [];
};

// What the hidden native twin of a drawn select would post; null without one, or if it is not clear which it is.
const modelValue = (element) => {
  const twins = nativeTwins(element);
  return twins.length === 1 ? postedText(twins[0], element.parentElement) : null;
};
// A select that has given its name away posts nothing: the hidden input that has it now does.
const postedText = (select, box) => {
  const heir = select.name ? null : box.querySelector("input[type=hidden][name]");
  if (!heir) return chosenText(select);
  const options = [...select.options].filter((o) => o.value === heir.value);
  return options.length === 1 ? y.fold(options[0].text) : null;
};

// The words of a class begin at its signs and capitals: `update`, `candidate` and `validatebox` speak of no date.
const DATE_WORDS = /(^|[^a-z])(lay|je|roll|my|w|birth|start|end)?date|(^|[^a-z])(calendar|picker)|日期|年月/i;
const isDated = (words) => DATE_WORDS.test((words || "").replace(/([a-z])([A-Z])/g, "$1-$2"));

// A cascade of one box has its name further out than other controls.
const inCascader = (element) => {
  const box = element.closest("[class*=cascader]");
  return Boolean(box) && [...box.querySelectorAll(CONTROLS)].filter((c) => !c.matches(NOT_CONTROLS)).length === 1;
};

const kindOf = (element, label) => {
  if (element.matches("textarea, [contenteditable=true]")) return "textarea";
  if (element.matches("select")) return "select";
  if (!element.matches(CONTROLS)) return "drawn";
  const type = (element.getAttribute("type") || "text").toLowerCase();
  if (type === "radio" || type === "checkbox") return type;
  if (type === "date") return "text"; // takes its day as typed text
  const shape = [element, element.parentElement, element.parentElement && element.parentElement.parentElement].filter(Boolean);
  const words = shape.map((e) => `${e.className || ""} ${e.getAttribute("lay-key") || ""}`).join(" ");
  const drawn = element.readOnly || element.getAttribute("role") === "combobox" || element.hasAttribute("aria-haspopup");
  if (nativeTwins(element).length || /select|combo|cascader|dropdown/i.test(words) || (element.getAttribute("role") === "combobox")) {
    return isDated(words) && !/select|cascader/i.test(words) ? "date" : "drawn";
  }
  if (isDated(words) || isDated(element.getAttribute("placeholder")) || element.hasAttribute("lay-key")) return "date";
  if (drawn && /日期|时间|有效期/.test(label)) return "date";
  return drawn ? (inCascader(element) ? "drawn" : "readonly") : "text";
};

const HINT = /^(请选择|请输入|select$|please select)/i;

// What a box without an input shows as chosen: all it says but its hint.
const boxText = (box) => {
  const hints = [...box.querySelectorAll("[class*=placeholder]")].filter(y.look()).map(y.text);
  const text = y.text(box);
  return hints.includes(text) || HINT.test(text) ? "" : text;
};

const shownValue = (element, kind) => {
  if (kind === "select") return chosenText(element);
  if (kind === "textarea" && !("value" in element)) return element.innerText;
  if (!element.matches(CONTROLS)) return boxText(element);
  if (kind !== "drawn" || element.value) return element.value;
  // some toolkits draw the chosen text beside an empty input, and a hint in the same place
  for (let box = element.parentElement; box && box.matches(DRAWN); box = box.parentElement) {
    const text = y.fold(box.innerText);
    if (text) return text.length > 60 || text === y.fold(element.getAttribute("placeholder")) || HINT.test(text) ? "" : text;
  }
  return "";
};

const choiceGroup = (elements) => {
  const on = elements.find((e) => e.checked || (e.closest("[role=radio]") || e).getAttribute("aria-checked") === "true");
  return on ? choiceText(on) : "";
};

// Everything that can be filled on the open layer or else the page, in document order: one object per label.
y.controls = (root) => {
  const headings = y.headings();
  const fields = [];
  for (const element of root.querySelectorAll(ALL)) {
    if (!isControl(element) || fields.some((f) => f.box && f.element.contains(element))) continue;
    const shown = face(element);
    if (!y.visible(shown)) continue;
    const choice = isChoice(element);
    const found = labelOf(element);
    const kind = kindOf(element, found.text);
    if (choice && kind === "radio") {
      const open = fields.find((f) => f.kind === "radio" && f.element.name === element.name && f.node === found.node);
      if (open) open.elements.push(element);
      else fields.push({ elements: [element], node: found.node, label: found, kind, element });
      continue;
    }
    const last = fields.at(-1);
    if (last && found.node && last.label.node === found.node && last.kind === kind && /^(drawn|select)$/.test(kind)) {
      last.elements.push(element); // a cascade: several boxes behind one label
      continue;
    }
    fields.push({ elements: [element], node: found.node, label: found, kind, element, box: !element.matches(CONTROLS) });
  }
  return fields.map((field) => {
    const { element, elements, kind } = field;
    const base = {
      label: kind === "checkbox" ? choiceText(element) || field.label.text : field.label.text,
      section: y.section(element, headings),
      kind: elements.length > 1 && kind !== "radio" ? "cascade" : kind,
      required: Boolean(field.label.node && starred(field.label.node)) || element.required || element.getAttribute("aria-required") === "true",
      enabled: !element.matches(":disabled") && !(field.box && y.disabled(element)) && element.getAttribute("aria-disabled") !== "true",
      readonly: Boolean(element.readOnly),
      placeholder: element.getAttribute("placeholder") || "",
      refs: elements.map(y.ref),
      options: [],
      value: "",
      model: null,
    };
    if (kind === "radio") {
      base.options = elements.map(choiceText);
      base.value = choiceGroup(elements);
    } else if (kind === "checkbox") {
      base.value = element.checked ? "true" : "false";
    } else {
      if (kind === "select") base.options = [...element.options].map((o) => y.fold(o.text));
      base.value = elements.map((e) => shownValue(e, kind)).join("/");
      const models = kind === "drawn" ? elements.map(modelValue) : [null];
      base.model = models.includes(null) ? null : models.join("/");
    }
    return base;
  });
};

// The part of the page that an element is (nothing once it has gone away); without one the open layer or the page.
const inside = (ref) => (ref === undefined || ref === null ? y.scope() : y.element(ref) || document.createElement("div"));

y.form = (ref) => y.controls(inside(ref));
// The same of the whole page, whatever layer is open over it.
y.wholeForm = () => y.controls(document.body);

// The same, once any of these labels (or placeholders) is there; as it is when the time is over.
y.formWith = async ([labels, ms, ref]) => {
  const wanted = new Set(labels.map(y.label));
  let fields = [];
  await y.until(() => {
    fields = y.form(ref);
    return fields.some((f) => wanted.has(f.label) || wanted.has(y.label(f.placeholder)));
  }, ms);
  return fields;
};

// The same, once nothing on it has changed for a moment.
y.formSettled = async ([ms, ref]) => {
  let last = "";
  let same = 0;
  await y.until(() => {
    const now = JSON.stringify(y.form(ref));
    same = now === last ? same + 1 : 0;
    last = now;
    return same >= 5;
  }, ms);
  return y.form(ref);
};

const setNative = (element, value) => {
  const owner = element.matches("textarea") ? HTMLTextAreaElement : HTMLInputElement;
  Object.getOwnPropertyDescriptor(owner.prototype, "value").set.call(element, value);
};

// The one choice of a group (or the box to tick, without a text) that reads this text.
const choiceOf = (refs, text) => {
  const found = refs.map(y.element).filter((e) => e && (text === null || choiceText(e) === y.label(text)));
  return found.length === 1 ? found[0] : null;
};

// Sets simple controls as typing would: focus, the value through the native setter, input and change, blur. Of a group
// the choice is clicked where a person would press it.
y.set = ([plan, ref]) => {
  for (const [of, value] of plan) {
    if (Array.isArray(of)) {
      const choice = choiceOf(of, value);
      if (choice) face(choice).click();
      continue;
    }
    const element = y.element(of);
    if (!element) continue;
    element.focus();
    if (element.matches("[contenteditable=true]")) element.innerText = value;
    else if (element.matches("select")) {
      const options = [...element.options].filter((o) => (value ? y.fold(o.text) === y.fold(value) : o.value === "") && !o.disabled);
      if (options.length === 1) options[0].selected = true;
    } else setNative(element, value);
    element.dispatchEvent(new InputEvent("input", { bubbles: true, data: value, inputType: "insertText" }));
    element.dispatchEvent(new Event("change", { bubbles: true }));
    element.blur();
  }
  return y.form(ref);
};

// Where to press for one choice of a radio group, or to turn a checkbox.
y.choice = ([refs, text, ms]) => {
  const element = choiceOf(refs, text);
  return element ? y.reach(face(element), ms) : null;
};
y.spot = ([ref, ms]) => {
  const element = y.element(ref);
  return element ? y.reach(element, ms) : null;
};
