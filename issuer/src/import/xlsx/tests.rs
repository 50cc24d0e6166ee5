//! Workbooks made by hand: what others write, and what nobody should.
