// What the drawn controls of this kit share. What they were set to is kept in `Kit.model`, by name, never in the page.
window.Kit = { model: {}, presses: [] };
addEventListener("click", (event) => Kit.presses.push(event.isTrusted), true);

Kit.make = (tag, className, text, parent) => {
  const element = document.createElement(tag);
  element.className = className;
  if (text !== undefined) element.textContent = text;
  if (parent) parent.append(element);
  return element;
};

// Draws every `<i data-KIND='{...}'></i>` of the page: `Kit.KIND(place, options)`.
Kit.draw = (root) => {
  for (const kind of Object.keys(Kit.kinds)) {
    for (const place of root.querySelectorAll(`[data-${kind}]`)) {
      const options = JSON.parse(place.dataset[kind]);
      delete place.dataset[kind];
      Kit.kinds[kind](place, options);
    }
  }
};
Kit.kinds = {};
addEventListener("DOMContentLoaded", () => Kit.draw(document));
