/*
 * Files: the rows of an attachment table and the photo cards.
 *
 *   <div data-attachments>
 *   <table><tbody>
 *     <tr data-slot="NP01" data-name="身份证正反面" data-template data-file='{"id": 7, "name": "a.pdf", "size": 1234}'>
 *       <td>1</td><td>材料名称</td><td>要求</td><td data-cell="file"></td><td data-cell="operations"></td></tr>
 *   </tbody></table>
 *   <button type="button" data-add>新增附件</button>
 *   </div>
 *   <div class="photo-card" data-slot="photo" data-name="照片">…name, hint… <div data-cell="card"></div></div>
 *
 * The two cells (or the card) are drawn from data-file, anew after every upload and deletion. A row typed in by a person
 * has data-custom and its own name; it is known to the server from its first upload on.
 *
 * options: upload   address to post the file to; fields slot, name (材料名称), custom ("1" or ""), and those of extra()
 *                   -> {"code": 0, "file": {"id", "name", "size", "url" (thumbnail)}}
 *          remove   address to post {id, …extra()} to -> {"code": 0}
 *          preview  (file) -> address opened in a new tab
 *          template (slot) -> address of the blank form, or null when it cannot be made now (the page has said why)
 *          extra    () -> further fields, e.g. the member or the page's upload key
 */
(function () {
  const UNITS = ["B", "KB", "MB"];

  Portal.fileSize = function (bytes) {
    let size = bytes;
    let unit = 0;
    while (size >= 1024 && unit < UNITS.length - 1) {
      size /= 1024;
      unit += 1;
    }
    return `${unit ? size.toFixed(1) : size} ${UNITS[unit]}`;
  };

  Portal.attachments = function (root, options) {
    const extra = options.extra || (() => ({}));
    root.querySelectorAll("[data-slot]").forEach((holder) => draw(holder, options, extra));
    root.querySelectorAll("[data-add]").forEach((button) => {
      button.addEventListener("click", () => ask(button, options, extra));
    });
  };

  function draw(holder, options, extra) {
    const file = holder.dataset.file ? JSON.parse(holder.dataset.file) : null;
    const card = holder.querySelector("[data-cell=card]");
    const operations = file ? filled(holder, file, options, extra) : empty(holder, options, extra);
    if (card) {
      card.replaceChildren(...(file ? picture(file) : []), Portal.make("div", { class: "photo-operations" }, ...operations));
      return;
    }
    const shown = file ? [name(file), size(file)] : [Portal.make("span", { class: "file-none" }, "未上传")];
    holder.querySelector("[data-cell=file]").replaceChildren(...shown);
    const blank = "template" in holder.dataset ? [link("下载模板", () => template(holder, options))] : [];
    holder.querySelector("[data-cell=operations]").replaceChildren(...blank, ...operations);
  }

  const name = (file) => Portal.make("span", { class: "file-name" }, file.name);
  const size = (file) => Portal.make("span", { class: "file-size" }, Portal.fileSize(file.size));
  const picture = (file) => [
    Portal.make("div", { class: "photo-frame" }, Portal.make("img", { src: file.url, alt: "" })),
    name(file),
    size(file),
  ];

  function link(text, press) {
    return Portal.make("a", { class: "layui-btn layui-btn-xs layui-btn-primary", onclick: press }, text);
  }

  function empty(holder, options, extra) {
    const input = Portal.make("input", { type: "file", name: "file", class: "layui-upload-file" });
    const button = Portal.make("button", { type: "button", class: "layui-btn layui-btn-xs" }, "上传");
    button.addEventListener("click", () => input.click());
    input.addEventListener("change", async () => {
      if (!input.files.length || button.disabled) return;
      button.disabled = true;
      button.textContent = "上传中…";
      const { slot, name: material, custom } = holder.dataset;
      const fields = { slot, name: material, custom: custom === undefined ? "" : "1", ...extra() };
      try {
        const reply = await Portal.upload(input, options.upload, fields);
        if (reply.code === 0) holder.dataset.file = JSON.stringify(reply.file);
        if (reply.code === 0) Portal.toast("上传成功");
        else Portal.refuse(reply);
      } finally {
        draw(holder, options, extra);
      }
    });
    const drop = "custom" in holder.dataset ? [link("删除", () => dropRow(holder))] : [];
    return [button, input, ...drop];
  }

  function filled(holder, file, options, extra) {
    async function remove() {
      const reply = await Portal.post(options.remove, { id: file.id, ...extra() });
      if (reply.code !== 0) return Portal.refuse(reply);
      delete holder.dataset.file;
      draw(holder, options, extra);
      Portal.toast("删除成功");
    }
    return [link("预览", () => window.open(options.preview(file))), link("删除", remove)];
  }

  function template(holder, options) {
    const address = options.template(holder.dataset.slot);
    if (address) location.assign(address);
  }

  function dropRow(holder) {
    const body = holder.parentElement;
    holder.remove();
    body.querySelectorAll("tr[data-slot]").forEach((row, index) => (row.cells[0].textContent = String(index + 1)));
  }

  function ask(button, options, extra) {
    const table = (button.closest("[data-attachments]") || document).querySelector("tbody");
    const html =
      '<div class="layui-form-item"><label class="layui-form-label"><em>*</em>材料名称</label>' +
      '<div class="layui-input-block"><input class="layui-input" name="name" maxlength="50" autocomplete="off"></div></div>';
    Portal.layer.open({
      title: "新增附件",
      html,
      buttons: [
        { text: "确定", press: (layer) => addRow(table, Portal.values(layer).name, options, extra) },
        { text: "取消" },
      ],
    });
  }

  function addRow(table, material, options, extra) {
    const rows = [...table.querySelectorAll("tr[data-slot]")];
    if (!material) {
      Portal.toast("请填写材料名称");
      return false;
    }
    if (rows.some((row) => row.dataset.name === material)) {
      Portal.toast("材料名称已存在");
      return false;
    }
    const row = Portal.make(
      "tr",
      { "data-slot": "custom", "data-name": material, "data-custom": true },
      Portal.make("td", {}, String(rows.filter((one) => one.style.display !== "none").length + 1)),
      Portal.make("td", {}, material),
      Portal.make("td", {}, "自定义材料"),
      Portal.make("td", { "data-cell": "file" }),
      Portal.make("td", { "data-cell": "operations" }),
    );
    table.append(row);
    draw(row, options, extra);
    return true;
  }
})();
