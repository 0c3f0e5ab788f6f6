/* 请完成安全验证: the right code leads on to the page that was asked for. */
(function () {
  const box = document.querySelector(".check-box");
  const told = box.querySelector(".login-error");

  async function check() {
    const reply = await Portal.post("/captcha", Portal.values(box));
    if (reply.code === 0) return location.reload();
    told.textContent = reply.message;
    return Portal.captcha(box);
  }

  Portal.captcha(box, false);
  box.querySelector(".login-button").addEventListener("click", check);
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter") check();
  });
})();
