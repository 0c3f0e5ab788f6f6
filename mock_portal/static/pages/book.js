/*
 * The lists of stored mail addresses and invoice titles: cards to choose from, with 修改, 删除 and a button to add.
 *
 *   <div data-book="address"><div class="book-cards"></div><button data-add-entry>新增地址</button></div>
 *   <template id="address-form">…the layer's form…</template>
 */
(function () {
  const WORDS = {
    address: { thing: "邮寄地址", pick: "选用此地址", ask: "确定删除该地址吗？" },
    invoice: { thing: "发票信息", pick: "选用此发票", ask: "确定删除该发票信息吗？" },
  };

  document.querySelectorAll("[data-book]").forEach((book) => {
    const kind = book.dataset.book;
    const words = WORDS[kind];
    const cards = book.querySelector(".book-cards");

    async function load(chosen) {
      const { entries } = await Portal.get(`/book/${kind}`);
      const wanted = chosen ?? entries.find((entry) => entry.is_default)?.id;
      cards.replaceChildren(...entries.map((entry) => card(entry, entry.id === wanted)));
      Portal.enhance(cards);
    }

    function card(entry, checked) {
      const radio = Portal.make("input", { type: "radio", name: Portal.named(`${kind}_id`), value: entry.id, title: words.pick, checked });
      const lines = entry.lines
        .filter(([, value]) => value)
        .map(([label, value]) =>
          Portal.make("div", { class: "line" }, Portal.make("span", {}, `${label}：`), Portal.make("span", {}, value)),
        );
      return Portal.make(
        "div",
        { class: "book-card" },
        entry.is_default ? Portal.make("span", { class: "default-mark" }, "默认") : null,
        radio,
        ...lines,
        Portal.make(
          "div",
          { class: "operations" },
          Portal.make("a", { onclick: () => edit(entry) }, "修改"),
          Portal.make("a", { onclick: () => Portal.layer.confirm(words.ask, () => remove(entry)) }, "删除"),
        ),
      );
    }

    const chosen = () => Number(cards.querySelector("input:checked")?.value) || undefined;

    function edit(entry) {
      Portal.layer.open({
        title: `${entry ? "修改" : "新增"}${words.thing}`,
        html: document.getElementById(`${kind}-form`).innerHTML,
        onOpen: (layer) => entry && Portal.set(layer, entry.values),
        buttons: [{ text: "确定", press: (layer) => save(entry, layer) }, { text: "取消" }],
      });
    }

    async function save(entry, layer) {
      const reply = await Portal.post(`/book/${kind}/save`, { id: entry ? entry.id : null, values: Portal.values(layer) });
      if (reply.code !== 0) {
        Portal.refuse(reply);
        return false;
      }
      await load(entry ? chosen() : reply.id);
      return true;
    }

    async function remove(entry) {
      const reply = await Portal.post(`/book/${kind}/delete`, { id: entry.id });
      if (reply.code !== 0) return Portal.refuse(reply);
      return load(chosen() === entry.id ? undefined : chosen());
    }

    book.querySelector("[data-add-entry]").addEventListener("click", () => edit(null));
    load();
  });
})();
