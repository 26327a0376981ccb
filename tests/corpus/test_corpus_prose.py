"""From a comment in the code to the sentence that it says; headings and what is below them."""

import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ncs.corpus.chunks import chunk
from ncs.corpus.marks import uncomment
from ncs.corpus.notices import is_licence
from ncs.corpus.outline import outline
from ncs.corpus.prose import documentation, remark
from ncs.corpus.summaries import shorten, summary
from ncs.search.comments import comment_on_value
from ncs.types import SourceFile, Span


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ("/** Adds. */", "Adds."),
        ("/**\n * Adds a\n * job.\n *\n * More.\n * @param x y\n */", "Adds a job."),
        ("/*!\n * \\brief Adds.\n */", "Adds."),
        ("/// Adds\n/// a job.\n///\n/// # Panics\n/// Never.", "Adds a job."),
        ("//! A crate.", "A crate."),
        ("# Adds a job.\n#\n# More.", "Adds a job."),
        ("--- Adds a job.\n-- @param x", "Adds a job."),
        ("-- | Adds a job.", "Adds a job."),
        ("{-| Adds a job.\n-}", "Adds a job."),
        ("--[[ Adds a job.\n]]", "Adds a job."),
        ("=begin\nAdds a job.\n=end", "Adds a job."),
        ('"""Add a job.\n\n    Args:\n        x: y\n    """', "Add a job."),
        ("r'''Add a job.'''", "Add a job."),
        ('"""\n    Add a job\n    to it.\n    """', "Add a job to it."),
        ('@doc "Adds a job."', "Adds a job."),
        ('@doc ~S"""\nAdds a job.\n"""', "Adds a job."),
        ("/// <summary>\n/// Adds a <c>job</c> to <see cref=\"Queue\"/>.\n/// </summary>",
         "Adds a job to Queue."),
        ("/** Adds a {@link Job the job} to {@code this}. */", "Adds a Job the job to this."),
        ("/// <summary>Takes an IEnumerable&lt;Row&gt;.</summary>", "Takes an IEnumerable<Row>."),
        ("/** Maps List<String> to one. */", "Maps List<String> to one."),
        ('"""Use :class:`~a.b.Graph` and :func:`run`."""', "Use a.b.Graph and run."),
        ('"""Adds.\n    :param x: the x\n    """', "Adds."),
        ("/** @return the size */", "Returns the size"),
        ("/** {@inheritDoc} */", ""),
        ("## no critic (Modules::ProhibitAutomaticExportation)", ""),
        ("# uncoverable statement count:2", ""),
        ("# Adds a job.\n# uncoverable statement count:1", "Adds a job."),
        ("# No critics of it are heard.", "No critics of it are heard."),
        # Pluto's marks between the cells of a notebook explained 390 chunks.
        ("# ╔═╡ 6e1dd79c-7f73-11ea-2dce-cb9c449eece6", ""),
        ("# ╔═╡ 6e1dd79c\n# ╠═╡ disabled = true\n# Adds a job.", "Adds a job."),
        ("# ╔═╡ Cell order:\n# ╟─b2d786ec-7f73\n# ╠═b2d792c2-7f73", ""),
        ("### A Pluto.jl notebook ###\n# v0.14.0", ""),
        ("#=╠═╡\nAdds a job.\n  ╠═╡ =#", "Adds a job."),
        ('"""\nadd(job::Job; at=1) -> Int\n\nAdds a job.\n"""', "Adds a job."),
        ('"""\nadd(job)\n"""', "add(job)"),
        # ejabberd: "API" and "Internal functions" were the docs of 250 functions.
        ("%%%======\n%%% Internal functions\n%%%======", ""),
        ("%%------\n%%\n%% API.\n%%------\n", ""),
        ("%%%======\n%%% API\n%%%======\n%% Adds.", "Adds."),
        ("%%----\n%% Adds a job.\n%%----", "Adds a job."),
        ("%%----\n%% @doc Adds.\n%%----", "Adds."), ("%%----\n%% Purpose: Adds\n%%----", "Adds"),
        ("%%%----\n%%% File    : a.erl\n%%% Author  : X <x@a.b>\n%%% Purpose : Adds jobs\n"
         "%%% Created : 16 Dec 2016 by X <x@a.b>\n%%%\n%%%\n%%% a, Copyright (C) 2002 X\n%%%----",
         "Adds jobs"),
        ("%%%----\n%%% Created :  8 Dec 2016 by X <x@a.b>\n%%%\n%%% a, Copyright (C) 2002 X", ""),
        ("%%----\n%% Function: add(Job) ->\n%%   {ok, Job}\n%% Description: Adds a job\n"
         "%%   to it\n%% Returns: {ok, Job} |\n%%   error\n%%----", "Adds a job to it"),
        ("/// No description provided for @rows.", ""),
        ("/// No description provided for @rows.\n///\n/// In en, this message translates to:\n"
         "/// **'Rows'**", "In en, this message translates to: **'Rows'**"),
        ("/// @inheritdoc IVault", ""),
        ("/// @notice Pays out\n/// @dev Reverts", "Pays out"),
        ("/**\n * @title Vault\n * @dev Keeps it, see {IVault-keep} and\n"
         " * https://a.org/20[ERC-20].\n * @param x y\n */",
         "Keeps it, see IVault-keep and ERC-20."),
        ("/**\n * @notice\n * Pays out.\n */", "Pays out."),
        ("-- +goose Up\n-- +goose StatementBegin", ""),
        ("-- CreateTable", ""),
        ("--> statement-breakpoint", ""),
        ("--\n-- Name: a; Type: TABLE; Schema: public; Owner: -\n--", ""),
        ("// solhint-disable-next-line no-inline-assembly", ""),
        ("/** @param x y */", ""),
        ("/* eslint-disable no-console */", ""),
        ("// Copyright 2020 The Authors. All rights reserved.", ""),
        ("//////////////////", ""),
        ("/** ---- */", ""),
        ("#!/bin/sh", ""),
        ("=head2 add\n\n  $set->add(1);\n\nPuts C<< $x->y >> into B<the I<set>>,\n"
         "see L<it|Set/add>, L</size>\nand L<Box/\"open\">.\n\nMore.\n\n=cut",
         "Puts $x->y into the set, see it, size and open in Box."),
        ("=item C<< <b> >>\n\nTells C<E<lt>> from C<E<gt>>.X<index>", "Tells < from >."),
        ("=head1 A\n\n=begin html\n\n<b>x y z</b>\n\n=end html\n\n=for me x y z\n\nAdds a job.",
         "Adds a job."),
        ("=head1 SYNOPSIS\n\n  my $set = Set->new;", ""),
        ("<#\n.SYNOPSIS\n  Adds a\n  job.\n\n.DESCRIPTION\n  More.\n#>", "Adds a job."),
        ("<#\r\n  .Synopsis\r\n  Adds a job.\r\n  .PARAMETER X\r\n  y\r\n#>", "Adds a job."),
        ("<#\n.PARAMETER X\n  y\n.SYNOPSIS\n.DESCRIPTION\n\n  Adds a job.\n#>", "Adds a job."),
        ("# .SYNOPSIS\n# Adds a job.\n# .EXAMPLE\n# Add-Job", "Adds a job."),
        ("<# Adds a job. #>", "Adds a job."),
        # requests: eleven heads of files said nothing but `requests.utils`.
        ('"""\nrequests.utils\n~~~~~~~~~~~~~~\n\nTools for\nurls.\n"""', "Tools for urls."),
        ('"""\n======\nLayout\n======\nPlaces nodes.\n"""', "Places nodes."),
        ("# ------------\n# Sort helpers\n# ------------", "Sort helpers"),
        # aeson, requests: a field on the copyright silenced the head of a file.
        ('"""Makes all requests.\n\n:copyright: (c) 2012 by X.\n:license: MIT\n"""',
         "Makes all requests."),
        ("-- |\n-- Module:    A.B\n-- Copyright: (c) X 2012\n--\n-- Writes a job.",
         "Writes a job."),
        ("-- |\n-- Module:    A.B\n-- License:   BSD3", ""),
        ('"""Return the copyright line of a file."""', "Return the copyright line of a file."),
        ("/*\n Formatting library - colours\n\n Copyright (c) 2012 X\n*/",
         "Formatting library - colours"),
        ("//\n//  URL+Request.swift\n//\n//  Copyright (c) 2014 X\n//", ""),
        ("/*\n * This file is part of the Log package.\n *\n * (c) X\n */", ""),
        ("/* Portions Copyright X, Inc. */", ""),
        # slim: seventy heads of files said nothing but the name of the project.
        ("/**\n * Log Kit (https://a.b)\n *\n * @license https://a.b/c (MIT License)\n */", ""),
        ("/** @return array{int, array<string, string>} */", ""),
        ("/** @return array{int} of ports */", "Returns array{int} of ports"),
        ("/** @return string|null the name of it */", "Returns the name of it"),
        ("-- TODO: rewrite all of this", ""),
        ("/** Todo lists of a user. */", "Todo lists of a user."),
        ("//===---===//\n//\n// This source file is part of the X project\n//\n// Copyright (c) X",
         ""),
        # leveldb: what a file is for stands below two lines of notice.
        ("// Copyright (c) 2011 X. All rights reserved.\n// See the LICENSE file.\n//\n// Adds.",
         "Adds."),
        ("/* Copyright (c) 2011 X\n *\n * You may use it if you keep this.\n *\n * WITHOUT\n"
         " * WARRANTIES */", ""),
        # hono, celery, caddy: `note: https://…`, `Usage::` and `Syntax:` described what is below.
        ("/** note: https://a.b/c */", ""), ("# Usage::\n#\n#     go", ""),
        ("// Syntax:\n//\n", ""),
        ("/** Sums: https://a.b/c and others */", "Sums: https://a.b/c and others"),
        # tmux, koin: heads of files were a version's number, or a file that is commented out.
        ("/* $OpenBSD: cmd-list.c,v 1.30 2026/01/02 nicm Exp $ */", ""), ("/* $Id$ */", ""),
        ("/*\n * $Id: a.c,v 1.2 x Exp $\n * Keeps the list of commands.\n */",
         "Keeps the list of commands."),
        ("//package a.b\n//\n//import a.b.C\n//class D", ""),
        ("/** Import jobs that wait. */", "Import jobs that wait."),
        # json, fzf: letters that are drawn explained 170 chunks.
        ("//     __ _____ _____ _____\n//  __|  |   __|     |   | |  JSON for C++\n"
         "// |  |  |__   |  |  | | | |  version 3.11.3\n// |_____|_____|_____|_|___|  https://a.b/c\n"
         "//\n// SPDX-License-Identifier: MIT", ""),
        ("#     ____      ____\n#    / __/___  / __/\n#   / /_/_  / / /_\n#  / __/ / /_/ __/\n"
         "# /_/   /___/_/ a.bash\n#\n# Binds keys to the search.", "Binds keys to the search."),
        ("/**\n * A table of what is so:\n * | a | b |\n * | _ | c | */",
         "A table of what is so: | a | b | | _ | c |"),
        ("/**\n * Module dependencies.\n * @private\n */", ""), ("/* Prototypes */", ""),
        ("/** Module dependencies of it. */", "Module dependencies of it."),
        # RxSwift, guice: what an editor wrote into the file.
        ("//\n//  Just.swift\n//  RxSwift\n//\n//  Created by Some Body on 8/30/15.\n//", ""),
        ("//\n//  Just.swift\n//  RxSwift iOS Widget\n//\n//  Created by A Body on 8/30/15.", ""),
        ("/**\n * Created with IntelliJ IDEA. On: 2/06/2007\n *\n * <p>Tests a session. */",
         "Tests a session."),
        ("/// Created by the `open` function in 2 of 3 cases.",
         "Created by the `open` function in 2 of 3 cases."),
        ("// Keeps all the jobs that wait.\n//\n// Created by Some Body on 11 Mar 2016.",
         "Keeps all the jobs that wait."),
        # guice, guzzle, json: a line that begins with a tag in the text ended it.
        ("/**\n * Is a member with the\n * {@literal @}{@link Inject} annotation. */",
         "Is a member with the @Inject annotation."),
        ("/**\n * Must be a list of\n * {@see \\A\\Response} objects.\n */",
         "Must be a list of \\A\\Response objects."),
        ("/**\n * Iterates over the\n * @ref basic_json class. */",
         "Iterates over the basic_json class."),
        ("/*! Writes \\a value as \\c int, \\b not @p name, to a@b c. */",
         "Writes value as int, \\b not name, to a@b c."),
        ("/// Adds @a left.\n/// @see add\n", "Adds left."),
        ("# Sets @a left of @b.", "Sets @a left of @b."),
        # hono: what said the purpose of seventy files was taken for a tag.
        ("/**\n * @module\n * Tools for rows.\n */", "Tools for rows."),
        ("/** @fileoverview Tools for\n * rows.\n * @author X */", "Tools for rows."),
        ("/** @file rows.c\n * @brief Tools for rows. */", "Tools for rows."),
        ("/** Tools for rows.\n * @module rows */", "Tools for rows."),
        ("/** @module a/rows\n * @author X */", ""),
        ("/**\n * @example\n * ```\n * foo(1)\n *\n * foo(2)\n * ```\n */", ""),
        ("/** Adds.\n * ```\n * add(1)\n * ``` */", "Adds."),
        ("/** Adds ```a``` to\n * all. */", "Adds ```a``` to all."),
        # tmux, dunst: rulers, and a sign that says where the row is, stood beside the words.
        ("# --- no filter shows it all -----", "no filter shows it all"),
        ("// --- Sorts of rows ---", "Sorts of rows"), ("/* ==== Sorts ===== */", "Sorts"),
        ("# --------- Sorts -------- #", "Sorts"), ("/// Sorts -- or not", "Sorts -- or not"),
        ("/**< plain row */", "plain row"), ("//!< plain row", "plain row"),
        ("/**<p>Sums.</p> */", "Sums."), ("///<summary>Sums.</summary>", "Sums."),
        ("// see icon-lookup.h", ""), ("/// - see: Channel.getOption", ""),
        ("/** See https://a.b/c\n * and https://a.b/d */", ""),
        ("# See https://a.b/c\n# Returns the rows of all",
         "See https://a.b/c Returns the rows of all"),
        ("/* See if the row is there. */", "See if the row is there."),
        ("/* Refs the handle. */", "Refs the handle."),
        ('f"""Sums {x} rows."""', ""), ('rb"Sums all rows."', ""),
        ("/** {@inheritDoc Base.run} */", ""), ("/** {@inheritDoc Base} Or not. */", "Or not."),
        ("// #5852 - We ran out of space.", "#5852 - We ran out of space."),
        (
            "/*\n |-----\n | Lines\n |-----\n |\n | The lines for a\n | reset.\n |\n */",
            "The lines for a reset.",
        ),
        ("/* | a |\n   of it */", "| a | of it"),
    ],
)  # fmt: skip
def test_documentation(raw: str, said: str) -> None:
    assert documentation(raw) == said


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        # Crow, koin: what explained a function, and a whole file, was commented-out code.
        ('//static const char* escaped = "a";', ""), ("# from a.b import rows", ""),
        ("// import rows from 'a';", ""), ("-- local rows = read(all)", ""),
        ("// func Old(x int) int {\n//\treturn x\n// }\n// New makes a row.", ""),
        ("// * @author X\n// */\n//open class A(b: C) :\n//  D(b) {\n//    e()\n//  }\n//}", ""),
        ("# todo make it fast", ""),
        ("# Todo lists of a user.", "Todo lists of a user."),
        # What is told above an example, or looks like code for a word or a sign, is kept.
        ("# Sums rows.\n#   x = [1]\n#   sum(x)\n#   x = [2]\n#   sum(x)",
         "Sums rows. x = [1] sum(x) x = [2] sum(x)"),
        ("// sums checks if the row is a map;\n// if so, it is {read}.",
         "sums checks if the row is a map; if so, it is {read}."),
        ('/* Handle boolean operators, "&&" and "||". */',
         'Handle boolean operators, "&&" and "||".'),
        ("// A->B: our public key (Ya)", "A->B: our public key (Ya)"),
        ("# @return [Hash{String => Array}] a row of all",
         "Returns [Hash{String => Array}] a row of all"),
        ("/// let rows = read(all);", "let rows = read(all);"),
    ],
)  # fmt: skip
def test_a_plain_comment_that_is_code_is_no_docstring(raw: str, said: str) -> None:
    assert documentation(raw) == said


