"""The papers that a reason asks for (manual 2.2.1 (3) C, 2.4.1 (3) F; rule V15 of the portal). Which ones is data: `selectors/papers.yaml`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from pydantic import TypeAdapter, ValidationInfo
from ruamel.yaml import YAML

from rpa import resources
from rpa.intake.rules import TOP, is_whole
from rpa.screen import fold

__all__ = ["in_words", "papers_amiss", "papers_of"]

_Asked = tuple[tuple[str, ...], ...]
"""Papers that are all asked for; of those that stand together, one."""


@cache
def papers_of(business_type: str) -> Mapping[str, _Asked]:
    """The papers of each reason of a business type."""
    text = (resources.folder("selectors") / "papers.yaml").read_text(encoding="utf-8")
    told = TypeAdapter(dict[str, dict[str, list[str | list[str]]]]).validate_python(
        YAML(typ="safe").load(text)
    )
    return {
        reason: tuple((one,) if isinstance(one, str) else tuple(one) for one in asked)
        for reason, asked in told[business_type].items()
    }


def papers_amiss(
    business_type: str, reason: str, info: ValidationInfo
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Complaints of a model's field `reason`, which stands behind `files`: papers it asks for, and papers of another reason.

    Each with its place, as :func:`~rpa.intake.rules.at_places` takes them.
    """
    if not is_whole(info, "files") or "files" not in info.data:  # one of them is complained of already
        return
    papers = papers_of(business_type)
    materials = [fold(file.material) for file in info.data["files"]]
    asked = papers.get(reason, ())
    if missing := [one for one in asked if not _names([one]) & set(materials)]:
        yield (), f"附件中缺少这个原因必须有的材料：{in_words(missing)}"
    others = _names(one for reasons in papers.values() for one in reasons) - _names(asked)
    for place, material in enumerate(materials):
        if material in others:
            complaint = "这个原因不需要这种材料，网站没有这一项；请删去，或换一个名称按“新增附件”上传"
            yield (TOP, "files", place, "material"), complaint


def in_words(asked: Iterable[tuple[str, ...]]) -> str:
    """Papers as people are told of them."""
    return "、".join(first + "".join(f"（或{other}）" for other in others) for first, *others in asked)


def _names(asked: Iterable[tuple[str, ...]]) -> set[str]:
    return {fold(name) for one in asked for name in one}
