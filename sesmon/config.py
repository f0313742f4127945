"""The configuration file: TOML, checked against a table of keys and types."""

from __future__ import annotations

import difflib
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path

from sesmon import named_file
from sesmon.wording import clean

_NOTHING = Path(os.devnull)
"""How a user asks for no configuration at all: it is no regular file, and holds nothing."""


class ConfigError(Exception):
    """A configuration that cannot be used. `str()` is one clean sentence that names the file, the key and a remedy."""


def load(path: str | Path, types: Mapping[str, object], *, must_exist: bool) -> dict[str, object]:
    """What the file sets, by key; nothing where it is not there and need not be.

    `types` are the known keys, each with the type that its value must have. A key of a type that is itself a mapping of
    keys is a list of tables.

    Raises:
        ConfigError: for what is no file, or cannot be read, is not TOML, or has an unknown key or a value of a wrong
            type.
    """
    path = Path(path)
    shown = clean(str(path))
    if (kind := named_file.kind(path)) and path != _NOTHING:
        raise ConfigError(f"{shown} is {kind}, and no file; give a file with --config.")
    try:
        with path.open("rb") as file:
            document = tomllib.loads(named_file.text(file))
        repr(document)  # What cannot be written cannot be told of either: numbers of thousands of digits.
    except FileNotFoundError:
        if must_exist:
            raise ConfigError(f"{shown} does not exist; `sesmon config --template` prints one to begin with.") from None
        return {}
    except named_file.TooLongError as error:
        raise ConfigError(f"{shown} {error}: it is no configuration.") from error
    except OSError as error:
        raise ConfigError(f"{shown} cannot be read: {clean(error.strerror or str(error))}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{shown} is not TOML: {clean(str(error))}.") from error
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"{shown} is not TOML: a number in it is too long, or lists nest too deeply.") from error
    _check(document, types, shown, "")
    return document


def _check(table: Mapping[str, object], types: Mapping[str, object], shown: str, within: str) -> None:
    import msgspec  # noqa: PLC0415 - a start without a file is spared it

    for key, value in table.items():
        name = clean(f"{within}{key}")
        if key not in types:
            near = difflib.get_close_matches(key, types, 1, 0.5)
            hint = f"did you mean {near[0]}?" if near else f"the keys are {', '.join(types)}."
            raise ConfigError(f"{shown}: there is no key {name}; {hint}")
        wanted = types[key]
        if isinstance(wanted, Mapping):
            if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
                raise ConfigError(f"{shown}: {name} must be a list of tables, [[{name}]].")
            for place, item in enumerate(value, start=1):
                _check(item, wanted, shown, f"{name} {place}: ")
            continue
        try:
            msgspec.convert(value, wanted, strict=True)
        except msgspec.ValidationError as error:
            said = clean(str(error)).replace("`", "").removesuffix(".")
            raise ConfigError(f"{shown}: {name} = {clean(repr(value))} has the wrong type: {said}.") from error
