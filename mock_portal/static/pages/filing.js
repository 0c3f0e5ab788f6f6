/* The fill pages of 更换护照, 提前制卡, 换补卡 and 注销: the reason, the chosen people, the files, 保存并上报. */
(function () {
  const form = document.querySelector(".filing-form");
  const { slug, source, group, key, fee, last, reason } = form.dataset;
  const people = form.querySelector(".people");
  const inTable = people.tagName === "TBODY";
  const button = document.querySelector(".submit-button");
  const others = form.querySelector("[data-sources]");

  const chosen = () => [...people.children];
  const keys = () => chosen().map((person) => person.dataset.key);

  /** What the page holds, as 保存并上报 and 下载模板 send it. */
  function held() {
    return {
      ...Portal.values(form),
      values: Portal.values(form),
      group_no: group,
      source,
      upload_key: key,
      people: chosen().map((person) => ({ key: person.dataset.key, values: Portal.values(person) })),
    };
  }

  Portal.attachments(form, {
    upload: "/files/upload",
    remove: "/files/delete",
    preview: (file) => `/files/${file.id}/view`,
    extra: () => ({ filing: slug, scope: group ? "group" : "", group_no: group, upload_key: key }),
    template(slot) {
      if (reason && !Portal.values(form).reason) Portal.toast(`请先选择${reason}`);
      else download({ ...held(), slot });
      return null;
    },
  });

  /** The blank form is made from what the page holds, which is too much for an address. */
  function download(data) {
    const field = Portal.make("input", { type: "hidden", name: "data", value: JSON.stringify(data) });
    const post = Portal.make("form", { method: "post", action: `/${slug}/template`, style: "display: none" }, field);
    document.body.append(post);
    post.submit();
    post.remove();
  }

  function add(person) {
    const cross = Portal.make("span", { class: "remove", title: "删除", onclick: () => remove(drawn) }, "×");
    const drawn = inTable ? line(person, cross) : card(person, cross);
    people.append(drawn);
    Portal.enhance(drawn);
    Portal.set(drawn, person.values || {});
    count();
  }

  function card(person, cross) {
    const asked = document.getElementById("person-form").content.cloneNode(true);
    return Portal.make(
      "div",
      { class: "person-card", "data-key": person.key },
      cross,
      Portal.make("div", { class: "person-facts" }, ...Portal.lines(person.lines)),
      asked,
    );
  }

  function line(person, ...operations) {
    const cells = person.lines.map(([, value]) => Portal.make("td", {}, value));
    return Portal.make("tr", { "data-key": person.key }, ...cells, Portal.make("td", {}, ...operations));
  }

  function remove(person) {
    if (chosen().length === 1) return Portal.layer.alert(last);
    person.remove();
    count();
    return list?.load(1);
  }

  function count() {
    const number = chosen().length;
    document.querySelector(".head-count").textContent = String(number);
    const due = form.querySelector(".fee");
    if (due) due.textContent = `${fee * number}元`;
  }

  /** 添加: the members of the group who are not on the page yet. */
  async function askForMembers() {
    const reply = await Portal.post(`/${slug}/candidates`, { source, group_no: group, without: keys() });
    if (reply.code !== 0) return Portal.refuse(reply);
    const layer = Portal.layer.open({
      title: "添加成员",
      html: document.getElementById("person-table").innerHTML,
      buttons: [{ text: "取消" }],
    });
    const rows = reply.people.map((person) => {
      function pick() {
        add(person);
        layer.close();
      }
      return line(person, Portal.make("a", { onclick: pick }, "选择"));
    });
    const none = Portal.make("td", { class: "none", colspan: layer.querySelectorAll("th").length }, "没有可添加的成员");
    layer.querySelector("tbody").append(...(rows.length ? rows : [Portal.make("tr", {}, none)]));
    return layer;
  }

  /** Rows that the reason does not ask for are hidden; the rest is numbered anew. */
  function renumber() {
    const rows = [...form.querySelectorAll("tr[data-slot]")].filter((row) => row.style.display !== "none");
    rows.forEach((row, index) => (row.cells[0].textContent = String(index + 1)));
  }

  async function submit() {
    button.disabled = !Portal.unguarded; // see faults/double_click_trap.js
    try {
      const reply = await Portal.post(`/${slug}/submit`, held());
      if (reply.code !== 0) return Portal.refuse(reply);
      Portal.layer.success("上报成功", reply.text, () => location.assign(reply.url));
    } finally {
      button.disabled = false;
    }
  }

  JSON.parse(people.dataset.people).forEach(add);
  const list =
    others &&
    Portal.sources(others, {
      extra: () => ({ without: keys(), group }),
      pick(row) {
        add(row);
        list.load(1);
      },
    });
  form.querySelector(".add-person")?.addEventListener("click", askForMembers);
  button.addEventListener("click", () => Portal.layer.confirm("上报后将不能修改，确定上报吗？", submit));
  document.addEventListener("change", renumber);
  document.addEventListener("DOMContentLoaded", renumber);
})();