@pytest.mark.parametrize(
    "raw",
    [
        "# noqa: E501", "// eslint-disable-next-line no-var", "# type: ignore[arg-type] of it",
        "# TODO: make this a lot faster", "// FIXME this is wrong in every way",
        "# x = compute(y)\n# return x", "// if (a && b) {", "// foo(bar, baz);", "# ----------",
        "# SPDX-License-Identifier: MIT", "// Licensed under the Apache License, Version 2.0",
        "# one two", "#region Some words here now", "// clang-format off for the table",
        "// https://a.b/c/d-e#f", "# See: https://a.b/issues/12",
        "// issue github.com/a/b/issues/1",
        "# Regression test for https://a.b/issues/12", "# type: (AnyStr, int) -> str of it",
        "// Based on https://a.b/c", "//nolint:gosec // it is so", "# see <https://a.b/c> for it",
        "// biome-ignore lint/a/b: it is so here", "# type: Dict[str, the_other]",
        "// Stryker disable once all : no means to test this", "// swift-format-ignore: all of it",
        "// #include <a/detail/table.hpp>", "// LCOV_EXCL_START of the table",
        "# -*- coding: utf-8 -*-", "#!/usr/bin/env python", "# vim: set ts=4 sw=4 et:",
    ],
)  # fmt: skip
def test_remarks_that_say_nothing(raw: str) -> None:
    assert remark(raw) == ("", 0)


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ("# the cache is cold here", "the cache is cold here"),
        ("/* Swap the two\n * halves first. */", "Swap the two halves first."),
        ("// Sort them, as https://a.b/c does", "Sort them, as https://a.b/c does"),
        ("# From here on the list is sorted. It", "From here on the list is sorted. It"),
        ("# see the notes on the cache below", "see the notes on the cache below"),
        ("# type: what kind of a job it is", "type: what kind of a job it is"),
        ("# 缓存在这里是冷的", "缓存在这里是冷的"),
        ("# the licence of the driver ends here", "the licence of the driver ends here"),
    ],
)
def test_remarks_that_say_something(raw: str, said: str) -> None:
    assert remark(raw)[0] == said


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        # axios, asdf, cobra: what was for a linter stood at the end of the sentence.
        ("// Handle the cancellation\n// eslint-disable-next-line func-names",
         "Handle the cancellation"),
        ("# Run it in the shell\n# shellcheck disable=SC2317\n# that is there.",
         "Run it in the shell that is there."),
        ("// Foo prints all rows.\n//\n//nolint:errcheck", "Foo prints all rows."),
        ("/* eslint-disable\n   no-console of rows */", ""),
        ("# pylint: disable=all\n# because all of it is a row", ""),
        ("// Tells what is the\n// language of a region\n// coverage: all",
         "Tells what is the language of a region coverage: all"),
        ("// swift-tools-version:6.2", ""), ('/// <reference types="next" />', ""),
        ("# yamllint disable rule:line-length", ""), ("# hadolint ignore=DL3008", ""),
        ("/* This program is free software; you can redistribute it and/or\n * modify it. */", ""),
        ("/* Sums all rows.\n *\n * This program is free software; you can share it. */",
         "Sums all rows."),
    ],
)  # fmt: skip
def test_what_is_for_tools_is_not_told(raw: str, said: str) -> None:
    assert documentation(raw) == said
    assert remark(raw)[0] == said


