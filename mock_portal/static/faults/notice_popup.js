/* A notice comes by itself over a page that has loaded. */
(function () {
  const { ms } = document.currentScript.dataset;
  const TEXT = [
    "各申办单位：",
    "为进一步做好亚太经合组织商务旅行卡申办工作，现将有关事项通知如下。",
    "一、请各单位严格按照办理须知准备申办材料，确保所填信息与护照、身份证件完全一致，所传扫描件清晰、完整。",
    "二、近期申办数量较多，审核时间可能延长，请合理安排出行计划，尽早提交申请。",
    "三、被退回的团组请按审批意见及时补正后重新上报，逾期未补正的，视为放弃申办。",
    "四、请妥善保管账号和密码，人员变动时及时修改密码并办理账号交接手续。",
    "五、节假日期间系统正常开放，窗口业务按节假日值班安排办理，具体时间另行通知。",
    "特此通知。",
    "广西壮族自治区外事办公室",
  ];

  function show() {
    const lines = TEXT.map((text) => Portal.make("p", {}, text));
    Portal.layer.open({
      title: "通知公告",
      html: Portal.make("div", { class: "layer-words" }, ...lines),
      kind: "dialog",
      buttons: [{ text: "我知道了" }, { text: "关闭" }],
    });
  }

  window.addEventListener("load", () => setTimeout(show, Number(ms)));
})();
