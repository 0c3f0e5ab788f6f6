// What the portal lays over a page to be read and put away: a layer that is headed by one of these titles, without
// anything to fill. Its own button is pressed, unless a person has the window.

y.notices = { titles: [], close: [] };
y.leaveNotices = () => {
  y.notices = { titles: [], close: [] };
};

const putAway = new WeakMap();
let notices = 0; // that were put away: a list or panel that was open below one may have closed
let readBefore = 0; // of those, the ones before a list or panel was opened

// The first line that a layer shows, without what is pressed beside it: what it is headed by.
const headingOf = (layer) => {
  const visible = y.look();
  const walker = document.createTreeWalker(layer, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  const line = [];
  let first = null;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (!/[\p{L}\p{N}]/u.test(node.data) || !visible(node.parentElement)) continue;
    let button = false;
    for (let e = node.parentElement; e !== layer && !button; e = e.parentElement) button = y.pressable(e) && e.textContent.trim().length < 9;
    if (button) continue;
    range.selectNodeContents(node);
    const [box] = range.getClientRects();
    if (!box) continue;
    first = first || box;
    const middle = (box.top + box.bottom) / 2;
    if (middle < first.top || middle > first.bottom) break;
    line.push(node.data);
  }
  return y.label(line.join(""));
};

const isNotice = (layer) => {
  if (!y.notices.titles.length || layer.querySelector("input, textarea, select")) return false;
  const heading = headingOf(layer);
  if (!y.notices.titles.some((title) => y.label(title) === heading)) return false;
  const button = y.notices.close.map((text) => y.buttons([text], layer)).find((found) => found.length === 1);
  if (!button) return false;
  if (!(performance.now() - putAway.get(layer) < 1000)) {
    putAway.set(layer, performance.now());
    notices += 1;
    button[0].click();
  }
  return true;
};
