/*
 * The replica's widget kit, in the manner of layui: native controls are hidden and drawn twins stand in for them.
 * Load in this order: portal.js http.js layer.js select.js choice.js date.js form.js attachments.js pager.js
 * (templates/_kit.html does). Everything hangs on window.Portal.
 *
 * What a template writes, and what Portal.enhance(root) makes of it (it runs by itself over the document once):
 *   <div class="layui-form-item"><label class="layui-form-label"><em>*</em>姓名</label>
 *     <div class="layui-input-block"><input class="layui-input" name="name_cn"></div></div>
 *   <input data-upper ...>                        upper-cased on blur
 *   <select name="..." [data-search]>             drawn list; data-search: a typed text filters it, and posts nothing
 *   <select name="city" data-source="/regions" data-parent="province">
 *                                                 options are GET data-source?parent=<value> -> ["…"]; no data-parent: the root
 *   <input type="radio|checkbox" name value title="男">   drawn twin, its words are the title
 *   <input class="layui-input" name="birth_date" data-date value="">   read-only box, panel at the end of body;
 *                                                 what is posted lives in the script, not in the box
 *   <… data-when="held_before=是">                 shown only while that control has that value; hidden ones post "";
 *                                                 several values: reason=一|二
 *
 * Portal.toast(text)                              vanishes after two seconds
 * Portal.layer.open({title, html, buttons: [{text, press(layer)}], onOpen(layer), onClose()}) -> layer element
 *                                                 press: false (or a promise of it) keeps the layer open; layer.close()
 * Portal.layer.alert(text|[texts], then)          title 提示, 确定
 * Portal.layer.confirm(text, yes, no)             title 信息, 确定 / 取消
 * Portal.layer.success(title, text, then)         确定
 * Portal.refuse(reply)                            shows a refusal {message} or {messages: […]}: a layer, or a toast with {toast: true}
 * Portal.get(url, query) / Portal.post(url, data) -> Promise of the JSON reply; post's whatever its code, get tells a refusal
 *                                                 401: layer 提示, 确定 -> login page; 5xx: toast; both reject quietly
 * Portal.upload(input, url, extra)                multipart, the file under `file`; same handling
 * Portal.enhance(root)  Portal.values(root) -> {name: value}  Portal.set(root, {name: value}) -> Promise
 *                                                 a ticked checkbox is "1", a bare one ""
 * Portal.named(name) / Portal.plain(name)         a control's name as it is on this page, and as it is posted
 * Portal.captcha(root, false)                     a press on the picture brings another; Portal.captcha(root): now
 * Portal.attachments(root, options)               see attachments.js
 * Portal.pager(element, {total, page, size, go(page)})
 *
 * Replies: {"code": 0, …} is success; anything else carries "message" or "messages".
 * <body data-login="/login"> says where 确定 of a lost session leads.
 */
window.Portal = {};

/** An element with attributes and children (texts are never parsed as HTML). */
Portal.make = function (tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name === "class") element.className = value;
    else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
};
