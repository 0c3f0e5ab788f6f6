/* The 上报 page: the letter's files, and 保存并上报. */
(function () {
  const form = document.querySelector(".submission-form");
  const button = document.querySelector(".submit-button");
  const group = form.dataset.group;

  Portal.attachments(form, {
    upload: "/files/upload",
    remove: "/files/delete",
    preview: (file) => `/files/${file.id}/view`,
    extra: () => ({ scope: "group", group_no: group }),
    template: (slot) => `/new_card/${group}/template?slot=${slot}&reason=${encodeURIComponent(Portal.values(form).reason)}`,
  });

  async function submit() {
    button.disabled = !Portal.unguarded; // see faults/double_click_trap.js
    try {
      const { delivery, address_id, payment, invoice_id, reason } = Portal.values(form);
      const reply = await Portal.post(`/new_card/${group}/submit`, { delivery, address_id, payment, invoice_id, reason });
      if (reply.code !== 0) return Portal.refuse(reply);
      Portal.layer.success("上报成功", reply.text, () => location.assign(reply.url));
    } finally {
      button.disabled = false;
    }
  }

  button.addEventListener("click", () => Portal.layer.confirm("上报后将不能修改，确定上报吗？", submit));
})();
