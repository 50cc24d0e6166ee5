//! A roster: a raw table becomes graduates, or a list of every problem in it.