def test_what_points_elsewhere_tells_least() -> None:
    for raw in ("# see the notes on the cache below", "// For details, see the docs of `a.b`"):
        assert remark(raw)[1] == 1
    assert remark("# Note that the list is sorted here")[1] > 3


@given(st.text(max_size=300))
def test_any_text_gives_one_short_line(text: str) -> None:
    for said in (documentation(text), summary(text), remark(text)[0], summary(uncomment(text))):
        assert said == " ".join(said.split())
        assert len(said) <= 300


@given(st.text(max_size=500), st.integers(10, 300))
def test_shorten_gives_a_beginning(text: str, limit: int) -> None:
    short = shorten(text, limit)
    assert text.startswith(short)
    assert len(short) <= limit
    assert (
        len(short) == len(text)
        or len(short) > limit // 2 - 2
        or text[: limit + 1].isspace()
        or (short == short.rstrip())
    )


def test_shorten_ends_with_a_sentence() -> None:
    text = "This is a sentence that has a good length, and it ends where it should end. " * 9
    assert shorten(text).endswith("should end.")


def test_shorten_does_not_end_with_an_abbreviation() -> None:
    text = f"It ends here{', where it is good' * 5}. Or{' not' * 20} (e.g. at{' a' * 200} place)"
    assert shorten(text).endswith("where it is good.")


