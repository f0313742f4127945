"""The manual page, made from the parsers of the commands (man-pages(7), groff_man(7))."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping

FILES = (("~/.local/state/sesmon/history.db", "the history (XDG_STATE_HOME is honoured)"),)
ENVIRONMENT = (
    ("SESMON_HISTORY", "the history's file, where --history does not tell"),
    ("SESMON_NO_HISTORY", "1 keeps nothing"),
    ("NO_COLOR", "no colours"),
    ("AWS_PROFILE, AWS_REGION, AWS_DEFAULT_REGION, AWS_ENDPOINT_URL_SES", "as the AWS CLI takes them"),
)


def page(parsers: Mapping[str, argparse.ArgumentParser], helps: Mapping[str, str], version: str) -> str:
    """The page; '' among the parsers is the program's own, and `helps` has a line for each of the others."""
    own = parsers[""]
    lines = [
        f'.TH SESMON 1 "" "sesmon {version}" "User Commands"',
        ".SH NAME",
        r"sesmon \- the live monitor for Amazon SES",
        ".SH SYNOPSIS",
        ".B sesmon",
        r"[\fIoptions\fR]",
        ".br",
        ".B sesmon",
        r"\fIcommand\fR [\fIoptions\fR]",
        ".SH DESCRIPTION",
        _text(own.description or ""),
        ".SH OPTIONS",
        *_options(own),
        ".SH COMMANDS",
    ]
    for name, parser in parsers.items():
        if name:
            lines += [f".SS sesmon {_text(name)}", _text(f"{helps[name]}. {parser.description or ''}".strip())]
            lines += _options(parser)
    lines += [".SH ENVIRONMENT", *_pairs(ENVIRONMENT), ".SH FILES", *_pairs(FILES)]
    lines += [".SH SEE ALSO", r".BR aws (1)", ""]
    return "\n".join(lines)


def _options(parser: argparse.ArgumentParser) -> Iterable[str]:
    for action in parser._actions:
        if action.help == argparse.SUPPRESS:
            continue
        value = "" if action.nargs == 0 else str(action.metavar or "|".join(map(str, action.choices or ())))
        names = ", ".join(rf"\fB{_text(name)}\fR" for name in action.option_strings) or rf"\fI{_text(value)}\fR"
        yield ".TP"
        yield f"{names} \\fI{_text(value)}\\fR" if action.option_strings and value else names
        yield _text((action.help or "").replace("%%", "%"))


def _pairs(pairs: Iterable[tuple[str, str]]) -> Iterable[str]:
    for name, meaning in pairs:
        yield ".TP"
        yield rf"\fB{_text(name)}\fR"
        yield _text(meaning)


def _text(text: str) -> str:
    """Text as roff takes it: no escape, no request."""
    escaped = text.replace("\\", r"\e").replace("-", r"\-").replace("'", r"\(aq").replace("`", r"\(ga")
    return rf"\&{escaped}" if escaped.startswith(".") else escaped
