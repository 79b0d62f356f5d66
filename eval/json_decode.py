"""JSON objects become frozen dataclasses by their annotations; a ValueError says what is wrong.

Only what our lines need: texts, whole numbers, tuples, dataclasses, and `X | None`. Pydantic would
do it too, but it is kept to the edges where bytes of strangers arrive.
"""

from dataclasses import MISSING, fields, is_dataclass
from types import UnionType
from typing import Any, TypeVar, cast, get_args, get_origin, get_type_hints

_T = TypeVar("_T")


def decode(kind: type[_T], value: object) -> _T:
    """Return the dataclass that a JSON object stands for; unknown keys are refused."""
    if not isinstance(value, dict):
        raise ValueError(f"{value!r:.60} is not a JSON object")
    hints = get_type_hints(kind)
    if unknown := sorted(set(value) - set(hints)):
        raise ValueError(f"unknown key {unknown[0]!r}")
    found: dict[str, Any] = {}
    for field in fields(cast(Any, kind)):
        if field.name in value:
            found[field.name] = _value(field.name, hints[field.name], value[field.name])
        elif field.default is MISSING:
            raise ValueError(f"the key {field.name!r} is missing")
    return kind(**found)


def _value(name: str, hint: Any, value: object) -> object:
    if isinstance(hint, UnionType):
        hint = get_args(hint)[0]
    if get_origin(hint) is tuple:
        return _items(name, get_args(hint), value)
    if is_dataclass(hint):
        return decode(cast(type, hint), value)
    # bool is an int to Python, not to the reader of a JSON file.
    if not isinstance(value, hint) or isinstance(value, bool):
        raise ValueError(f"{name!r} must be {hint.__name__}, not {value!r:.60}")
    return value


def _items(name: str, hints: tuple[Any, ...], value: object) -> tuple[object, ...]:
    if not isinstance(value, list):
        raise ValueError(f"{name!r} must be a list, not {value!r:.60}")
    if hints[-1] is Ellipsis:
        return tuple(_value(name, hints[0], v) for v in value)
    if len(value) != len(hints):
        raise ValueError(f"{name!r} must hold {len(hints)} values, not {value!r:.60}")
    return tuple(_value(name, h, v) for h, v in zip(hints, value, strict=True))