@pytest.mark.parametrize(
    "rest",
    [f"Or{' not' * 20} (e.g. at{' a' * 200} place)", f"Or{' not' * 20} vs. that{' and that' * 40}",
     f"{'x' * 195}.py{' and that' * 40}"],
)  # fmt: skip
def test_a_comment_on_a_value_is_cut_as_documentation_is(rest: str) -> None:
    """It was behind "e.g.", and within a name whose stop came last of what is told."""
    first = f"It ends here{', where it is good' * 5}."
    lines = textwrap.wrap(f"{first} {rest}", 90, break_long_words=False)
    note = comment_on_value(
        "\n".join([*(f"# {line}" for line in lines), "size = 3"]), len(lines), "python"
    )
    assert note is not None
    assert note.said == shorten(f"{first} {rest}") == first


def test_licence() -> None:
    assert is_licence("Permission is hereby granted, free of charge")
    assert not is_licence("The licence plate of a car")


MARKDOWN = """\
# Title #

![badge](x.png)

Some *words* on [ncs](https://a.b). And more.

## Use it
    code

```sh
# not a heading
```

- a list

Setext
------
Text below e.g. this
goes on. End.

### `Store.put()`
"""


def sections(text: str, language: str) -> list[tuple[str, Span, str | None, Span | None]]:
    source = SourceFile("a", language, text.encode(), 0)
    return [
        (each.name, each.span, each.doc and each.doc.text, each.doc and each.doc.span)
        for each in outline(source)
    ]


