// Covers personal data on the page while a screenshot is taken.

const SHAPES = /(^|[^0-9A-Za-z])(\d{17}[0-9Xx]|[EePpSsDdGg][A-Za-z]?\d{7,8}|1[3-9]\d{9})(?![0-9A-Za-z])/;

const cover = (box, host) => {
  if (box.width < 1 || box.height < 1) return;
  const patch = document.createElement("div");
  patch.style.cssText = `position:absolute;z-index:2147483647;background:#777;pointer-events:none;left:${box.left + scrollX - 1}px;top:${box.top + scrollY - 1}px;width:${box.width + 2}px;height:${box.height + 2}px`;
  host.appendChild(patch);
};

// An icon tells nothing of a person; nor does what fills the window.
const coverPicture = (element, host) => {
  const box = element.getBoundingClientRect();
  if (box.width > 40 && box.height > 40 && !(element.matches("body, div") && covers(element, 0))) cover(box, host);
};

// What stands under one of the labels on a page that is only read: the cell or the dd beside it, the column below it,
// and what is drawn as "label：value" in one element.
const under = (named) => {
  const found = [];
  for (const cell of document.querySelectorAll("th, td, dt")) {
    if (!named.has(y.label(cell.innerText))) continue;
    const heads = cell.matches("th") && [...cell.parentElement.cells].every((c) => c.matches("th"));
    if (!heads) found.push(cell.nextElementSibling);
    else {
      // the rows may be in a table of their own below the heads
      const own = [...cell.closest("table").rows];
      const rows = own.length > 1 ? own : [...document.querySelectorAll("tbody > tr")];
      for (const row of rows) if (row !== cell.parentElement && row.cells.length === cell.parentElement.cells.length) found.push(row.cells[cell.cellIndex]);
    }
  }
  const lines = [...document.body.querySelectorAll("*")].filter((e) => {
    if (e.textContent.length > 120 || !/[:：]/.test(e.textContent)) return false;
    const line = y.fold(e.innerText).match(/^([^:：]{1,20})[:：]\s*(.+)$/);
    return line && named.has(y.label(line[1]));
  });
  found.push(...lines.filter((e) => !lines.some((other) => other !== e && e.contains(other))));
  return found.filter(Boolean);
};

// Covers every text and control that shows one of `values` or anything shaped like an ID, passport or mobile number,
// every control labelled with one of `labels` and what stands under one, and every picture larger than an icon. `unveil` takes the covers off.
y.veil = ([values, labels]) => {
  y.unveil();
  const host = document.createElement("div");
  host.id = "ywtb-veil";
  const wanted = values.map(y.fold).filter(Boolean);
  const secret = (text) => {
    const shown = y.fold(text);
    // numbers may be shown in groups: 138 0013 8000
    return SHAPES.test(shown) || SHAPES.test(shown.replace(/(\d)[ -](?=\d)/g, "$1")) || wanted.some((value) => shown.includes(value));
  };
  const named = new Set(labels.map(y.label));
  for (const cell of under(named)) cover(cell.getBoundingClientRect(), host);
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (!secret(node.data)) continue;
    range.selectNodeContents(node);
    for (const box of range.getClientRects()) cover(box, host);
  }
  for (const element of document.body.querySelectorAll("*")) {
    const text = element.textContent;
    // a text in several parts, none of which tells by itself
    if (element.childNodes.length > 1 && text.length < 400 && secret(text) && ![...element.childNodes].some((part) => secret(part.textContent))) {
      cover(element.getBoundingClientRect(), host);
    }
    if (getComputedStyle(element).backgroundImage.includes("url(")) coverPicture(element, host);
  }
  for (const field of y.controls(document.body)) {
    for (const ref of field.refs) {
      const element = y.element(ref);
      if (element && (named.has(field.label) || secret(field.value))) cover(face(element).getBoundingClientRect(), host);
    }
  }
  for (const element of document.querySelectorAll("input, textarea")) {
    if (element.type === "password" || secret(element.value)) cover(element.getBoundingClientRect(), host);
  }
  for (const picture of document.querySelectorAll("img, svg image, canvas, iframe, embed, object, video")) coverPicture(picture, host);
  document.documentElement.appendChild(host);
  return host.childElementCount;
};
y.unveil = () => document.querySelectorAll("#ywtb-veil").forEach((e) => e.remove());
