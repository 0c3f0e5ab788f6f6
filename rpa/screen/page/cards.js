// Lists of entries, told apart by what each of them has:
//   buttons  a button reading the word and a choice (stored addresses): cards with "label：value" lines
//   lines    a line "word：value" (people, travel cards): cards as well, with or without buttons
//   rows     a cell under the heading `word`: rows of a table

const cardOf = (button) => {
  for (let e = button.parentElement; e && e !== document.body; e = e.parentElement) {
    const choices = e.querySelectorAll("input[type=radio], [role=radio]").length;
    if (choices === 1) return e;
    if (choices > 1) return null;
  }
  return null;
};

const linesOf = (card) => {
  const lines = {};
  for (const line of (card.innerText || "").split(/\n+/)) {
    const found = y.fold(line).match(/^([^:：]{1,20})[:：]\s*(.*)$/);
    if (found) lines[y.label(found[1])] = y.fold(found[2]);
  }
  return lines;
};

const LISTS = {
  buttons: (words) =>
    y.buttons(words, y.scope()).map(cardOf).filter(Boolean).map((card) => {
      const choice = card.querySelector("input[type=radio], [role=radio]");
      const chosen = Boolean(choice.checked || choice.getAttribute("aria-checked") === "true");
      return { element: card, lines: linesOf(card), chosen, choice: face(choice) };
    }),

  lines: (words, headings) => {
    const begins = (e) => words.some((word) => [`${y.label(word)}:`, `${y.label(word)}：`].some((start) => y.text(e).startsWith(start)));
    const near = [...y.scope().querySelectorAll("*")].filter((e) => e.textContent.length < 120 && begins(e) && y.visible(e));
    const marks = near.filter((e) => !near.some((other) => other !== e && e.contains(other)));
    return marks.map((mark) => {
      // the largest box that is about this entry alone; the mere wrapper of a list of one is not the entry
      let card = mark;
      for (let e = mark.parentElement; e && y.scope().contains(e) && e !== y.scope(); e = e.parentElement) {
        if (marks.some((other) => other !== mark && e.contains(other)) || headings.some((heading) => e.contains(heading))) break;
        if (e.childElementCount > 1 || y.fold(e.textContent) !== y.fold(card.textContent)) card = e;
      }
      return { element: card, lines: linesOf(card), chosen: false, choice: mark };
    });
  },

  rows: (words) =>
    y.tables().filter(({ headings }) => words.some((word) => headings.includes(y.label(word)))).flatMap((table) =>
      table.rows.map((row) => {
        const lines = Object.fromEntries(table.headings.map((heading, at) => [heading, row.cells[at]]));
        return { element: y.element(row.ref), lines, chosen: false, choice: y.element(row.ref) };
      }),
    ),
};

// The entries of a list, in page order; only those of one section if it is given.
y.cards = ([words, kind, section]) => {
  const headings = y.headings();
  return LISTS[kind || "buttons"](words, headings)
    .map(({ element, lines, chosen, choice }) => ({
      ref: y.ref(element), section: y.section(choice, headings), lines, chosen, choice: y.ref(choice),
    }))
    .filter((card) => !section || card.section === y.label(section));
};

// A mark of the entries as they are, and the wait until they are others.
y.cardsMark = (list) => JSON.stringify(y.cards(list).map((card) => [card.ref, card.lines]));
y.cardsOther = ([list, before, ms]) => y.until(() => !y.layer() && y.cardsMark(list) !== before, ms);
