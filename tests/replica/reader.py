"""A person before the pages, who knows nothing but the words on them: no name, no class, no order."""

from __future__ import annotations

from collections.abc import Mapping

from playwright.sync_api import Locator, Page, expect

from .visitor import PDF, PHOTOS, REASON, person

MEMBER_LABELS = {
    "姓名": "name_cn", "身份证号": "id_no", "拼音姓": "surname_py", "拼音名": "given_py", "手机号": "mobile",
    "职务": "position", "护照号码": "pp_no",
}  # fmt: skip
MEMBER_CHOICES = {
    "出生地点": "birth_place", "从事行业": "industry", "护照种类": "pp_type", "签发地点": "pp_issue_place",
    "签发机关": "pp_authority",
}  # fmt: skip
MEMBER_PRESSES = {
    "性别": "sex", "是否曾持有APEC卡": "held_before", "有无被拒签记录": "visa_refused", "有无犯罪记录": "criminal",
}  # fmt: skip
MEMBER_DATES = {"出生日期": "birth_date", "签发日期": "pp_issue_date", "有效期至": "pp_expiry"}
NEW_PASSPORT_TEXTS = {"新护照号码": "PE0009991"}
NEW_PASSPORT_DATES = {"新护照签发日期": "2026-06-10", "新护照有效期至": "2031-06-09"}
NEW_PASSPORT_CHOICES = {"新护照签发地点": "广西壮族自治区", "新护照签发机关": "外交部"}


class Reader:
    """Fills and presses by what stands on the page."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def block(self, label: str) -> Locator:
        """What stands beside a label."""
        words = f"normalize-space(translate(., '*', ''))='{label}'"
        return self.page.locator(f"xpath=//label[{words}]/following-sibling::div[1]").locator("visible=true")

    def type(self, label: str, text: str) -> None:
        """Type into the box beside a label."""
        self.block(label).locator("input:visible, textarea:visible").first.fill(text)

    def choose(self, label: str, option: str) -> None:
        """Open the list beside a label and press an option."""
        block = self.block(label)
        block.locator("input:visible").click()
        block.locator("dd").get_by_text(option, exact=True).click()

    def press_at(self, label: str, option: str) -> None:
        """Press a radio's words."""
        self.block(label).get_by_text(option, exact=True).click()

    def date(self, label: str, day: str) -> None:
        """Turn the panel of a date box to a day and press it."""
        year, month, number = (int(part) for part in day.split("-"))
        self.block(label).locator("input").click()
        self.page.locator("[lay-type=year]").click()
        wanted = self.page.locator("li").get_by_text(f"{year}年", exact=True)
        while not wanted.count():
            self.page.get_by_text("«", exact=True).click()
        wanted.click()
        self.page.locator("[lay-type=month]").click()
        self.page.locator("li").get_by_text(f"{month}月", exact=True).click()
        self.page.locator(f'[lay-ymd="{year}-{month}-{number}"]').click()

    def upload(self, row: str, content: bytes = PDF, filename: str = "扫描件.pdf") -> None:
        """Give a file to the row of that name."""
        words = f"normalize-space(translate(., '*', ''))='{row}'"
        holder = self.page.locator(f"xpath=//tr[td[{words}]] | //div[div[{words}]]").locator("visible=true")
        file = {"name": filename, "mimeType": "application/octet-stream", "buffer": content}
        holder.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]
        expect(holder.get_by_text("预览", exact=True)).to_be_visible()

    def press(self, text: str) -> None:
        """Press what says that."""
        self.page.get_by_text(text, exact=True).locator("visible=true").last.click()

    def see(self, text: str) -> None:
        """Wait until the page says that."""
        expect(self.page.get_by_text(text).locator("visible=true").last).to_be_visible()

    def sees(self, title: str) -> None:
        """Wait until the page has that title."""
        expect(self.page.locator("h2")).to_have_text(title)

    def member(self, number: int, account: str = "demo-soe") -> None:
        """Fill the member page completely."""
        values = person(number, account)
        _each(self.type, MEMBER_LABELS, values)
        _each(self.choose, MEMBER_CHOICES, values)
        _each(self.press_at, MEMBER_PRESSES, values)
        _each(self.date, MEMBER_DATES, values)
        for name, slot in (("照片", "photo"), ("签名", "signature"), ("护照信息页", "passport_page")):
            self.upload(name, PHOTOS[slot], f"{slot}.jpg")
        for row in ("APEC商务旅行卡个人事项表", "身份证正反面", "因公出国人员备案表或任务批件"):
            self.upload(row)

    def receipt(self) -> None:
        """Choose 自取 and 窗口支付, and add an invoice title in its layer."""
        self.press_at("领取方式", "自取")
        self.press_at("支付方式", "窗口支付")
        self.press("新增发票")
        self.press_at("抬头类型", "个人")
        self.type("发票抬头", "样例个人")
        self.type("接收邮箱", "a@b.example.invalid")
        self.press("确定")
        self.see("样例个人")

    def new_passport(self) -> None:
        """Fill in what is asked about a new passport."""
        for label, text in NEW_PASSPORT_TEXTS.items():
            self.type(label, text)
        for label, day in NEW_PASSPORT_DATES.items():
            self.date(label, day)
        for label, option in NEW_PASSPORT_CHOICES.items():
            self.choose(label, option)

    def new_card(self) -> None:
        """新卡申办 from the home page to the question after 保存并上报."""
        self.press("新卡申办")
        self.page.locator("h3:has-text('须知')").locator("..").evaluate("box => box.scrollTop = 1e6")
        self.press("我已经阅读")
        self.sees("新卡申办-成员信息")
        self.member(1)
        self.press("保存并下一步")
        self.sees("新卡申办-上报")
        self.receipt()
        self.type("申请事由", REASON)
        self.upload("APEC商务旅行卡申请函")

    def passport_change(self) -> None:
        """制卡前更换护照, the same."""
        self._choose_source("制卡前更换护照")
        self.choose("办理原因", "护照污损")
        self.new_passport()
        for row in ("护照更换申请", "新护照信息页", "旧护照信息页"):
            self.upload(row)

    def early_card(self) -> None:
        """提前制卡, the same."""
        self._choose_source("提前制卡")
        self.upload("申请报告")

    def card_replacement(self) -> None:
        """换补卡, the same."""
        self._choose_source("换补卡")
        self.choose("换卡原因", "旅行卡旧卡破损")
        self.receipt()
        for row in ("换卡报告", "原卡正反面扫描件"):
            self.upload(row)

    def card_cancellation(self) -> None:
        """注销, the same."""
        self._choose_source("注销")
        self.choose("办理原因", "其他")
        self.type("其他原因", "样例原因")
        self.upload("注销报告")

    def _choose_source(self, tile: str) -> None:
        self.press(tile)
        self.page.get_by_text("选择", exact=True).first.click()
        self.sees(f"{tile}-填报")


def _each(act: object, words: Mapping[str, str], values: Mapping[str, str]) -> None:
    assert callable(act)
    for label, name in words.items():
        act(label, values[name])
