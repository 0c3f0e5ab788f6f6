/* The member page: 成员核查, files, 暂存, 保存并下一人, 保存并下一步. */
(function () {
  const form = document.querySelector(".member-form");
  const state = form.dataset; // group, member: empty until the first save; key: names the unsaved page's files
  const buttons = document.querySelectorAll("[data-save]");

  const owner = () => ({ group_no: state.group, member_id: state.member, upload_key: state.key });

  Portal.attachments(form, {
    upload: "/files/upload",
    remove: "/files/delete",
    preview: (file) => `/files/${file.id}/view`,
    extra: owner,
    template(slot) {
      if (state.member) return `/new_card/${state.group}/member/${state.member}/template?slot=${slot}`;
      Portal.toast("请先暂存");
      return null;
    },
  });

  form.querySelector(".check-member").addEventListener("click", async () => {
    const { name_cn, id_no } = Portal.values(form);
    const reply = await Portal.post("/new_card/member/check", { name_cn, id_no });
    if (reply.code !== 0) return Portal.refuse(reply);
    if (reply.found) await Portal.set(form, reply.values);
    Portal.toast(reply.text);
  });

  async function save(act) {
    buttons.forEach((button) => (button.disabled = true));
    try {
      const reply = await Portal.post("/new_card/member/save", { ...owner(), action: act, values: Portal.values(form) });
      if (reply.code !== 0) return Portal.refuse(reply);
      const goOn = () => (act === "draft" ? Portal.toast("暂存成功") : location.assign(reply.url));
      if (act === "draft") stored(reply);
      if (reply.doubts?.length) Portal.layer.alert(reply.doubts, goOn);
      else goOn();
    } finally {
      buttons.forEach((button) => (button.disabled = false));
    }
  }

  /** After 暂存 the page stays and becomes that of the stored member. */
  function stored(reply) {
    state.group = reply.group_no;
    state.member = String(reply.member_id);
    history.replaceState(null, "", reply.url);
    document.querySelector(".group-no").textContent = `团组号：${reply.group_no}`;
    const chips = reply.members.map(({ id, name }, index) => {
      const now = id === reply.member_id ? " chip-now" : "";
      return Portal.make("a", { class: `chip${now}`, "data-member": id }, `${index + 1} ${name}`);
    });
    document.querySelector(".chip-list").replaceChildren(...chips);
  }

  document.querySelector(".chip-list").addEventListener("click", (event) => {
    const chip = event.target.closest(".chip:not(.chip-now)");
    if (chip) location.assign(`/new_card/${state.group}/member/${chip.dataset.member}`);
  });
  buttons.forEach((button) => button.addEventListener("click", () => save(button.dataset.save)));
})();