def test_markdown_sections() -> None:
    assert sections(MARKDOWN, "markdown") == [
        ("Title", Span(1, 6), "Title: Some words on ncs.", Span(1, 5)),
        ("Use it", Span(7, 15), "Use it: a list", Span(7, 7)),
        ("Setext", Span(16, 20), "Setext: Text below e.g. this goes on.", Span(16, 19)),
        ("Store.put()", Span(21, 22), "Store.put()", Span(21, 21)),
    ]


def test_restructured_sections() -> None:
    text = "=====\nTitle\n=====\n\nSome ``words`` here. More.\n\n"
    text += "Use\n---\n\n.. note:: x\n\nRun it\nnow.\n"
    assert sections(text, "rst") == [
        ("Title", Span(1, 6), "Title: Some words here.", Span(1, 5)),
        ("Use", Span(7, 14), "Use: Run it now.", Span(7, 13)),
    ]


def test_a_fence_ends_with_its_own_sign() -> None:
    """Code on one line between three backticks hid all headings below it."""
    text = "# One\n\n```./run```.\n\n# Two\n\n````\n```\n# no\n```` sh\n# no\n`````\n\n# Three\n"
    assert [name for name, *_ in sections(text, "markdown")] == ["One", "Two", "Three"]
    text = "# One\n\n~~~\n```\n# no\n~~~\n\n# Two\n\nRun ```it``` now.\n"
    assert [doc for *_, doc, _ in sections(text, "markdown")] == ["One", "Two: Run it now."]


