/* The login page: a failure is told in a toast and in red above the button. */
(function () {
  const box = document.querySelector(".login-box");
  const button = box.querySelector(".login-button");
  const told = box.querySelector(".login-error");

  const picture = box.querySelector(".captcha-picture");

  async function signIn() {
    if (button.disabled) return;
    button.disabled = true;
    try {
      const reply = await Portal.post("/login", Portal.values(box));
      if (reply.code === 0) return location.assign(reply.url);
      if (reply.captcha && !picture) return location.reload(); // asked for since the page was opened
      told.textContent = reply.message;
      Portal.toast(reply.message);
      if (picture) Portal.captcha(box);
    } finally {
      button.disabled = false;
    }
  }

  if (picture) Portal.captcha(box, false);
  button.addEventListener("click", signIn);
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter") signIn();
  });
})();
