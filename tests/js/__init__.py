"""Unit tests of JavaScript that does not touch the page, run in Node with the same cases as its Python counterparts."""