def test_code_of_three_spaces_is_no_prose() -> None:
    """Code below a directive was taken for the first sentence of a section."""
    text = "Use\n---\n\n.. code:: python\n\n   import ncs. Or not.\n\nRun a &lt; b.\n"
    assert sections(text, "rst") == [("Use", Span(1, 9), "Use: Run a < b.", Span(1, 8))]


def test_a_word_alone_between_examples_explains_no_section() -> None:
    text = "# Use\n\n```\na\n```\n\nor\n\n```\nb\n```\n\nBoth print the version.\n"
    assert sections(text, "markdown") == [
        ("Use", Span(1, 14), "Use: Both print the version.", Span(1, 13))
    ]


@pytest.mark.parametrize(
    ("below", "said"),
    [
        # json, guzzle, express: 680 sections said nothing but `Examples`, `Fixed`, `4.18.2`.
        ("- Fix all of a leak.\n- Fix a\n  race\n\nThanks to all.\n",
         "Fix all of a leak; Fix a race"),
        ("- **Options**:\n  - [`Limit`](#limit)\n\n---\n\nLimits it.\n", "Limits it."),
        ("- [Use](#use)\n- [Install](#install)\n\nThanks to all.\n", "Thanks to all."),
        ("Fixes:\n\n- Fix a leak.\n", "Fix a leak."), ("It is.\n\n- Fix a leak.\n", "It is."),
        ("- Fix a leak.\n- Fix a\n  race; at [last](https://a.b)\n",
         "Fix a leak; Fix a race; at last"),
        ("\n1. Throws:\n    - `Full` if\n      it is.\n2. See 1.\n3. None\n4. Last\n",
         "Throws: Full if it is; See 1."),
        (f"* First{' of all' * 15}\n* Then\n", f"First{' of all' * 15}"),
        ("* *\n- - -\n", None), ("    - code: here\n", None), ("```\n- code\n```\n", None),
        # UPGRADING.md: "recoverable are now wrapped."
        ("- [All](#all)\n  recoverable is now wrapped.\nLazy. Yes.\n\nMore is below.\n",
         "More is below."),
        ('??? example "Swap"\n\n    How values are swapped.\n\n    ```\n    x\n    ```\n',
         "How values are swapped."),
        ("!!! note\n\n    Beware of it.\n\nSwaps both values.\n", "Swaps both values."),
    ],
)  # fmt: skip
def test_a_section_without_prose_tells_its_bullets(below: str, said: str | None) -> None:
    text = "Fixed" if said is None else f"Fixed: {said}"
    ((_, _, doc, _),) = sections(f"# Fixed\n{below}", "markdown")
    assert doc == text


