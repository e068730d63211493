"""Values that a program wrote as Python: constants, lists, mappings and times, and nothing that runs."""

import ast
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from ..errors import ReferenceFileError

_CALLS = {"datetime": datetime, "timezone": timezone, "timedelta": timedelta}


def read_python(text: str, where: str) -> Any:  # noqa: ANN401 - whatever was written
    """
    Return a value written as Python's `repr` writes it, with times besides what `ast.literal_eval` takes.

    Raises
    ------
    ReferenceFileError
        The text holds anything else; the message begins with `where`.
    """
    try:
        return _value(ast.parse(text.strip(), mode="eval").body)
    except (SyntaxError, ValueError, TypeError, RecursionError, MemoryError, OverflowError):
        raise ReferenceFileError(
            f"{where} is {text!r:.60}, which is no value that can be read: export the file again."
        ) from None


def _value(node: ast.expr) -> Any:  # noqa: ANN401 - whatever was written
    match node:
        case ast.Constant(value=value):
            return value
        case ast.List(elts=items) | ast.Tuple(elts=items) | ast.Set(elts=items):
            return [_value(item) for item in items]
        case ast.Dict(keys=keys, values=values):
            return {_value(key): _value(value) for key, value in zip(keys, values, strict=True) if key is not None}
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as number)):
            return -number
        case ast.Attribute(attr="utc"):
            return UTC
        case ast.Call(func=ast.Attribute(attr=name), args=args, keywords=named) if name in _CALLS:
            given = {one.arg: _value(one.value) for one in named if one.arg}
            return _CALLS[name](*(_value(arg) for arg in args), **given)
        case _:
            raise ValueError("not a plain value")
