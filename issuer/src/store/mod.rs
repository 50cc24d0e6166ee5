//! Back ends of the store port: sled today.
