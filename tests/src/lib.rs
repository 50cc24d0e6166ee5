//! Shared harness of the cross-boundary tests.