def test_a_part_of_a_section_does_not_begin_in_a_bullet() -> None:
    bullets = "".join(
        f"- Row {at} goes on.\n  It goes\n  on. And on it goes.\n" for at in range(40)
    )
    found = chunk(SourceFile("a.md", "markdown", f"# Rows\n\n{bullets}".encode(), 0))
    assert len(found) > 3
    for each in found:
        assert each.target.text.startswith("Rows: Row ")
        assert each.target.tier == "docstring"


def test_sections_are_chunks_with_the_heading_as_symbol() -> None:
    paragraph = "Words that go on for a line.\n" * 12 + "\n"
    text = f"# One\n\n{paragraph * 4}# Two\n\nShort.\n\n# Three\n\nShort too.\n"
    found = chunk(SourceFile("a.md", "markdown", text.encode(), 0))
    assert {each.kind for each in found} == {"section"}
    assert {each.defines for each in found} == {()}
    assert [each.symbol for each in found] == ["One", "One", "Two"]
    assert {each.target.tier for each in found} == {"docstring"}
    assert found[1].target.text == "One: Words that go on for a line."
    assert found[1].body.count("\n") == found[1].text.count("\n") - 1


def test_a_short_page_has_its_title() -> None:
    """A page was called by its longest section, `Install`."""
    text = "# Guide\n\nHow to use it.\n\n## Install\n\nGet it.\nPut it there.\nRun it.\nThen go.\n"
    (found,) = chunk(SourceFile("a.md", "markdown", text.encode(), 0))
    assert (found.symbol, found.target.text) == ("Guide", "Guide: How to use it.")


def test_prose_without_a_heading_has_no_sections() -> None:
    """An outline of such a page raised, and its chunks fell back to windows unnoticed."""
    assert sections("just text\n\nno heading at all\n", "markdown") == []


@pytest.mark.parametrize(
    ("comment", "said"),
    [
        ("# typed: false", ""),
        ("# typed: strict\n# Finds the flagged commenters.", "Finds the flagged commenters."),
        ("# frozen_string_literal: true\n#\n# What a hat is for.", "What a hat is for."),
        ("# -*- coding: utf-8 -*-\n# Reads the files.", "Reads the files."),
        ("# encoding: how bytes become text", "encoding: how bytes become text"),
    ],
)
def test_what_an_interpreter_reads_explains_no_file(comment: str, said: str) -> None:
    """Of 120 files of a Ruby project 115 were explained by `typed: false`."""
    assert documentation(comment) == said
    assert remark(comment)[0] == said


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ("/// {@template a.b}\n/// A [Bloc] of [a.Rows].\n/// {@endtemplate}",
         "A Bloc of a.Rows."),
        ("/// {@macro a.b}", ""),
        ("/// Says [it](https://a.b) and [1], see [go()].",
         "Says [it](https://a.b) and [1], see go()."),
    ],
)  # fmt: skip
def test_what_dart_writes_into_comments(raw: str, said: str) -> None:
    assert documentation(raw, references=True) == said
    assert documentation("/// Takes a [u8].") == "Takes a [u8]."
    assert documentation("// ignore_for_file: avoid_print, lines_longer") == ""
    assert documentation("// ignore: what is below it") != ""


