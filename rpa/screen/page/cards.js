// Lists of stored entries drawn as cards: each has a choice, "label：value" lines, and buttons of its own.

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

// The cards that have a button reading `word`, in page order.
y.cards = (word) => {
  const headings = y.headings();
  return y.buttons([word], y.scope()).map(cardOf).filter(Boolean).map((card) => {
    const choice = card.querySelector("input[type=radio], [role=radio]");
    return {
      ref: y.ref(card),
      section: y.section(card, headings),
      lines: linesOf(card),
      chosen: Boolean(choice.checked || choice.getAttribute("aria-checked") === "true"),
      choice: y.ref(face(choice)),
    };
  });
};

// A mark of the cards as they are, and the wait until they are others.
y.cardsMark = (word) => JSON.stringify(y.cards(word).map((card) => [card.ref, card.lines]));
y.cardsOther = ([word, before, ms]) => y.until(() => !y.layer() && y.cardsMark(word) !== before, ms);
