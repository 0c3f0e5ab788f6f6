"""The account's mail addresses and invoice titles: list, add, change, delete (manual 2.1.2 A and C)."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route

from .. import schema
from ..desk import Desk, Handler, Refused, action, reply, row_number
from ..rules import check_address, check_invoice
from ..store import BookKind, Entry
from .regions import known_region

__all__ = ["ROUTES"]

_FORMS = {"address": schema.ADDRESS, "invoice": schema.INVOICE}
_PLACES = ("province", "city", "district")


def _list(kind: BookKind) -> Handler:
    async def entries(desk: Desk) -> Response:
        found = desk.store.book.entries(desk.account.name, kind)
        return reply(entries=[_shown(kind, entry) for entry in found])

    return entries


def _shown(kind: BookKind, entry: Entry) -> dict[str, object]:
    """An entry as the card (`lines`) and the layer's form (`values`) want it."""
    values = schema.to_names(_FORMS[kind], entry.fields) | {"is_default": "1" if entry.is_default else ""}
    if kind == "address":
        values |= dict(zip(_PLACES, entry.fields.get("所在地区", "").split("/"), strict=False))
    lines = [
        [field.label, entry.fields.get(field.label, "")] for field in _FORMS[kind] if field.kind != "checkbox"
    ]
    return {"id": entry.id, "is_default": entry.is_default, "lines": lines, "values": values}


def _save(kind: BookKind) -> Handler:
    async def save(desk: Desk) -> Response:
        data = await desk.sent()
        entry = _find(desk, kind, data["id"]) if data.get("id") else None
        fields = _fields(kind, data.get("values", {}))
        is_default = fields.pop("设为默认", "") == "1"
        messages = check_address(fields) if kind == "address" else check_invoice(fields)
        region = fields.get("所在地区", "")
        if kind == "address" and region.count("/") == 2 and not messages and not known_region(region):
            messages = ["所在地区的选项不正确"]
        if messages:
            raise Refused(*messages)
        with desk.store.database.transaction():
            entry_id = desk.store.book.save(desk.account.name, kind, entry, fields, is_default)
            desk.note(kind, detail=f"{'change' if entry else 'add'} {entry_id}")
        return reply(id=entry_id)

    return save


def _fields(kind: BookKind, values: object) -> dict[str, str]:
    sent = {str(key): str(value).strip() for key, value in values.items()} if isinstance(values, dict) else {}
    if kind == "address":
        sent["region"] = "/".join(sent.get(name, "") for name in _PLACES).strip("/")
    form = _FORMS[kind]
    fields = schema.to_labels(form, sent)
    return {
        field.label: fields[field.label].upper() if field.upper else fields[field.label] for field in form
    }


def _delete(kind: BookKind) -> Handler:
    async def delete(desk: Desk) -> Response:
        entry = _find(desk, kind, (await desk.sent()).get("id"))
        with desk.store.database.transaction():
            desk.store.book.delete(entry)
            desk.note(kind, detail=f"delete {entry.id}")
        return reply()

    return delete


def _find(desk: Desk, kind: BookKind, entry_id: object) -> Entry:
    entry = desk.store.book.entry(desk.account.name, kind, row_number(entry_id))
    if entry is None:
        raise HTTPException(404)
    return entry


def _routes(kind: BookKind) -> list[Route]:
    base = f"/book/{kind}"
    return [
        Route(base, action(_list(kind))),
        Route(f"{base}/save", action(_save(kind)), methods=["POST"]),
        Route(f"{base}/delete", action(_delete(kind)), methods=["POST"]),
    ]


ROUTES = [*_routes("address"), *_routes("invoice")]