@pytest.mark.parametrize(
    ("comment", "said"),
    [
        ("#' Sum \\code{x} of \\link[pkg]{y}\n#'\n#' More.", "Sum x of y"),
        ("#' @title Sums\n#' @param x what", "Sums"),
        ("#' `r lifecycle::badge(\"stable\")`\n#'\n#' Sums it.", "Sums it."),
        (
            "#' @param x what\n#'\n#' Not about it.\n#' @return a sum of all",
            "Returns a sum of all",
        ),
        ("#' @rdname sums\n#' @export", ""),
        ("#'fish' is a key.", "'fish' is a key."),
        ('"""\n    f(x)\n    f(x; y = 1)\n\nSums it, see [`g`](@ref).\n"""', "Sums it, see `g`."),
        ('"""\n    @f x\n\nSums it.\n"""', "Sums it."),
        ("/*: Sums it, see [more](@next). */", ": Sums it, see [more](@next)."),
        ('"""\n    f(x)\n"""', ""),
        ('"""\n    Sums(all) of it.\n\n    Even more.\n    """', "Sums(all) of it."),
        ('"""\n    Sums of it.\n\nMore.\n"""', "Sums of it."),
    ],
)
def test_markup_of_numeric_languages_is_not_told(comment: str, said: str) -> None:
    assert documentation(comment) == said


@pytest.mark.parametrize(
    ("comment", "said"),
    [
        ("(** [sum xs] is {e all} of {!List.t}. *)", "sum xs is all of List.t."),
        ("(** Sums, see {{:https://a.b} here}.\n    @param x what *)", "Sums, see here."),
        ("(** Sums {b {i all}}.\n    {[ sum [1] ]} *)", "Sums all."),
        ('(** Is [Sum ["a"; "b"]]. *)', 'Is Sum "a"; "b".'),
        ("(** {1 Sums of all} *)", "Sums of all"),
        ("(* Sums\n * all. *)", "Sums all."),
        ("%% @doc Sums all.\n%% @end", "Sums all."),
        ("% Sums all.", "Sums all."),
        ('-doc "Sums all.".', "Sums all."),
        ('-doc(~"Sums all.").', "Sums all."),
        ('-moduledoc """\nSums all.\n\nMore.\n""".', "Sums all."),
    ],
)
def test_markup_of_functional_languages_is_not_told(comment: str, said: str) -> None:
    assert documentation(comment) == said


def test_what_is_written_without_spaces_is_of_several_words() -> None:
    above = "/**\n * 订单超时取消并解锁库存的定时器\n * Created by macro on 2018/8/24.\n */"
    assert documentation(above) == "订单超时取消并解锁库存的定时器"
    assert documentation(above.replace("订单超时取消并解锁库存的定时器", "订单管理Service"))
    assert documentation("/**\n * Order.java\n * Created by macro on 2018/8/24.\n */") == ""
    assert remark("// 验证用户的密码并创建会话")[1] == 6
    assert remark("// パスワードを確認する http://a.b/c")[0]
    assert shorten("删除会话。然后退出！" * 50, 100).endswith("！")


@pytest.mark.parametrize("said", ["Class AccountController.", "Interface A\\\\B", "trait Counts"])
def test_a_name_alone_documents_nothing(said: str) -> None:
    """`Class AccountController.` stood for what the class does, and was learned from."""
    raw = f"/**\n * {said}\n */"
    assert documentation(raw) == ""
    assert documentation("/** Class invariants. */") == "Class invariants."
    assert documentation("/** Class Row holds a row. */") == "Class Row holds a row."
