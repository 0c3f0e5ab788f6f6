/* Talking to the server: JSON in, JSON out; a lost session and a busy server are told to the person here, once. */
(function () {
  const AJAX = { "X-Requested-With": "XMLHttpRequest", Accept: "application/json" };

  /** Ends the caller's chain after the person has been told; nobody needs to catch it. */
  class Told extends Error {}
  window.addEventListener("unhandledrejection", (event) => {
    if (event.reason instanceof Told) event.preventDefault();
  });

  function loginPage() {
    return document.body.dataset.login || "/login";
  }

  async function read(request) {
    let response;
    try {
      response = await request;
    } catch {
      Portal.toast("网络异常，请稍后再试");
      throw new Told("network");
    }
    const reply = await response.json().catch(() => null);
    if (response.status === 401) {
      const text = (reply && reply.message) || "登录已过期，请重新登录";
      Portal.layer.alert(text, () => location.assign(loginPage()));
      throw new Told("401");
    }
    if (response.status >= 500 || reply === null) {
      Portal.toast("系统繁忙，请稍后再试");
      throw new Told(String(response.status));
    }
    return reply;
  }

  Portal.get = function (url, query) {
    const target = new URL(url, location.href);
    for (const [name, value] of Object.entries(query || {})) target.searchParams.set(name, value);
    return read(fetch(target, { headers: AJAX })).then((reply) => {
      if (!reply.code) return reply;
      Portal.refuse(reply);
      throw new Told(String(reply.code)); // what is read is there or is not; no caller has a use for a refusal
    });
  };

  Portal.post = function (url, data) {
    const headers = { ...AJAX, "Content-Type": "application/json" };
    return read(fetch(url, { method: "POST", headers, body: JSON.stringify(data || {}) }));
  };

  Portal.upload = async function (input, url, extra) {
    const body = new FormData();
    for (const [name, value] of Object.entries(extra || {})) body.append(name, value ?? "");
    body.append("file", input.files[0]);
    try {
      return await read(fetch(url, { method: "POST", headers: AJAX, body }));
    } finally {
      input.value = ""; // the same file may be chosen again
    }
  };

  Portal.refuse = function (reply) {
    const texts = reply.messages || [reply.message || "操作失败"];
    if (reply.toast) Portal.toast(texts[0]);
    else Portal.layer.alert(texts);
  };
})();
