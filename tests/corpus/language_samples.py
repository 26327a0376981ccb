"""A small file in each parsed language, and what is to be found in it."""

from typing import NamedTuple

from ncs.types import Kind


class Expected(NamedTuple):
    """A definition: its lines (doc comment included), and the author's words on it."""

    qualified: str
    kind: Kind
    first: int
    last: int
    doc: str | None = None
    bases: tuple[str, ...] = ()


class Sample(NamedTuple):
    path: str
    code: str
    definitions: list[Expected]
    tier: str = "docstring"


SAMPLES = {
    "astro": Sample(
        "Prices.astro",
        """\
---
/** What the page is given. */
interface Props extends Base {
  title: string;
}
const { title } = Astro.props;
// An offer without a price comes last of all.
function sorted(offers: Offer[]) {
  return offers.sort(byPrice);
}
---

<!-- Nothing is shown before the offers are here. -->
<ul title={title}>
  {sorted(offers).map((offer) => <li>{offer.name}</li>)}
</ul>
<script>
  const reload = () => fetchOffers();
</script>
<style>li { color: red; }</style>
""",
        [
            Expected("Props", "type", 2, 5, "What the page is given.", ("Base",)),
            Expected("sorted", "function", 7, 10),
            Expected("reload", "function", 18, 18),
        ],
    ),
    "bash": Sample(
        "deploy.sh",
        """\
#!/usr/bin/env bash

# Copy the build to a server.
# It must be reachable.
deploy() {
  check_host "$1"
}

function clean { rm -r build; }
""",
        [
            Expected(
                "deploy", "function", 3, 7, "Copy the build to a server. It must be reachable."
            ),
            Expected("clean", "function", 9, 9),
        ],
    ),
    "c": Sample(
        "list.c",
        """\
/* Copyright 2020 Somebody. All rights reserved. */
#include <stdio.h>

/**
 * A node of the list.
 */
struct node { int value; struct node *next; };

/* Add a value
 * at the front. */
static struct node *
push(struct node *head, int value)
{
    return link(head, value);
}

typedef unsigned int count_t;
#define TWICE(x) ((x) * 2)
""",
        [
            Expected("node", "type", 4, 7, "A node of the list."),
            Expected("push", "function", 9, 15, "Add a value at the front."),
            Expected("count_t", "type", 17, 17),
            Expected("TWICE", "function", 18, 18),
        ],
    ),
    "cpp": Sample(
        "shape.cpp",
        """\
namespace geometry {

/// A figure in the plane.
template <typename T>
class Shape : public Base, private Other<T> {
 public:
  /// \\brief Its area in square metres.
  /// \\return never negative
  virtual double area() const { return measure(); }
  bool operator==(const Shape& other) const { return true; }
};

double Shape::width(int unit) { return unit; }

}  // namespace geometry
""",
        [
            Expected("Shape", "class", 3, 11, "A figure in the plane.", ("Base", "Other")),
            Expected("Shape.area", "method", 7, 9, "Its area in square metres."),
            Expected("Shape.operator==", "method", 10, 10),
            Expected("Shape.width", "method", 13, 13),
        ],
    ),
    "csharp": Sample(
        "Reader.cs",
        """\
using System;

namespace Files
{
    /// <summary>
    /// Reads rows, see <see cref="Row"/>.
    /// </summary>
    /// <typeparam name="T">of a row</typeparam>
    [Serializable]
    public class Reader<T> : Base, IDisposable where T : class
    {
        /// <summary>Closes the <c>stream</c>.</summary>
        public void Close(int code) { stream.Flush(); }

        public Reader(int size) { }
    }
}
""",
        [
            Expected("Reader", "class", 5, 16, "Reads rows, see Row.", ("Base", "IDisposable")),
            Expected("Reader.Close", "method", 12, 13, "Closes the stream."),
            Expected("Reader.Reader", "method", 15, 15),
        ],
    ),
    "dart": Sample(
        "counter.dart",
        """\
import 'package:shop/stock.dart';

/// {@template counter}
/// Counts what a [Stock] holds.
/// {@endtemplate}
@immutable
class Counter extends Base<int> with Loud implements Sized {
  /// {@macro counter}
  const Counter(this.step, {this.name = ''});

  Counter.empty() : step = 0;

  final int step;

  /// Adds `other` to the count, see [Stock.add].
  ///
  /// More words.
  @override
  int add(Stock other) {
    int twice(int a) => a * 2;
    return twice(other.weigh(step));
  }

  int get size => measure();

  @override
  bool operator ==(Object other) => identical(this, other);
}

mixin Loud {
  void shout(String text);
}

extension Words on String { int count() => split(' ').length; }
enum Level { low, high }
typedef Visit<T> = void Function(T);

// Not about it.

/// Starts it.
Future<void> main(List<String> words) async {
  await run(words);
}
""",
        [
            Expected(
                "Counter", "class", 3, 28, "Counts what a Stock holds.", ("Base", "Loud", "Sized")
            ),
            Expected("Counter.Counter", "method", 8, 9),
            Expected("Counter.empty", "method", 11, 11),
            Expected("Counter.add", "method", 15, 22, "Adds `other` to the count, see Stock.add."),
            Expected("Counter.add.twice", "function", 20, 20),
            Expected("Counter.size", "method", 24, 24),
            Expected("Counter.operator==", "method", 26, 27),
            Expected("Loud", "class", 30, 32),
            Expected("Loud.shout", "method", 31, 31),
            Expected("Words", "class", 34, 34),
            Expected("Words.count", "method", 34, 34),
            Expected("Level", "type", 35, 35),
            Expected("Visit", "type", 36, 36),
            Expected("main", "function", 40, 43, "Starts it."),
        ],
    ),
    "elixir": Sample(
        "conn.ex",
        '''\
defmodule Plug.Conn do
  @moduledoc """
  The connection of a request.

  More words.
  """

  @doc "Sets a header."
  @spec put(t, binary) :: t
  def put(conn, key) when is_binary(key) do
    validate!(key)
  end

  def size([]), do: 0
  def size([_ | rest]), do: 1 + size(rest)

  @doc "Opens it."
  @callback open(host :: binary) :: t
  @callback close(t) :: r when r: term
end

defimpl Inspect, for: Plug.Conn do
  def inspect(conn, _), do: show(conn)
end
''',
        [
            Expected("Plug.Conn", "class", 1, 20, "The connection of a request."),
            Expected("Plug.Conn.put", "method", 8, 12, "Sets a header."),
            Expected("Plug.Conn.size", "method", 14, 15),
            Expected("Plug.Conn.open", "method", 17, 18, "Opens it."),
            Expected("Plug.Conn.close", "method", 19, 19),
            Expected("Inspect Plug.Conn", "class", 22, 24),
            Expected("Inspect Plug.Conn.inspect", "method", 23, 23),
        ],
    ),
    "erlang": Sample(
        "pond.erl",
        """\
%% Copyright 2020 Somebody. All rights reserved.

%% Ponds and the fish in them.
-module(pond).
-export([stock/2, depth/1]).
-import(water, [level/1]).

%% Water that stands.
-record(pond, {depth = 1 :: integer(), fish = []}).
-type fish() :: atom() | {fish, water:name()}.
-callback dry(term()) -> ok.
-define(TWICE(X), X * 2).

%% @doc Put fish into a pond.
%% @end
-spec stock(fish(), #pond{}) ->
    #pond{}.
stock([], Pond) ->
    Pond;
%% One at a time.
stock([One | Rest], Pond) when is_atom(One) ->
    stock(Rest, water:feed(One, Pond));

stock(_, Pond) -> Pond.
stock(Pond) -> stock([], Pond).

-doc "Say how deep it is.".
-spec depth(#pond{}) -> integer().
depth(Pond) -> level(Pond).

'Dry up'() -> ok.
""",
        [
            Expected("pond", "type", 8, 9, "Water that stands."),
            Expected("fish", "type", 10, 10),
            Expected("dry", "function", 11, 11),
            Expected("TWICE", "function", 12, 12),
            Expected("stock", "function", 14, 24, "Put fish into a pond."),
            Expected("stock", "function", 25, 25),
            Expected("depth", "function", 27, 29, "Say how deep it is."),
            Expected("Dry up", "function", 31, 31),
        ],
    ),
    "go": Sample(
        "server.go",
        """\
package server

import "fmt"

// Server answers requests.
type Server struct {
	port int
}

type (
	// Handler is called for each.
	Handler func(int)
	other   = int
)

// Run starts the server.
// It blocks.
func (s *Server) Run(port int) error {
	fmt.Println(port)
	return listen(port)
}

func Map[T any](x T) T { return x }
""",
        [
            Expected("Server", "type", 5, 8, "Server answers requests."),
            Expected("Handler", "type", 11, 12, "Handler is called for each."),
            Expected("other", "type", 13, 13),
            Expected("Server.Run", "method", 16, 21, "Run starts the server. It blocks."),
            Expected("Map", "function", 23, 23),
        ],
    ),
    "graphql": Sample(
        "shop.graphql",
        """\
# Sells what is in store.
type Query {
  "Looks for an order."
  order(id: ID!): Order
  orders: [Order!]!
}

\"\"\"
What somebody has bought.

More words.
\"\"\"
type Order implements Node & Dated @key(fields: "id") {
  "never empty"
  id: ID!
}

extend type Mutation {
  pay(order: ID!): Order
}

interface Node { id: ID! }
"Which orders are told."
input OrderFilter { open: Boolean = true }
union Found = Order | Item
enum State { OPEN }
scalar Date
directive @auth(role: String) on FIELD_DEFINITION

query FindOrder($id: ID!) {
  order(id: $id) { ...Parts }
}

fragment Parts on Order { id }
""",
        [
            Expected("Query", "class", 1, 6, "Sells what is in store."),
            Expected("Query.order", "method", 3, 4, "Looks for an order."),
            Expected("Query.orders", "method", 5, 5),
            Expected("Order", "class", 8, 16, "What somebody has bought.", ("Node", "Dated")),
            Expected("Mutation", "class", 18, 20),
            Expected("Mutation.pay", "method", 19, 19),
            Expected("Node", "class", 22, 22),
            Expected("OrderFilter", "type", 23, 24, "Which orders are told."),
            Expected("Found", "type", 25, 25),
            Expected("State", "type", 26, 26),
            Expected("Date", "type", 27, 27),
            Expected("auth", "function", 28, 28),
            Expected("FindOrder", "function", 30, 32),
            Expected("Parts", "type", 34, 34),
        ],
    ),
    "haskell": Sample(
        "Tree.hs",
        """\
{-# LANGUAGE LambdaCase #-}
-- | Trees of things.
module Data.Tree (insert) where

import Data.List

-- | A tree
-- with values in its nodes.
data Tree a = Leaf | Node a (Tree a)

-- | Add a value.
insert :: Int -> Tree Int -> Tree Int
insert x Leaf = Node x Leaf
insert x (Node y t) = Node y (insert x t)

instance Functor Tree where
  fmap f = go f

-- How deep it is.
depth t = count (walk t)

data Walk = Walk {
    walked :: [Int]
  }

pattern Single x = Node x Leaf
""",
        [
            Expected("Tree", "type", 7, 9, "A tree with values in its nodes."),
            Expected("Tree.Leaf", "type", 9, 9),
            Expected("Tree.Node", "type", 9, 9),
            Expected("insert", "function", 11, 14, "Add a value."),
            Expected("Functor Tree", "class", 16, 17),
            Expected("depth", "function", 19, 20, "How deep it is."),
            Expected("Walk", "type", 22, 24),
            Expected("Walk.walked", "method", 23, 23),
            Expected("Single", "function", 26, 26),
        ],
    ),
    "java": Sample(
        "Box.java",
        """\
package a.b;

/**
 * Holds one {@code T}. <p> More.
 *
 * @param <T> what it holds
 */
@Deprecated
public class Box<T> extends Base<T> implements Foo, Bar<T> {
  // not a doc comment of it
  public Box(int size) { super(size); }

  /** {@inheritDoc} */
  @Override
  public T get(String key) { return map.find(key); }

  /** @return the size in bytes */
  int size() { return 1; }
}
""",
        [
            Expected("Box", "class", 3, 19, "Holds one T.", ("Base", "Foo", "Bar")),
            Expected("Box.Box", "method", 10, 11),
            Expected("Box.get", "method", 13, 15),
            Expected("Box.size", "method", 17, 18, "Returns the size in bytes"),
        ],
    ),
    "javascript": Sample(
        "queue.js",
        """\
'use strict';

/** A queue of jobs. */
export class Queue extends Base {
  /**
   * Adds a job.
   * @param {object} job the job
   */
  push(job) { this.jobs.push(job); }
}

export const add = (left, right) => left + right;

utils.each = function each(list) { return visit(list); };
Queue.prototype.pop = function () {};
""",
        [
            Expected("Queue", "class", 3, 10, "A queue of jobs.", ("Base",)),
            Expected("Queue.push", "method", 5, 9, "Adds a job."),
            Expected("add", "function", 12, 12),
            Expected("utils.each", "function", 14, 14),
            Expected("Queue.pop", "method", 15, 15),
        ],
    ),
    "julia": Sample(
        "Ponds.jl",
        '''\
"Water that stands."
module Ponds

"""
    Pond{T} <: Water

A pond and the fish in it.
"""
@kwdef struct Pond{T} <: Water{T}
    depth::T
    Pond(depth) = new(check(depth))
end

"""
    stock!(pond, fish; times = 1)
    stock!(pond)

Put `fish` into a pond, see [`feed`](@ref).

# Arguments
- `times`: how often
"""
function stock!(pond::Pond{T}, fish; times = 1)::Int where {T}
    "not a doc"
    return push!(pond.fish, fish)
end

# How warm it is.
warmth(pond) = measure(pond)

Base.show(io::IO, pond::Pond) = print(io, pond.depth)
@inline Base.:+(a::Pond, b::Pond) = Pond(a.depth + b.depth)
(pond::Pond)(at) = look!_at(pond, at)
look!_at(pond, at) = 1

"Dry it."
macro dry(pond)
    esc(pond)
end

abstract type Water{T} end
const Depths = Vector{Float64}
end
''',
        [
            Expected("Ponds", "class", 1, 43, "Water that stands."),
            Expected("Ponds.Pond", "type", 4, 12, "A pond and the fish in it.", ("Water",)),
            Expected("Ponds.Pond.Pond", "method", 11, 11),
            Expected("Ponds.stock!", "method", 14, 26, "Put `fish` into a pond, see `feed`."),
            Expected("Ponds.warmth", "method", 28, 29, "How warm it is."),
            Expected("Ponds.Base.show", "method", 31, 31),
            Expected("Ponds.Base.+", "method", 32, 32),
            Expected("Ponds.Pond", "method", 33, 33),
            Expected("Ponds.look!_at", "method", 34, 34),
            Expected("Ponds.dry", "method", 36, 39, "Dry it."),
            Expected("Ponds.Water", "type", 41, 41),
            Expected("Ponds.Depths", "type", 42, 42),
        ],
    ),
    "kotlin": Sample(
        "Table.kt",
        """\
package tables

/** A table with rows. */
@Serializable
open class Table<T>(val size: Int) : Base(size), Iface {
    /** Finds a row. */
    fun find(key: Int): T { return index.look(key) }

    companion object { fun make() = Table(1) }
}

object Registry
fun String.shout(times: Int) = upper(times)
typealias Rows = Int
""",
        [
            Expected("Table", "class", 3, 10, "A table with rows.", ("Base", "Iface")),
            Expected("Table.find", "method", 6, 7, "Finds a row."),
            Expected("Table.make", "method", 9, 9),
            Expected("Registry", "class", 12, 12),
            Expected("shout", "function", 13, 13),
            Expected("Rows", "type", 14, 14),
        ],
    ),
    "lua": Sample(
        "cache.lua",
        """\
local M = {}

--- Put a value in.
-- It stays for a while.
-- @param key string
function M.put(key) return store(key) end

function M:get() return self.x end

local function helper() end
M.drop = function(a) end
return M
""",
        [
            Expected("M.put", "function", 3, 6, "Put a value in. It stays for a while."),
            Expected("M.get", "method", 8, 8),
            Expected("helper", "function", 10, 10),
            Expected("M.drop", "function", 11, 11),
        ],
    ),
    "objc": Sample(
        "Stock.m",
        """\
#import "Stock.h"

NS_ASSUME_NONNULL_BEGIN

/// How a thing is kept.
typedef NS_ENUM(NSInteger, Keeping) {
  KeepingCold = 1 << 0,
  KeepingWarm,
};
typedef void (^Visit)(int count);

/**
 * What is told of a stock.
 */
@protocol Listener <NSObject>
- (void)stock:(Stock *)stock didLose:(Thing *)thing;
@end

@implementation Stock

/**
 Puts a thing in.
 @param thing what is put
 */
- (BOOL)insert:(nullable Thing *)thing
            at:(NSInteger)place {
  [self.things insertObject:thing atIndex:check(place)];
  return YES;
}

+ (instancetype)shared { return [[self alloc] init]; }

@end

/* Weighs it. */
static int weigh(Stock *stock) { return measure(stock); }

NS_ASSUME_NONNULL_END
""",
        [
            Expected("Keeping", "type", 5, 9, "How a thing is kept."),
            Expected("Visit", "type", 10, 10),
            Expected("Listener", "class", 12, 17, "What is told of a stock.", ("NSObject",)),
            Expected("Listener.stock:didLose:", "method", 16, 16),
            Expected("Stock", "class", 19, 33),
            Expected("Stock.insert:at:", "method", 21, 29, "Puts a thing in."),
            Expected("Stock.shared", "method", 31, 31),
            Expected("weigh", "function", 35, 36, "Weighs it."),
        ],
    ),
    "ocaml": Sample(
        "pond.ml",
        """\
(* Copyright 2020 Somebody. All rights reserved. *)

open Water

(** A pond and the fish in it. See {!Water.t}, or {{:https://a.b/c} the map}.
    @since 1.0 *)
type t = { depth : int; (** in metres *) fish : fish list }

and fish = Carp | Eel of int

exception Dry of string

(** [stock pond ~fish] puts {b fish} into a pond. *)
let rec stock ?(times = 1) pond ~fish = List.iter (feed pond) fish
and depth' pond = let inner = 1 in measure pond inner

let ( + ) a b = join a b

(* How warm it is. *)
let%track warmth = function { depth } -> guess depth

module Lake (W : S) : S = struct
  (** Fills it. *)
  let fill lake = W.pour lake

  module type Shore = sig
    val walk : (int -> t) -> t
    (** Walks along it. *)
  end
end

class boat size = object (self)
  inherit vessel size
  method row times = self#move times
end

external sink : boat -> unit = "boat_sink"
let () = stock (make ())
""",
        [
            Expected("t", "type", 5, 7, "A pond and the fish in it. See Water.t, or the map."),
            Expected("fish", "type", 9, 9),
            Expected("Dry", "type", 11, 11),
            Expected("stock", "function", 13, 14, "stock pond ~fish puts fish into a pond."),
            Expected("depth'", "function", 15, 15),
            Expected("+", "function", 17, 17),
            Expected("warmth", "function", 19, 20, "How warm it is."),
            Expected("Lake", "class", 22, 30),
            Expected("Lake.fill", "method", 23, 24, "Fills it."),
            Expected("Lake.Shore", "class", 26, 29),
            Expected("Lake.Shore.walk", "method", 27, 28, "Walks along it."),
            Expected("boat", "class", 32, 35, None, ("vessel",)),
            Expected("boat.row", "method", 34, 34),
            Expected("sink", "function", 37, 37),
        ],
    ),
    "ocaml_interface": Sample(
        "pond.mli",
        """\
(** Ponds and the fish in them. *)

type t = { depth : int }
(** A pond. *)

val stock : t -> fish:int -> t
(** Puts fish into a pond.

    More words. *)

val depth : t -> int
(** Says how deep it is. *)
val ( + ) : t -> t -> t
(** Joins two. *)

(** All of them. *)
val ponds : unit -> t list

module Shore : sig
  val walk : t -> unit
end
(** What is around a pond. *)

(** {1 Boats} *)

class boat : object
  method row : int -> unit
end
""",
        [
            Expected("t", "type", 3, 4, "A pond."),
            Expected("stock", "function", 6, 9, "Puts fish into a pond."),
            Expected("depth", "function", 11, 12, "Says how deep it is."),
            Expected("+", "function", 13, 14, "Joins two."),
            Expected("ponds", "function", 16, 17, "All of them."),
            Expected("Shore", "class", 19, 22, "What is around a pond."),
            Expected("Shore.walk", "method", 20, 20),
            Expected("boat", "class", 26, 28),
            Expected("boat.row", "method", 27, 27),
        ],
    ),
    "perl": Sample(
        "lib/Shop/Basket.pm",
        """\
package Shop::Basket;
use parent -norequire, qw(Shop::Box Shop::Item);

use List::Util qw(sum);

has owner => sub { Shop::Owner->new };

sub add ($self, $item, $count = 1) {
  # Never fewer than one.
  push @{$self->{items}}, ($item) x at_least($count, 1);
  return $self;
}

# What all of it costs.
sub total {
  return sum(map { $_->price } @{shift->{items}}) // 0;
}

=head2 clear( $really )

Throws B<everything> away.

=cut

sub clear { $_[0]->reset }

{
  package Shop::Basket::Full;
  our @ISA = ('Shop::Basket');
  my $limit = sub { 10 };
}

__END__

=head1 NAME

Shop::Basket - what a customer I<wants> to buy

=head2 add

  $basket->add($item);
  sub add { }

Puts C<< $item >> into it, see L<a shop|Shop>, L</total> and L<Shop::Item/"price">.
""",
        [
            Expected(
                "Shop.Basket",
                "class",
                1,
                44,
                "what a customer wants to buy",
                ("Shop::Box", "Shop::Item"),
            ),
            Expected("Shop.Basket.owner", "method", 6, 6),
            Expected(
                "Shop.Basket.add",
                "method",
                8,
                12,
                "Puts $item into it, see a shop, total and price in Shop::Item.",
            ),
            Expected("Shop.Basket.total", "method", 14, 17, "What all of it costs."),
            Expected("Shop.Basket.clear", "method", 19, 25, "Throws everything away."),
            Expected("Shop.Basket.Full", "class", 28, 30, None, ("Shop::Basket",)),
            Expected("Shop.Basket.Full.limit", "method", 30, 30),
        ],
    ),
    "php": Sample(
        "Logger.php",
        """\
<?php
namespace A\\B;

/**
 * Writes records to handlers.
 */
#[Attr]
abstract class Logger extends Base implements Foo, Bar
{
    /** Adds a record. @return bool */
    public function add(int $level): bool { return $this->write($level); }
}

function plain($x) {}
""",
        [
            Expected(
                "Logger", "class", 4, 12, "Writes records to handlers.", ("Base", "Foo", "Bar")
            ),
            Expected("Logger.add", "method", 10, 11, "Adds a record."),
            Expected("plain", "function", 14, 14),
        ],
    ),
    "powershell": Sample(
        "Basket.psm1",
        """\
using namespace System.Collections

# How full a basket is.
enum Filling {
    Empty = 0
    Full = 1
}

# What a customer wants to buy.
class Basket : Box, IDisposable {
    [int] $Limit = 10

    Basket([int] $limit) : base($limit) {
        $this.Limit = $limit
    }

    # Puts one more in.
    static [void] Add([Basket] $basket, [string] $item) {
        $basket.Items.Add($item)
    }
}

function Get-Total {
    <#
    .SYNOPSIS
        Says what all of it costs.

    .PARAMETER Basket
        What was bought.

    .EXAMPLE
        Get-Total $basket
    #>
    [CmdletBinding()]
    param ([Basket] $Basket)

    Measure-Price $Basket | ForEach-Object { $_.Sum }
}

<#
.DESCRIPTION
    Throws everything away.
#>
function script:Clear-Basket([Basket] $Basket) {
    # A remark is no help.
    Remove-All $Basket
}

filter Select-Cheap { if ($_.Price -lt 5) { $_ } }
""",
        [
            Expected("Filling", "type", 3, 7, "How full a basket is."),
            Expected(
                "Basket", "class", 9, 21, "What a customer wants to buy.", ("Box", "IDisposable")
            ),
            Expected("Basket.Basket", "method", 13, 15),
            Expected("Basket.Add", "method", 17, 20, "Puts one more in."),
            Expected("Get-Total", "function", 23, 38, "Says what all of it costs."),
            Expected("Clear-Basket", "function", 40, 47, "Throws everything away."),
            Expected("Select-Cheap", "function", 49, 49),
        ],
    ),
    "proto": Sample(
        "watch.proto",
        """\
syntax = "proto3";

package shop.v1;

// Licence of the parts below.

// Sells what is in store.
// Answers at once.
service Shop {
  // Looks for an order.
  rpc Find(FindRequest) returns (Order);
  rpc Watch(FindRequest) returns (stream Order) {
    option (google.api.http) = { get: "/v1/watch" };
  }
}

/* What somebody has bought. */
message Order {
  string id = 1;  // never empty

  enum State {
    OPEN = 0;
  }
  // One thing of it.
  message Item {
    int32 count = 1;
  }
  repeated Item items = 2;
}

enum Currency { EURO = 0; }
""",
        [
            Expected("Shop", "class", 7, 15, "Sells what is in store. Answers at once."),
            Expected("Shop.Find", "method", 10, 11, "Looks for an order."),
            Expected("Shop.Watch", "method", 12, 14),
            Expected("Order", "type", 17, 29, "What somebody has bought."),
            Expected("Order.State", "type", 21, 23),
            Expected("Order.Item", "type", 24, 27, "One thing of it."),
            Expected("Currency", "type", 31, 31),
        ],
    ),
    "python": Sample(
        "graph.py",
        '''\
"""Graphs and walks on them."""

import os


@dataclass
class Graph(Base, Generic[T], metaclass=Meta):
    """Nodes and edges."""

    # how far to go
    @property
    def depth(self):
        """Return the length of
        the longest walk.

        Args:
            none.
        """
        def inner(x):
            return x
        return walk(self, inner)

    def add(self, node): return self.nodes.append(node)
''',
        [
            Expected("Graph", "class", 6, 23, "Nodes and edges.", ("Base", "Generic")),
            Expected("Graph.depth", "method", 10, 21, "Return the length of the longest walk."),
            Expected("Graph.depth.inner", "function", 19, 20),
            Expected("Graph.add", "method", 23, 23),
        ],
    ),
    "r": Sample(
        "ponds.R",
        """\
# Copyright 2020 Somebody. All rights reserved.

#' Count the \\code{fish} in a \\link[water]{pond}
#'
#' More words.
#'
#' @param pond what to look into
#'
#' Not about the function.
#' @export
count_fish <- function(pond, ...) {
  UseMethod("count_fish")
}

#' @rdname count_fish
count_fish.default = function(pond, ...) length(pond$fish())

# How deep it is.
depth <- \\(pond) water::measure(pond)

`depth<-` <- function(pond, value) fill(pond, value)

#' @title A pond of fish
#' @description More words.
Pond <- R6::R6Class("Pond", inherit = Water, public = list(
  #' @description Put a fish in.
  #' @param fish which
  add = function(fish) {
    feed <- function(times) self$throw(times)
    feed(2)
  },
  size = 0
))

setClass("Lake", contains = "Pond")
setMethod("show", "Lake", function(object) print(object))
setGeneric("dry", function(pond) standardGeneric("dry"))
lapply(ponds, FUN = function(pond) pond)
""",
        [
            Expected("count_fish", "function", 3, 13, "Count the fish in a pond"),
            Expected("count_fish.default", "function", 15, 16),
            Expected("depth", "function", 18, 19, "How deep it is."),
            Expected("depth<-", "function", 21, 21),
            Expected("Pond", "class", 23, 33, "A pond of fish More words."),
            Expected("Pond.add", "method", 26, 31, "Put a fish in."),
            Expected("Pond.add.feed", "function", 29, 29),
            Expected("Lake", "class", 35, 35),
            Expected("Lake.show", "method", 36, 36),
            Expected("dry", "function", 37, 37),
        ],
    ),
    "ruby": Sample(
        "request.rb",
        """\
# frozen_string_literal: true

module Web
  # A request from outside.
  class Request < Rack::Request
    # Whether it takes the type.
    def accept?(type)
      match(type)
    end

    def self.make; end

    # A part of it.
    Part = Struct.new(:name) do
      def size = name.size
    end
  end
end
""",
        [
            Expected("Web", "class", 3, 18),
            Expected("Web.Request", "class", 4, 17, "A request from outside.", ("Rack::Request",)),
            Expected("Web.Request.accept?", "method", 6, 9, "Whether it takes the type."),
            Expected("Web.Request.make", "method", 11, 11),
            Expected("Web.Request.Part", "class", 13, 16, "A part of it."),
            Expected("Web.Request.Part.size", "method", 15, 15),
        ],
    ),
    "rust": Sample(
        "stack.rs",
        """\
//! Stacks for everyone.

/// A stack.
///
/// # Examples
#[derive(Debug)]
pub struct Stack<T> { items: T }

impl<T> Stack<T> {
    /// Pushes a value.
    pub fn push(&mut self, value: T) -> bool { grow(value) }
}

impl Display for Stack<i32> {
    fn fmt(&self) {}
}

cfg_net! {
    /// Opens a door.
    pub fn open(door: u8) { unlock(door) }
}

mod tests { fn check() {} }
""",
        [
            Expected("Stack", "type", 3, 7, "A stack."),
            Expected("Stack", "class", 9, 12),
            Expected("Stack.push", "method", 10, 11, "Pushes a value."),
            Expected("Stack", "class", 14, 16, None, ("Display",)),
            Expected("Stack.fmt", "method", 15, 15),
            Expected("open", "function", 19, 20, "Opens a door."),
            Expected("check", "function", 23, 23),
        ],
    ),
    "scala": Sample(
        "Functor.scala",
        """\
package cats

/** Maps over a context.
  *
  * @param x y
  */
@ann
trait Functor[F[_]] extends Base[F] with Other {
  /** Applies a function. {{{
    * scala> 1
    * }}}
    */
  def map[A, B](fa: F[A])(f: A => B): F[B] = helper(fa)
}

object Functor { def apply(a: Int) = make(a) }

package object all { def pure = 1 }

given lists: Functor[List] = make(1)
""",
        [
            Expected("Functor", "class", 3, 14, "Maps over a context.", ("Base", "Other")),
            Expected("Functor.map", "method", 9, 13, "Applies a function."),
            Expected("Functor", "class", 16, 16),
            Expected("Functor.apply", "method", 16, 16),
            Expected("all", "class", 18, 18),
            Expected("all.pure", "method", 18, 18),
            Expected("lists", "function", 20, 20),
        ],
    ),
    "solidity": Sample(
        "Vault.sol",
        """\
// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

import {Ownable} from "./Ownable.sol";

/// @notice Nobody has put in so much.
error TooLittle(uint256 has);

function half(uint256 value) pure returns (uint256) {
    return value / 2;
}

/**
 * @title Vault
 * @dev Keeps what it is given, see {Ownable-owner}.
 *
 * More words.
 */
contract Vault is Ownable(msg.sender), base.Guarded {
    mapping(address => uint256) public balances;

    /// @dev Tells of what was put in.
    /// @param who has put it in
    event Put(address indexed who, uint256 value);

    struct Entry { uint256 value; }

    /// Lets nobody in twice.
    modifier once() { _enter(); _; }

    constructor(uint256 value) Ownable(msg.sender) { balances[msg.sender] = value; }

    receive() external payable {}

    /// @inheritdoc Guarded
    function take(uint256 value) public once returns (bool) {
        // Whoever has less gets nothing.
        if (balances[msg.sender] < value) revert TooLittle(value);
        emit Put(msg.sender, value);
        (bool done, ) = msg.sender.call{value: value}("");
        return done;
    }
}
""",
        [
            Expected("TooLittle", "type", 6, 7, "Nobody has put in so much."),
            Expected("half", "function", 9, 11),
            Expected(
                "Vault",
                "class",
                13,
                43,
                "Keeps what it is given, see Ownable-owner.",
                ("Ownable", "base.Guarded"),
            ),
            Expected("Vault.Put", "type", 22, 24, "Tells of what was put in."),
            Expected("Vault.Entry", "type", 26, 26),
            Expected("Vault.once", "method", 28, 29, "Lets nobody in twice."),
            Expected("Vault.constructor", "method", 31, 31),
            Expected("Vault.receive", "method", 33, 33),
            Expected("Vault.take", "method", 35, 42),
        ],
    ),
    "sql": Sample(
        "shop.sql",
        """\
-- What somebody has bought,
-- open or not.
CREATE TABLE IF NOT EXISTS shop.orders (
    id INTEGER PRIMARY KEY,  -- never empty
    state VARCHAR(20)
);

CREATE UNIQUE INDEX orders_by_state ON shop.orders (state);

/* Those that nobody has paid. */
CREATE OR REPLACE VIEW "open_orders" AS
SELECT * FROM shop.orders WHERE lower(state) = 'open';

FROBNICATE THE shop WITH (ALL => 1);

CREATE FUNCTION shop.pay(chosen integer) RETURNS void AS $$
BEGIN
    -- A remark on the way.
    UPDATE shop.orders SET state = paid(chosen) WHERE id = chosen;
END;
$$ LANGUAGE plpgsql;

-- Forgets all.
CREATE PROCEDURE forget(IN days INT)
BEGIN
  DELETE FROM orders;
END;

CREATE TYPE mood AS ENUM ('good', 'bad');
CREATE TRIGGER told BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION tell();
""",
        [
            Expected("shop.orders", "type", 1, 6, "What somebody has bought, open or not."),
            Expected("orders.orders_by_state", "type", 8, 8),
            Expected("open_orders", "type", 10, 12, "Those that nobody has paid."),
            Expected("shop.pay", "function", 16, 21),
            Expected("forget", "function", 23, 27, "Forgets all."),
            Expected("mood", "type", 29, 29),
            Expected("told", "function", 30, 30),
        ],
    ),
    "svelte": Sample(
        "Basket.svelte",
        """\
<script module lang="ts">
  /** What has a price. */
  export interface Item extends Priced { name: string }
</script>

<script lang="ts" generics="T extends Map<string, Item>">
  let { items = $bindable([]) }: { items: Item[] } = $props();
  const total = $derived.by(() => sum(items));
  const names = items.map((item) => item.name);

  /** Takes an item out. */
  function remove(item: Item) {
    items = without(items, item);
  }
  $effect(() => store(items));
</script>

<!-- Every item has a button that takes it out. -->
{#each items as item}
  <button onclick={() => remove(item)}>{item.name}</button>
{/each}
""",
        [
            Expected("Item", "type", 2, 3, "What has a price.", ("Priced",)),
            Expected("total", "function", 8, 8),
            Expected("remove", "function", 11, 14, "Takes an item out."),
        ],
    ),
    "swift": Sample(
        "Session.swift",
        """\
import Foundation

/// Keeps requests together.
///
/// - Parameter x: y
@objc public class Session: NSObject, Delegate {
    /// Starts a request.
    public func start(_ x: Int, by y: Int) throws -> Int { resume(x) }
    init(size: Int) {}
}

protocol Door: Base { func open() }
func free() {}
""",
        [
            Expected(
                "Session", "class", 3, 10, "Keeps requests together.", ("NSObject", "Delegate")
            ),
            Expected("Session.start", "method", 7, 8, "Starts a request."),
            Expected("Session.init", "method", 9, 9),
            Expected("Door", "class", 12, 12, None, ("Base",)),
            Expected("Door.open", "method", 12, 12),
            Expected("free", "function", 13, 13),
        ],
    ),
    "terraform": Sample(
        "main.tf",
        """\
terraform {
  required_version = ">= 1.5"
}

# Holds what the servers say,
# for a month.
resource "aws_s3_bucket" "logs" {
  bucket = var.name
  tags   = merge(local.tags, { kept = "month" })

  dynamic "rule" {
    for_each = toset(var.rules)
  }
}

variable "name" {
  description = "What the bucket is called."
  type        = string
}

output "id" {
  description = <<-EOT
    Where to look
    for it.
  EOT
  value       = aws_s3_bucket.logs.id
}

data "aws_ami" "linux-2" {}
module "network" { source = "./network" }
""",
        [
            Expected(
                "aws_s3_bucket.logs",
                "type",
                5,
                14,
                "Holds what the servers say, for a month.",
            ),
            Expected("variable.name", "type", 16, 19, "What the bucket is called."),
            Expected("output.id", "type", 21, 27, "Where to look for it."),
            Expected("aws_ami.linux-2", "type", 29, 29),
            Expected("module.network", "type", 30, 30),
        ],
    ),
    "typescript": Sample(
        "router.ts",
        """\
import { a } from './a';

/** Finds the way. */
@Injectable()
export abstract class Router<T> extends Base<T> implements Foo, Bar {
  constructor(private size: number) { super(); }
  /** Goes there. */
  public async go(x: string): Promise<void> { await this.jump(x); }
}

/** A way. */
export interface Way extends Path { length(): number }
export type Name<T> = { a: T };
export const find = <T>(x: T): T => search(x);
""",
        [
            Expected("Router", "class", 3, 9, "Finds the way.", ("Base", "Foo", "Bar")),
            Expected("Router.constructor", "method", 6, 6),
            Expected("Router.go", "method", 7, 8, "Goes there."),
            Expected("Way", "type", 11, 12, "A way.", ("Path",)),
            Expected("Way.length", "method", 12, 12),
            Expected("Name", "type", 13, 13),
            Expected("find", "function", 14, 14),
        ],
    ),
    "tsx": Sample(
        "button.tsx",
        """\
/** A button to press. */
export const Button = (props: Props) => <b onClick={() => go()}>{props.text}</b>;
export function Plain() { return <i/>; }
""",
        [
            Expected("Button", "function", 1, 2, "A button to press."),
            Expected("Plain", "function", 3, 3),
        ],
    ),
    "vue": Sample(
        "src/SeatPlan.vue",
        """\
<template>
  <!-- A seat that is taken cannot be chosen. -->
  <button v-for="seat in free" @click="choose(seat)">{{ seat.name }}</button>
</template>

<script>
import { reserve } from "./seats";

/** Shows the seats of a hall. */
export default {
  props: { hall: Object },
  data() { return { chosen: [] }; },
  computed: {
    free() { return this.hall.seats.filter(isFree); },
  },
  methods: {
    /**
     * Keeps a seat for a while.
     * @param {object} seat the seat
     */
    async choose(seat) { await reserve(seat); },
    wait: function () { sleep(); },
  },
};
</script>

<script setup lang="ts">
const label = computed(() => describe(seat));
const leave = () => release();
</script>
<style>button { color: red; }</style>
""",
        [
            Expected("SeatPlan", "class", 9, 24, "Shows the seats of a hall."),
            Expected("SeatPlan.data", "method", 12, 12),
            Expected("SeatPlan.free", "method", 14, 14),
            Expected("SeatPlan.choose", "method", 17, 21, "Keeps a seat for a while."),
            Expected("SeatPlan.wait", "method", 22, 22),
            Expected("label", "function", 28, 28),
            Expected("leave", "function", 29, 29),
        ],
    ),
    "zig": Sample(
        "clap.zig",
        """\
//! Parses arguments.

const std = @import("std");

/// A parameter.
pub const Param = struct {
    id: u8,

    /// Prints it.
    pub fn print(self: Param) !void {
        try write(self.id);
    }
};

pub fn free(a: u8) void {}
""",
        [
            Expected("Param", "type", 5, 13, "A parameter."),
            Expected("Param.print", "method", 9, 12, "Prints it."),
            Expected("free", "function", 15, 15),
        ],
    ),
}
